"""What is due over periods of their own, recomputed with fractions from the plain terms.

Months are counted from year 0 and amounts are whole minor units; none of the product's code. Where
the product subtracts what was credited from what is due, this says what is due in all, so a test
adds up what the product gave.
"""

import calendar
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

Plain = dict[str, Any]
LENGTH = {"month": 1, "quarter": 3, "year": 12}


class Agreed(NamedTuple):
    """A version of terms from a day of a month on; the day is 1 to 31."""

    month: int
    day: int
    terms: Plain


class Sold(NamedTuple):
    """Left to share of a month of usage, under the version with this number."""

    month: int
    version: int
    base: int


def period_of(month: int, kind: str, versions: Sequence[Agreed]) -> tuple[int, int]:
    """First month and number of months of the own period; a term has no months beyond counting."""
    if kind == "term":
        return versions[0].month, 10**6
    counted_from = versions[0].month if _first(versions, "periods_from") == "agreement" else 0
    length = LENGTH[kind]
    return month - (month - counted_from) % length, length


def due(
    cause: str,
    period: tuple[int, int],
    now: int,
    versions: Sequence[Agreed],
    end: int | None,
    sold: Sequence[Sold],
) -> int:
    """What the payee is due for a cause and period at the end of a month, in minor units.

    `end` is the last month of the agreement. For `tier`, all that is due as a share.
    """
    first, length = period
    within = [each for each in sold if first <= each.month < first + length]
    earned = _tiered(within, versions)
    if cause == "tier":
        return earned
    if cause == "fee":
        return _fee(period, now, versions, end)
    if end is not None and end < first:
        return 0
    promise = _promise({"cap": "caps", "guarantee": "guarantees", "advance": "advances"}[cause],
                       period, now, versions)  # fmt: skip
    if promise is None:
        return 0
    amount = int(Fraction(promise["amount"]) * 100)
    if cause == "cap":
        return min(amount, earned) - earned
    earned += _capped(period, now, versions, earned)
    if cause == "guarantee":
        is_over = now >= first + length - 1 or (end is not None and now >= end)
        return max(amount - earned, 0) if is_over else 0
    return max(earned - amount, 0) - earned


def _capped(period: tuple[int, int], now: int, versions: Sequence[Agreed], earned: int) -> int:
    cap = _promise("caps", period, now, versions)
    return 0 if cap is None else min(int(Fraction(cap["amount"]) * 100), earned) - earned


def _tiered(sold: Sequence[Sold], versions: Sequence[Agreed]) -> int:
    """Each version adds its base to that of those before, at its own rates."""
    base = found = 0
    for number, version in enumerate(versions):
        added = sum(each.base for each in sold if each.version == number)
        found += _share(base + added, version.terms) - _share(base, version.terms)
        base += added
    return found


def _share(base: int, terms: Plain) -> int:
    size, found, done = abs(base), Fraction(0), 0
    for tier in terms["shares"][0]["tiers"]:
        bound = int(tier["up_to"]) * 100 if "up_to" in tier else size
        if terms.get("tier_kind") == "retroactive":
            if size <= bound:
                found = size * Fraction(tier["rate"])
                break
            continue
        part = max(min(size, bound) - done, 0)
        found += part * Fraction(tier["rate"])
        done += part
    return _half_up(found) * (-1 if base < 0 else 1)


def _fee(period: tuple[int, int], now: int, versions: Sequence[Agreed], end: int | None) -> int:
    """A day at a time: how much of the fee has been earned before a day, and on the next."""
    first, length = period
    months = range(first, first + length)
    days = sum(_days(month) for month in months)
    passed = found = 0
    for month in months:
        for day in range(1, _days(month) + 1):
            number = max(
                (n for n, each in enumerate(versions) if (each.month, each.day) <= (month, day)),
                default=None,
            )
            held = number is not None and month <= now and (end is None or month <= end)
            for fee in versions[number].terms.get("fees", []) if held else []:
                amount = Fraction(fee["amount"]) * 100
                found += _half_up(amount * (passed + 1) / days) - _half_up(amount * passed / days)
            passed += 1
    return found


def _promise(
    name: str, period: tuple[int, int], now: int, versions: Sequence[Agreed]
) -> Plain | None:
    """As the last version makes it that has begun before the period is over, or now is."""
    last = min(now, period[0] + period[1] - 1)
    begun = [each for each in versions if each.month <= last]
    promises = begun[-1].terms.get(name) if begun else None
    return promises[0] if promises else None


def _first(versions: Sequence[Agreed], key: str) -> Any:
    return versions[0].terms.get(key)


def _days(month: int) -> int:
    return calendar.monthrange(month // 12, month % 12 + 1)[1]


def _half_up(amount: Fraction) -> int:
    return int(amount + Fraction(1, 2))
