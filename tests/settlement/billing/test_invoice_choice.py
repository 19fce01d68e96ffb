"""Which charges share an invoice: each is in one part, and what depends on another goes with it."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.billing.invoice_choice import (
    InvoiceChoice,
    InvoiceGroupsWrong,
    Way,
    checked_choice,
    groups_from_text,
    parts_of,
)
from settlement.billing.invoice_lines import SERVICES
from tests.settlement.billing.test_invoice_lines import a_charge

FIRST, SECOND = UUID(int=11), UUID(int=12)
NUMBERS = {FIRST: "U/1", SECOND: "U/2"}
GROUPS = (("fixed", ("voice", "recurring")), ("mobile", ("data", "sms")))
MONTH = [
    a_charge("1.00", service="voice", product="", contract_id=FIRST),
    a_charge("2.00", service="data", product="", contract_id=FIRST),
    a_charge("4.00", service="recurring", product="PLAN", contract_id=SECOND),
    a_charge("-8.00", service="rebate", product="PLAN", contract_id=SECOND, reason="SUMMER"),
    a_charge("16.00", service="shortfall", product="data", contract_id=SECOND),
    a_charge("32.00", service="month_rounding", product="", contract_id=None),
    a_charge("64.00", service="one_off", product="PLAN", contract_id=SECOND),
]


@pytest.mark.parametrize(
    ("choice", "expected"),
    # Amounts are powers of two, so that a sum tells which charges are in it.
    [
        (InvoiceChoice(), {"": 111}),
        (
            InvoiceChoice(Way.PER_SERVICE),
            {"data": 18, "one_off": 64, "recurring": -4, "voice": 33},
        ),
        (InvoiceChoice(Way.PER_CONTRACT), {"": 32, "U/1": 3, "U/2": 76}),
        (InvoiceChoice(Way.GROUPS, GROUPS), {"": 64, "fixed": 29, "mobile": 18}),
    ],
)
def test_each_way_puts_charges_on_its_documents(choice: InvoiceChoice, expected: dict[str, int]):
    parts = parts_of(choice, MONTH, NUMBERS)

    assert {name: sum(each.amount for each in of) for name, of in parts.items()} == expected


def test_a_rebate_on_what_is_not_charged_beside_it_stands_alone():
    rebate = a_charge("-8.00", service="rebate", product="OTHER", contract_id=SECOND)

    assert list(parts_of(InvoiceChoice(Way.PER_SERVICE), [*MONTH, rebate], NUMBERS)) == [
        "data",
        "one_off",
        "rebate",
        "recurring",
        "voice",
    ]


@given(
    st.sampled_from([InvoiceChoice(way, GROUPS if way is Way.GROUPS else ()) for way in Way]),
    st.lists(
        st.builds(
            a_charge,
            service=st.sampled_from([*SERVICES, "month_rounding"]),
            product=st.sampled_from(["", "PLAN", "voice", "data"]),
            contract_id=st.sampled_from([None, FIRST, SECOND, UUID(int=13)]),
        ),
        max_size=12,
    ),
)
def test_every_charge_is_in_exactly_one_part(choice: InvoiceChoice, charges: list):
    parts = parts_of(choice, charges, NUMBERS)

    assert sorted(id(each) for of in parts.values() for each in of) == sorted(map(id, charges))
    assert all(parts.values())


@pytest.mark.parametrize(
    "choice",
    [
        InvoiceChoice(Way.GROUPS),
        InvoiceChoice(Way.ONE, GROUPS),
        InvoiceChoice(Way.GROUPS, (("fixed", ("telepathy",)),)),
        InvoiceChoice(Way.GROUPS, (("fixed", ("voice",)), ("mobile", ("voice",)))),
        InvoiceChoice(Way.GROUPS, (("fixed", ("voice",)), ("fixed", ("data",)))),
        InvoiceChoice(Way.GROUPS, (("fixed", ("voice", "voice")),)),
        InvoiceChoice(Way.GROUPS, (("fixed", ()),)),
        InvoiceChoice(Way.GROUPS, (("a:b", ("voice",)),)),
        InvoiceChoice(Way.GROUPS, (("", ("voice",)),)),
    ],
)
def test_groups_that_do_not_tell_each_service_its_place_are_refused(choice: InvoiceChoice):
    with pytest.raises(InvoiceGroupsWrong):
        checked_choice(choice)


def test_groups_are_read_as_a_person_writes_them():
    written = " fixed=voice + recurring;mobile = data+sms; "

    assert groups_from_text(written) == GROUPS
