"""Rule R59: what a deal lacks is charged once, when its term is over."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from i18n.errors import Invalid
from settlement.agreements.agreed import Interconnect
from settlement.agreements.deal import (
    DealTwice,
    DirectionsOfDeal,
    PromiseUnclear,
    SwapUneven,
    TermNotWholeMonths,
    deals_from_plain,
    deals_to_plain,
)
from settlement.rating.deals.fulfilment import Used, fulfilments
from settlement.rating.line_derivation import from_text
from tests.reference.deals import due, swapped
from tests.settlement.rating.formula import worked_out

TERM = {"term_from": "2026-01-01", "term_until": "2027-01-01"}
DECEMBER = date(2026, 12, 1), date(2027, 1, 1)
MILLION = {"minutes": 1_000_000, "price": "0.010"}
COMMITMENT = {"code": "2026", "kind": "commitment", **TERM, "outgoing": MILLION}
AGREEMENT = Interconnect(
    terms_id=UUID(int=1), agreement_id=UUID(int=2), code="IC", carrier_id=UUID(int=3),
    currency="EUR", time_zone="UTC", incoming="in", outgoing="out", tolerance=Decimal(0),
    objection_days=30, notice_days=30, fixing=None, policies={}, trunks=(),
    valid_from=date(2026, 1, 1), valid_until=None,
)  # fmt: skip


def charged(deal: dict[str, Any], **used: tuple[int, str]) -> dict[str, tuple[int, Decimal]]:
    """Missing seconds and amounts by direction; `used` are minutes and money."""
    (read,) = deals_from_plain([deal], "IC")
    so_far = {
        direction: Used(minutes * 60, Decimal(amount) * 3600)
        for direction, (minutes, amount) in used.items()
    }
    lines = [each.line(*DECEMBER) for each in fulfilments(AGREEMENT, read, so_far)]  # type: ignore[arg-type]
    for line in lines:
        if line is not None:
            assert line.derivation is not None
            assert worked_out(from_text(line.derivation).formula) == Fraction(line.amount)
    return {line.direction: (line.billed_units, line.amount) for line in lines if line is not None}


@pytest.mark.parametrize(
    ("minutes", "amount"), [(950_000, "500.00"), (0, "10000.00"), (999_999, "0.01")]
)
def test_what_a_commitment_lacks_is_charged_at_its_price(minutes: int, amount: str) -> None:
    missing = (1_000_000 - minutes) * 60
    found = charged(COMMITMENT, outgoing=(minutes, "0"))
    assert found == {"payable": (missing, Decimal(amount))}


@pytest.mark.parametrize("minutes", [1_000_000, 1_200_000])
def test_nothing_is_charged_where_the_promise_is_kept(minutes: int) -> None:
    assert charged(COMMITMENT, outgoing=(minutes, "0")) == {}


def test_a_promise_of_money_lacks_what_was_not_charged() -> None:
    deal = COMMITMENT | {"outgoing": {"amount": "10000.00"}}

    assert charged(deal, outgoing=(7, "9999.995")) == {"payable": (0, Decimal("0.01"))}


def test_a_bilateral_deal_is_kept_by_each_direction_for_itself() -> None:
    deal = COMMITMENT | {
        "kind": "bilateral", "incoming": {"minutes": 100, "price": "0.10"},
        "outgoing": {"minutes": 200, "price": "0.20"},
    }  # fmt: skip

    # Incoming lacks 10 minutes at 0.10, outgoing 20 at 0.20.
    assert charged(deal, incoming=(90, "0"), outgoing=(180, "0")) == {
        "receivable": (600, Decimal("1.00")),
        "payable": (1200, Decimal("4.00")),
    }


def test_of_a_swap_only_who_lacks_more_pays_for_what_it_lacks_beyond_the_other() -> None:
    promise = {"minutes": 100, "price": "0.10"}
    deal = COMMITMENT | {"kind": "swap", "incoming": promise, "outgoing": promise}

    # Incoming lacks 30 minutes and outgoing 10: incoming pays for 20.
    assert charged(deal, incoming=(70, "0"), outgoing=(90, "0")) == {
        "receivable": (1200, Decimal("2.00"))
    }


def money_of(exact: Fraction) -> Decimal:
    """Whole minutes at 0.07 are whole cents."""
    assert (exact * 100).denominator == 1
    return Decimal(int(exact * 100)).scaleb(-2)


@given(incoming=st.integers(0, 150), outgoing=st.integers(0, 150))
def test_a_swap_is_settled_as_by_hand(incoming: int, outgoing: int) -> None:
    promise = {"minutes": 100, "price": "0.07"}
    deal = COMMITMENT | {"kind": "swap", "incoming": promise, "outgoing": promise}

    found = charged(deal, incoming=(incoming, "0"), outgoing=(outgoing, "0"))

    by_hand = swapped(6000, {"receivable": incoming * 60, "payable": outgoing * 60})
    assert found == {
        side: (seconds, money_of(due(seconds, "0.07")))
        for side, seconds in by_hand.items()
        if seconds
    }


def test_deals_are_written_as_they_are_read() -> None:
    deals = deals_from_plain([COMMITMENT], "IC")
    assert deals_from_plain(deals_to_plain(deals), "IC") == deals


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"term_from": "2026-01-15"}, TermNotWholeMonths),
        ({"term_until": "2026-01-01"}, TermNotWholeMonths),
        ({"incoming": MILLION}, DirectionsOfDeal),
        ({"kind": "bilateral"}, DirectionsOfDeal),
        ({"outgoing": MILLION | {"amount": "1.00"}}, PromiseUnclear),
        ({"outgoing": {"amount": "0"}}, PromiseUnclear),
        ({"outgoing": {"minutes": 5}}, PromiseUnclear),
        ({"kind": "swap", "incoming": MILLION | {"minutes": 5}}, SwapUneven),
    ],
)
def test_a_deal_that_says_two_things_is_refused(
    changed: dict[str, Any], refusal: type[Invalid]
) -> None:
    with pytest.raises(refusal):
        deals_from_plain([COMMITMENT | changed], "IC")


def test_two_deals_of_one_code_are_refused() -> None:
    with pytest.raises(DealTwice):
        deals_from_plain([COMMITMENT, COMMITMENT], "IC")
