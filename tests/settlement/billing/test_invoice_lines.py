"""Charge lines become few lines that people read, and nothing is lost on the way."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currencies.money import money, shown, total
from settlement.billing.invoice import MinimumUnreadable, is_carried, minimum_for
from settlement.billing.invoice_lines import Charge, TaxInside, group_of, invoice_lines
from statements.document import Line, Tax

VAT = Tax("S", Decimal("0.23"))


def a_charge(amount: str = "1.00", **changes: object) -> Charge:
    facts: dict[str, object] = {
        "id": str(UUID(int=1)),
        "party_id": UUID(int=2),
        "contract_id": None,
        "service": "voice",
        "product": "VOICE",
        "traffic_direction": "outgoing",
        "destination": "Poland - Mobile",
        "tax_category": "standard",
        "currency": "PLN",
        "amount": Decimal(amount),
        "amount_3600": Decimal(amount) * 3600,
        "unit_price": None,
        "quantity": 1,
        "billed_units": 60,
        "starts_on": dt.date(2026, 10, 1),
        "ends_on": dt.date(2026, 11, 1),
    }
    return Charge(**(facts | changes))  # type: ignore[arg-type]


def lines_of(*charges: Charge) -> tuple[Line, ...]:
    return invoice_lines(
        charges, {"MELODY": "Melody of the day"}, "en", lambda _category, _corrects: VAT
    )


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [(0, "0"), (3, "0.05"), (61, "1.02"), (100, "1.67"), (600, "10"), (-100, "-1.67")],
)
def test_calls_are_in_minutes_to_two_places(seconds: int, minutes: str) -> None:
    [line] = lines_of(a_charge("1.00", billed_units=seconds))

    assert (line.quantity, line.unit_code) == (Decimal(minutes), "MIN")


def test_destinations_of_a_country_are_one_line_with_its_destinations_as_details():
    [line] = lines_of(
        a_charge("1.00", destination="Poland - Mobile", billed_units=90),
        a_charge("2.00", destination="Poland - Non-TP", billed_units=60),
    )

    assert (line.description, line.quantity, line.unit_code) == ("Poland", Decimal("2.5"), "MIN")
    assert [(each.description, shown(each.net)) for each in line.details] == [
        ("Poland - Mobile", "1.00 PLN"),
        ("Poland - Non-TP", "2.00 PLN"),
    ]


def test_calls_that_an_allowance_covers_stand_with_their_minutes_and_no_amount():
    # 90 s are covered whole; of the next 120 s the allowance has 30 s left, 90 s are charged.
    [line] = lines_of(
        a_charge("0.00", destination="Poland - Mobile", free_units=90, billed_units=0),
        a_charge("1.00", destination="Poland - Non-TP", free_units=30, billed_units=90),
    )

    assert (line.quantity, line.unit_code, shown(line.net)) == (Decimal("3.5"), "MIN", "1.00 PLN")
    assert [(each.quantity, shown(each.net)) for each in line.details] == [
        (Decimal("1.5"), "0.00 PLN"),
        (Decimal("2"), "1.00 PLN"),
    ]


@pytest.mark.parametrize(
    ("free", "billed", "quantity", "price"),
    [
        # What is paid for multiplies with its price to the amount; what nobody pays for does not.
        (3 * 10**6, 2 * 10**6, Decimal(2), Decimal(5)),
        (3 * 10**6, 0, Decimal(3), None),
    ],
)
def test_data_that_an_allowance_covers_is_not_nothing(free, billed, quantity, price):
    charge = a_charge(
        "10.00" if billed else "0.00",
        service="data",
        per="megabyte",
        destination="",
        unit_price=Decimal(5),
        free_units=free,
        billed_units=billed,
    )

    [line] = lines_of(charge)

    assert (line.quantity, line.unit_price) == (quantity, price)


@pytest.mark.parametrize(
    ("destination", "group"),
    [
        ("Poland - Non-TP", "Poland"),
        ("Afghanistan Mobile - Etisalat", "Afghanistan Mobile"),
        ("Afghanistan", "Afghanistan"),
        ("Guinea-Bissau", "Guinea-Bissau"),
    ],
)
def test_a_destination_group_is_what_stands_before_the_dash(destination: str, group: str):
    assert group_of(destination) == group


def test_a_product_goes_by_its_name_with_its_price_where_one_price_holds():
    charge = a_charge(
        "6.00", service="content", product="MELODY", quantity=3, unit_price=Decimal("2.000000")
    )

    [line] = lines_of(charge)

    assert (line.description, line.quantity, line.unit_price) == (
        "Melody of the day",
        3,
        Decimal("2"),
    )


def test_two_prices_are_no_price():
    [line] = lines_of(
        a_charge("2.00", service="content", product="MELODY", unit_price=Decimal(2)),
        a_charge("3.00", service="content", product="MELODY", unit_price=Decimal(3)),
    )

    assert (shown(line.net), line.unit_price) == ("5.00 PLN", None)


def test_a_correction_stands_apart_and_names_its_period():
    lines = lines_of(a_charge("4.00"), a_charge("-1.00", corrects="2026-09", billed_units=-60))

    assert [(line.description, shown(line.net)) for line in lines] == [
        ("Poland", "4.00 PLN"),
        ("Poland, correction of 2026-09", "-1.00 PLN"),
    ]


def test_services_stand_in_the_order_of_the_month():
    services = ["one_off", "recurring", "content", "data", "sms", "voice"]

    lines = lines_of(*(a_charge(service=service, destination="") for service in services))

    assert [line.group for line in lines] == [
        "Calls",
        "Messages",
        "Data",
        "Content",
        "Monthly fees",
        "One-off fees",
    ]


charges = st.builds(
    a_charge,
    st.integers(-10_000, 10_000).map(lambda cents: str(Decimal(cents).scaleb(-2))),
    service=st.sampled_from(["voice", "sms", "content", "recurring"]),
    destination=st.sampled_from(["Poland - Mobile", "Poland", "Germany - Other"]),
    product=st.sampled_from(["", "MELODY", "QUIZ"]),
    corrects=st.sampled_from(["", "2026-09"]),
)


@given(st.lists(charges, min_size=1, max_size=12), st.randoms())
def test_the_invoice_is_the_sum_of_its_charges_in_any_order(found, random):
    lines = lines_of(*found)
    shuffled = list(found)
    random.shuffle(shuffled)

    assert total((line.net for line in lines), "PLN") == total((c.money for c in found), "PLN")
    assert lines_of(*shuffled) == lines


@pytest.mark.parametrize(
    ("owed", "has_ended", "carried"),
    [
        ("4.99", False, True),
        ("5.00", False, False),
        ("0.00", False, False),
        ("-3.00", False, False),
        ("4.99", True, False),
    ],
)
def test_only_what_lies_between_zero_and_the_minimum_is_carried(
    owed: str, has_ended: bool, carried: bool
):
    minimum = money("5.00 PLN")

    assert is_carried(money(f"{owed} PLN"), minimum, has_ended) is carried


def test_without_a_minimum_in_the_currency_nothing_is_carried():
    assert minimum_for({"minimum_invoice": "5.00 PLN"}, "EUR") is None
    assert not is_carried(money("0.01 EUR"), None, False)


@pytest.mark.parametrize("text", ["5.00", "5.00PLN"])
def test_a_minimum_that_cannot_be_read_is_refused(text: str):
    with pytest.raises(MinimumUnreadable):
        minimum_for({"minimum_invoice": text}, "PLN")


def test_data_and_meters_are_shown_in_the_unit_of_their_price() -> None:
    charges = [
        a_charge("0.03", service="data", product="", per="megabyte", billed_units=1_500_000),
        a_charge("1.05", service="meter", product="", per="kilowatt_hour", billed_units=1_234),
        a_charge("2.00", service="meter", product="", per="cubic_metre", billed_units=2_000),
    ]

    lines = invoice_lines(charges, {}, "en", lambda _category, _corrects: VAT)

    assert [(line.description, line.quantity, line.unit_code) for line in lines] == [
        ("Data", Decimal("1.5"), "4L"),
        ("Metered consumption", Decimal(2), "MTQ"),
        ("Metered consumption", Decimal("1.234"), "KWH"),
    ]


@pytest.mark.parametrize(
    ("inclusive_tax", "net", "inside"),
    [("net_rounded", "2.88 PLN", "0.11 PLN"), ("tax_rounded", "2.87 PLN", "0.12 PLN")],
)
def test_r83_prices_of_a_tariff_include_the_tax_of_calls_without_a_product(
    inclusive_tax: str, net: str, inside: str
):
    with_tax, without = UUID(int=7), UUID(int=8)
    charges = [
        a_charge("2.99", product="", tariff_version_id=with_tax),
        a_charge("1.00", product="", tariff_version_id=without),
        # A product says of its own prices whether they do.
        a_charge("4.00", product="VOICE", tariff_version_id=with_tax),
    ]
    told = TaxInside(frozenset(), frozenset([with_tax]), {"inclusive_tax": inclusive_tax})

    lines = invoice_lines(
        charges, {}, "en", lambda _category, _corrects: Tax("S", Decimal("0.04")), told
    )

    assert [(shown(each.net), each.tax_inside and shown(each.tax_inside)) for each in lines] == [
        ("5.00 PLN", None),
        (net, inside),
    ]
