"""Rule R62: calls without a calling number above the agreed share pay the default rate."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import polars as pl
import pytest

from settlement.agreements.agreed import Interconnect
from settlement.agreements.partner_terms import (
    MissingCallerUnclear,
    interconnect_terms_from_plain,
    interconnect_terms_to_plain,
)
from settlement.rating.kernel import rate
from settlement.rating.line_derivation import from_text
from settlement.rating.missing_callers import added, callers_of, missing_caller_lines
from tests.settlement.rating.formula import worked_out
from tests.settlement.rating.usage_and_terms import a_call, a_trunk, snapshot, usage_frame

OCTOBER = date(2026, 10, 1), date(2026, 11, 1)
IC, CARRIER = str(UUID(int=2)), str(UUID(int=3))
COST = {
    "code": "wholesale", "currency": "EUR", "valid_from": "2026-01-01",
    "voice": {"price": "0.02", "destination": "termination"},
}  # fmt: skip
TERMS = Interconnect(
    terms_id=UUID(int=1), agreement_id=UUID(int=2), code="IC", carrier_id=UUID(int=3),
    currency="EUR", time_zone="UTC", incoming="in", outgoing=None, tolerance=Decimal(0),
    objection_days=30, notice_days=30, fixing=None, policies={}, trunks=(),
    valid_from=date(2026, 1, 1), valid_until=None,
    missing_caller_share=Decimal("0.05"), missing_caller_price=Decimal("0.10"),
)  # fmt: skip


def charged(
    named: int, nameless: int, terms: Interconnect = TERMS, caller: str | None = None
) -> list[Decimal]:
    """What is charged more for so many minutes with a number, and without."""
    calls = [
        a_call(60 * minutes, record_key=key, line=line, a_number=number, account=None,
               direction="incoming", trunk_in="T1")
        for line, (key, minutes, number) in enumerate(
            [("named", named, "353861230001"), ("nameless", nameless, caller)]
        )
        if minutes
    ]  # fmt: skip
    usage = usage_frame(*calls)
    trunk = a_trunk(direction="incoming", agreement=IC, carrier=CARRIER)
    batch = rate(usage, snapshot([COST], subscriptions=[], trunks=[trunk]))
    assert batch.suspended.is_empty()
    # In two parts, as a month is rated in slices.
    parts = [
        callers_of(batch.charges.filter(pl.col("line") == line), usage, frozenset([IC]))
        for line in (0, 1)
    ]
    lines = list(missing_caller_lines(added(pl.concat(parts)), {IC: terms}, *OCTOBER))
    for line in lines:
        assert line.derivation is not None
        assert worked_out(from_text(line.derivation).formula) == Fraction(line.amount)
    return [line.amount for line in lines]


@pytest.mark.parametrize(
    ("named", "nameless", "more"),
    [
        # 5 of 100 minutes are agreed; 15 above them cost 0.10 in place of 0.02: 15 x 0.08.
        (80, 20, ["1.20"]),
        (95, 5, []),
        # One minute above: 0.05 x 101 = 5.05, so 0.95 minutes x 0.08 = 0.076.
        (95, 6, ["0.08"]),
        # All of them: 95 of 100 are above.
        (0, 100, ["7.60"]),
        (100, 0, []),
    ],
)
def test_what_is_above_the_share_pays_the_default_rate(
    named: int, nameless: int, more: list[str]
) -> None:
    assert charged(named, nameless) == [Decimal(amount) for amount in more]


def test_an_empty_number_is_missing_too() -> None:
    assert charged(80, 20, caller="") == [Decimal("1.20")]


def test_a_default_rate_that_is_not_higher_adds_nothing() -> None:
    assert charged(80, 20, replace(TERMS, missing_caller_price=Decimal("0.02"))) == []


def test_share_and_price_are_agreed_together() -> None:
    plain = {
        "time_zone": "UTC", "incoming": "in", "missing_caller_share": "0.05",
        "missing_caller_price": "0.10",
    }  # fmt: skip
    terms = interconnect_terms_from_plain(plain, "IC")
    assert interconnect_terms_from_plain(interconnect_terms_to_plain(terms), "IC") == terms
    for changed in (
        {"missing_caller_share": "1.01"}, {"missing_caller_price": None},
        {"missing_caller_share": None},
    ):  # fmt: skip
        with pytest.raises(MissingCallerUnclear):
            interconnect_terms_from_plain(plain | changed, "IC")
