"""Fees for having something: by local calendar month, in parts of a month, or once.

A part of a month is not rounded for itself. What is due up to its end, rounded, less what was due
up to its beginning, is charged (rule R36); so the parts add up to the fee whatever they are.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from currencies.allocation import release
from currencies.money import Money, money
from currencies.rounding import to_minor_unit
from settlement.catalogue.fee import Fee
from settlement.rating.line_derivation import FeePiece
from settlement.rating.timeline import midnight


class Days(NamedTuple):
    """Local dates, half-open; no end is no end."""

    first: date
    until: date | None


def prorated(price: Money, pieces: Sequence[int], whole: int) -> list[Money]:
    """Charge pieces of a whole, one after the other from its beginning.

    10.00 in pieces of 1, 1 and 29 days of 31 is 0.32, 0.33 and 9.35.
    """
    rest = whole - sum(pieces)
    assert whole > 0 and rest >= 0 and min(pieces, default=0) >= 0, "pieces lie in the whole"
    weights = [Decimal(piece) for piece in (*pieces, rest)]
    return release(price, weights)[: len(pieces)]


def fee_piece(fee: Fee, currency: str, period: Days, active: Days, zone: str) -> FeePiece | None:
    """What a fee is in a period, for as much of it as the subscription was active, if at all.

    A one-off fee is due in the period in which the subscription begins.
    """
    price = to_minor_unit(money(fee.amount, currency))
    assert period.until is not None, "a period that is charged has an end"
    if fee.kind == "one_off":
        begins = period.first <= active.first < period.until
        return FeePiece(price.amount, 0, 1, 1, price.amount) if begins else None
    starts = max(period.first, active.first)
    ends = period.until if active.until is None else min(period.until, active.until)
    if ends <= starts:
        return None
    edges = [_place(day, fee, zone) for day in (period.first, starts, ends, period.until)]
    before, during, whole = edges[1] - edges[0], edges[2] - edges[1], edges[3] - edges[0]
    amount = prorated(price, [before, during], whole)[1].amount
    return FeePiece(price.amount, before, during, whole, amount)


def _place(day: date, fee: Fee, zone: str) -> int:
    # By the second, the day of 25 hours costs more than others.
    return midnight(day, zone) if fee.proration_unit == "second" else day.toordinal()
