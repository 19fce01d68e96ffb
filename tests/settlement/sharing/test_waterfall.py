"""Revenue runs down the deductions and is shared; every cent arrives somewhere (R40-R44)."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from currencies.money import money, shown
from i18n.errors import DomainError
from settlement.agreements import sharing_terms as terms_module
from settlement.agreements.share_parts import RateOutOfRange
from settlement.agreements.sharing_terms import (
    ClaimsAtTheEnd,
    PayeeTwice,
    SharedTwice,
    SharesIncomplete,
    SharesOverWhole,
    SharingTerms,
    terms_from_plain,
)
from settlement.catalogue.plain_values import KeyMissing, UnknownKey, WrongValue
from settlement.sharing.waterfall import share


def an_agreement(*shares: tuple[str, str], **facts: Any) -> SharingTerms:
    parts = [{"payee": payee, "rate": rate} for payee, rate in shares]
    return terms_from_plain({"owner": "operator", "shares": parts} | facts)


def a_chain(*links: tuple[str, str], **facts: Any) -> SharingTerms:
    parts = [{"payee": payee, "rate": rate} for payee, rate in links]
    return terms_from_plain({"owner": "author", "chain": parts} | facts)


def shares(amount: str, terms: SharingTerms) -> list[str]:
    return [f"{each.payee} {shown(each.amount)}" for each in share(money(amount), terms).shares]


@pytest.mark.parametrize(
    ("amount", "rates", "expected"),
    [
        ("6.45 EUR", ["0.30", "0.70"], ["1.94 EUR", "4.51 EUR"]),
        ("99.99 EUR", ["0.75", "0.25"], ["74.99 EUR", "25.00 EUR"]),
        ("0.01 EUR", ["0.33", "0.66", "0.01"], ["0.00 EUR", "0.01 EUR", "0.00 EUR"]),
    ],
)
def test_the_odd_cent_goes_to_the_largest_remainder(
    amount: str, rates: list[str], expected: list[str]
) -> None:
    terms = an_agreement(*((f"p{place}", rate) for place, rate in enumerate(rates)))

    assert shares(amount, terms)[:-1] == [f"p{n} {part}" for n, part in enumerate(expected)]


def test_what_the_shares_leave_stays_with_the_owner_listed_last() -> None:
    assert shares("10.00 EUR", an_agreement(("label", "0.333"))) == [
        "label 3.33 EUR",
        "operator 6.67 EUR",
    ]


VAT = {"name": "vat", "rate": "0.23", "vat": True}
STORE = {"name": "store fee", "rate": "0.10", "percent_of": "net"}


@pytest.mark.parametrize("rounding", ["each_step", "end"])
def test_the_share_is_of_what_vat_and_fees_leave(rounding: str) -> None:
    terms = an_agreement(("label", "0.70"), deductions=[VAT, STORE], waterfall_rounding=rounding)

    shared = share(money("1.23 EUR"), terms)

    assert [(each.name, shown(each.amount)) for each in shared.deductions] == [
        ("vat", "0.23 EUR"),
        ("store fee", "0.10 EUR"),
    ]
    assert shares("1.23 EUR", terms) == ["label 0.63 EUR", "operator 0.27 EUR"]


@pytest.mark.parametrize(
    ("base", "label"), [("gross", "0.62 EUR"), ("net", "0.63 EUR"), ("left", "0.63 EUR")]
)
def test_a_fee_names_what_it_is_a_part_of(base: str, label: str) -> None:
    # 10 % of the gross 1.23 is 0.12, so 0.88 is left; 70 % of it is 0.616.
    fee = STORE | {"percent_of": base}

    terms = an_agreement(("label", "0.70"), deductions=[VAT, fee])

    assert shares("1.23 EUR", terms)[0] == f"label {label}"


@pytest.mark.parametrize(("rounding", "label"), [("each_step", "0.04"), ("end", "0.05")])
def test_money_is_rounded_as_it_is_taken_or_only_in_the_shares(rounding: str, label: str) -> None:
    # 10 % of 0.05 is 0.005. Taken as 0.01 it leaves 0.04; not rounded, 0.045 is shared as 0.05.
    fee = {"name": "fee", "rate": "0.10"}

    terms = an_agreement(("label", "1"), deductions=[fee], waterfall_rounding=rounding)

    assert shares("0.05 EUR", terms)[0] == f"label {label} EUR"


def test_where_deductions_exceed_the_revenue_the_rest_is_carried() -> None:
    cost = {"name": "interconnect", "amount": "0.08"}
    terms = an_agreement(("label", "0.5"), deductions=[cost])

    shared = share(money("0.05 EUR"), terms)

    assert shown(shared.carried) == "-0.03 EUR"
    assert shares("0.05 EUR", terms) == ["label 0.00 EUR", "operator 0.00 EUR"]


CLAIMS = [
    {"name": "store", "amount": "5.00", "claim": True},
    {"name": "fund", "amount": "10.00", "claim": True},
]


# Owing 5 and 10 (rule R46): what exceeds the claims goes on, and the label has half of it.
@pytest.mark.parametrize(
    ("gross", "step", "taken", "label"),
    [
        ("6.00", "ratio", ["2.00", "4.00"], "0.00"),
        ("6.00", "fixed", ["3.00", "3.00"], "0.00"),
        ("12.00", "ratio", ["4.00", "8.00"], "0.00"),
        ("12.00", "fixed", ["5.00", "7.00"], "0.00"),
        ("25.00", "ratio", ["5.00", "10.00"], "5.00"),
        ("25.00", "fixed", ["5.00", "10.00"], "5.00"),
        ("-6.00", "ratio", ["-2.00", "-4.00"], "0.00"),
        ("-12.00", "fixed", ["-5.00", "-7.00"], "0.00"),
        ("0.00", "fixed", ["0.00", "0.00"], "0.00"),
    ],
)
def test_claims_of_one_step_are_served_by_what_is_left(
    gross: str, step: str, taken: list[str], label: str
) -> None:
    terms = an_agreement(("label", "0.5"), deductions=CLAIMS, step=step)

    shared = share(money(gross, "EUR"), terms)

    assert [f"{each.amount.amount:.2f}" for each in shared.deductions] == taken
    assert f"{shared.shares[0].amount.amount:.2f}" == label
    assert not shared.carried.amount


def test_claims_with_a_fee_between_are_two_steps() -> None:
    # Of 12.00 the store has its 5.00 before anybody else; a tenth of 7.00 is 0.70, 6.30 is left.
    fee = {"name": "fee", "rate": "0.1"}
    terms = an_agreement(("label", "0.5"), deductions=[CLAIMS[0], fee, CLAIMS[1]])

    taken = share(money("12.00 EUR"), terms).deductions

    assert [(each.name, shown(each.amount)) for each in taken] == [
        ("store", "5.00 EUR"), ("fee", "0.70 EUR"), ("fund", "6.30 EUR"),
    ]  # fmt: skip


def test_claims_leave_what_was_missing_before_them_to_be_carried() -> None:
    terms = an_agreement(("label", "0.5"), deductions=[{"name": "fee", "amount": "8.00"}, *CLAIMS])

    shared = share(money("6.00 EUR"), terms)

    assert [shown(each.amount) for each in shared.deductions[1:]] == ["0.00 EUR", "0.00 EUR"]
    assert shown(shared.carried) == "-2.00 EUR"


def test_a_chain_passes_on_the_rest() -> None:
    terms = a_chain(("operator", "0.30"), ("aggregator", "0.20"))

    assert shares("10.00 EUR", terms) == [
        "operator 3.00 EUR",
        "aggregator 1.40 EUR",
        "author 5.60 EUR",
    ]


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        # 0.025 is rounded up and 0.02 passed on, of which half is 0.01.
        ("cascade", ["operator 0.03 EUR", "aggregator 0.01 EUR", "author 0.01 EUR"]),
        # 0.025, 0.0125, 0.0125: remainders 5, 2.5, 2.5; one cent is left after 2, 1 and 1.
        ("leaves", ["operator 0.03 EUR", "aggregator 0.01 EUR", "author 0.01 EUR"]),
    ],
)
def test_a_chain_rounds_at_each_contract_or_at_its_leaves(
    rounding: str, expected: list[str]
) -> None:
    terms = a_chain(("operator", "0.5"), ("aggregator", "0.5"), chain_rounding=rounding)

    assert shares("0.05 EUR", terms) == expected


def test_cascade_and_leaves_differ_where_rounding_meets_rounding() -> None:
    # 0.03: cascade 0.015 -> 0.02, then 0.01 x 0.5 -> 0.01, then 0.00.
    # Leaves 1.5, 0.75, 0.75 units: 1, 0, 0 and two left for the remainders of 0.75.
    links = ("operator", "0.5"), ("aggregator", "0.5")

    assert shares("0.03 EUR", a_chain(*links)) == [
        "operator 0.02 EUR",
        "aggregator 0.01 EUR",
        "author 0.00 EUR",
    ]
    assert shares("0.03 EUR", a_chain(*links, chain_rounding="leaves")) == [
        "operator 0.01 EUR",
        "aggregator 0.01 EUR",
        "author 0.01 EUR",
    ]


A_SHARE = {"payee": "a", "rate": "1"}
WRONG: list[tuple[dict[str, Any], type[DomainError]]] = [
    ({"shares": [{"payee": "a", "rate": "0.6"}, {"payee": "b", "rate": "0.5"}]}, SharesOverWhole),
    ({"shares": [{"payee": "a", "rate": "0.6"}], "complete": True}, SharesIncomplete),
    ({"shares": [{"payee": "a", "rate": "70"}]}, RateOutOfRange),
    ({"shares": [{"payee": "a", "rate": "0.1"}, {"payee": "a", "rate": "0.1"}]}, PayeeTwice),
    ({"shares": [{"payee": "operator", "rate": "0.1"}]}, PayeeTwice),
    ({}, SharedTwice),
    (
        {"shares": [{"payee": "a", "rate": "1"}], "chain": [{"payee": "b", "rate": "1"}]},
        SharedTwice,
    ),
    ({"shares": [{"payee": "a", "rate": "1"}], "rounding": "event"}, UnknownKey),
    ({"shares": [{"payee": "a", "rate": "1"}], "rounding_level": "line"}, WrongValue),
    ({"shares": [{"payee": "a", "rate": 0.7}]}, WrongValue),
    ({"shares": [{"payee": "a"}]}, KeyMissing),
    ({"shares": [{"payee": "a", "rate": "1"}], "deductions": [{"name": "x"}]}, WrongValue),
    (
        {"shares": [A_SHARE], "deductions": [{"name": "x", "rate": "0.1", "claim": True}]},
        WrongValue,
    ),
    (
        {
            "shares": [A_SHARE],
            "deductions": [{"name": "x", "amount": "1", "claim": True}],
            "waterfall_rounding": "end",
        },
        ClaimsAtTheEnd,
    ),
    ({"shares": [A_SHARE], "step": "both"}, WrongValue),
]


@pytest.mark.parametrize(("plain", "error"), WRONG)
def test_terms_that_cannot_be_are_refused(plain: dict[str, Any], error: type[DomainError]) -> None:
    with pytest.raises(error):
        terms_from_plain({"owner": "operator"} | plain)


def test_the_examples_that_authors_read_are_an_agreement() -> None:
    readme = (Path(terms_module.__file__).parent / "README.md").read_text()
    said: dict[str, object] = {}
    for example in re.findall(r"```toml\n(.*?)```", readme, re.DOTALL):
        said |= tomllib.loads(example)
        # What comes after the rules is about commissions, which are terms of their own.
        if "rules" in said:
            break

    read = terms_from_plain(said)

    assert read.payees() == ["label", "operator"]
    assert read.split("young").payees() == ["label", "operator"]
    assert read.has_own_periods
    assert shares("1.23 EUR", read) == ["label 0.63 EUR", "operator 0.27 EUR"]
