"""What rounding takes from one it gives to another, and all of it is told."""

from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from currencies.money import money
from settlement.agreements.sharing_terms import terms_from_plain
from settlement.sharing.crediting import Credit, Revenue, SplitBy, credits_of
from settlement.sharing.fractions import rounded_steps
from settlement.sharing.waterfall import Share, Shared, Taken
from tests.reference.test_sharing_against_reference import UNITS, agreements, claiming

NAMES = ("label", "studio", "aggregator", "artist")
PARTIES = {name: UUID(int=place) for place, name in enumerate(NAMES)}
HALVES = {"owner": "operator", "shares": [{"payee": "label", "rate": "0.50"}]}


def a_credit(
    gross: str | Decimal,
    plain: dict[str, Any],
    by_event: Shared | None = None,
    split_by: SplitBy = SplitBy(),  # noqa: B008 - a value.
    events: int = 1,
) -> Credit:
    revenue = Revenue(UUID(int=7), UUID(int=8), "film", "EUR", events, Decimal(gross))
    return credits_of(revenue, terms_from_plain(plain), PARTIES, by_event, split_by)[0]


def fractions(credit: Credit, plain: dict[str, Any]) -> dict[str, Fraction]:
    found = rounded_steps(credit, terms_from_plain(plain))
    return {step.what: step.exact - Fraction(step.given) for step in found}


def test_half_a_cent_goes_from_one_to_the_other() -> None:
    # 0.01 is 0.005 for each; the first in order is given the cent.
    found = fractions(a_credit("0.01", HALVES), HALVES)

    assert found == {"label": Fraction(-1, 200), "operator": Fraction(1, 200)}


def test_what_splitting_event_by_event_loses_is_a_fraction_too() -> None:
    # R42: 1,000 events of 0.10 at 33.33 % give 30.00 one by one; exactly they are 33.33.
    plain = {
        "owner": "operator",
        "rounding_level": "event",
        "shares": [{"payee": "label", "rate": "0.3333"}],
    }
    one_by_one = Shared(
        [],
        [Share("label", money("30.00 EUR")), Share("operator", money("70.00 EUR"))],
        money("0 EUR"),
    )

    found = fractions(a_credit("100.00", plain, one_by_one, events=1000), plain)

    assert found == {"label": Fraction("3.33"), "operator": Fraction("-3.33")}


def test_a_fixed_amount_is_taken_of_every_event() -> None:
    plain = HALVES | {"rounding_level": "event", "deductions": [{"name": "fee", "amount": "0.02"}]}
    # Three events of 0.05: 0.02 each for the fee, 0.02 for the label and 0.01 for the operator.
    one_by_one = Shared(
        [Taken("fee", money("0.06 EUR"))],
        [Share("label", money("0.06 EUR")), Share("operator", money("0.03 EUR"))],
        money("0 EUR"),
    )

    found = fractions(a_credit("0.15", plain, one_by_one, events=3), plain)

    assert found == {"fee": 0, "label": Fraction("-0.015"), "operator": Fraction("0.015")}


def test_base_costs_and_what_was_carried_are_taken_as_they_were() -> None:
    plain = HALVES | {
        "share_base": "list",
        "deductions": [{"name": "network", "from": "interconnect_cost"}],
    }
    split_by = SplitBy(Decimal("2.00"), {"interconnect_cost": money("0.30 EUR")}, Decimal("0.05"))

    # 8.00 and 2.00 are 10.00, less 0.30 and 0.05: 9.65, of which each has 4.825.
    found = fractions(a_credit("8.00", plain, split_by=split_by), plain)

    assert found == {
        "": 0,
        "network": 0,
        "label": Fraction("-0.005"),
        "operator": Fraction("0.005"),
    }


def test_claims_are_served_in_whole_minor_units() -> None:
    claims = [{"name": name, "amount": "5.00", "claim": True} for name in ("store", "fund")]
    plain = HALVES | {"deductions": claims}

    # 6.01 serves 3.01 and 3.00, and leaves nothing: no step has a fraction.
    assert set(fractions(a_credit("6.01", plain), plain).values()) == {0}


def test_claims_on_what_rounding_left_take_a_fraction_from_the_payees() -> None:
    vat = {"name": "vat", "rate": "0.23", "vat": True}
    plain = HALVES | {"deductions": [vat, {"name": "fund", "amount": "0.12", "claim": True}]}

    # Of 0.11 the VAT is 0.11 x 23 / 123 = 0.02 + 7 / 12300; the claim takes all of the 0.09 left,
    # which are 7 / 12300 more than there is: half of it from each.
    found = fractions(a_credit("0.11", plain), plain)

    assert found == {
        "vat": Fraction(7, 12300),
        "fund": 0,
        "label": Fraction(-7, 24600),
        "operator": Fraction(-7, 24600),
    }


@given(units=UNITS, plain=agreements() | claiming(), mirrored=st.booleans())
def test_property_the_fractions_of_a_split_add_up_to_nothing(
    units: int, plain: dict[str, Any], mirrored: bool
) -> None:
    credit = a_credit(Decimal(units).scaleb(-2), plain)
    found = fractions(credit.reversed() if mirrored else credit, plain)

    assert sum(found.values()) == 0
    # Each step is rounded by half a cent; what stands below it bears those above as well.
    assert all(abs(each) <= Fraction(len(found) + 1, 100) for each in found.values())
