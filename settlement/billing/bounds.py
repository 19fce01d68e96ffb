"""Bounds within which a run bills a customer without a person looking at the bill first.

Three tenant policies; `none` takes a bound away:

    bill_lines_bound   10000   charges on one bill, at most
    bill_amount_bound  10      times what the customer was billed on average, at most
    bill_run           at_once | after_approval: whether a second person approves a run first

The average is that of the last six months with a bill of a run, in the currency of the bill. With
fewer than three such months, or an average of zero or less, there is nothing to compare with.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from currencies.money import EXACT, Money, money, shown
from currencies.rounding import to_minor_unit
from i18n.errors import Conflict, DomainError, Invalid

MONTHS_BACK = 6
LEAST_MONTHS = 3
LINES, TIMES = "10000", "10"
NONE = "none"


class BoundUnreadable(Invalid):
    """The policy {policy} is {text}. Write a number above zero, or none."""


class TooManyCharges(Conflict):
    """{charges} charges are beyond the bound of {bound}. Look at them, then release the bill."""


class TooMuchBilled(Conflict):
    """{amount} is beyond {times} times the average of {average}. Look at it, then release it."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a bill may come to without a person; None where a tenant has no such bound."""

    lines: int | None
    times: Decimal | None


@dataclass(frozen=True, slots=True)
class Trail:
    """What a customer was billed by runs in earlier months: how many months, how much in all."""

    months: int
    billed: Money


def bounds_of(policies: Mapping[str, str]) -> Bounds:
    """The bounds of a tenant. Raises BoundUnreadable."""
    lines = _number(policies, "bill_lines_bound", LINES)
    times = _number(policies, "bill_amount_bound", TIMES)
    return Bounds(None if lines is None else int(lines), times)


def breach(bounds: Bounds, charges: int, owed: Money, trail: Trail | None) -> DomainError | None:
    """Why a bill waits for a person; None where it is within all bounds."""
    if bounds.lines is not None and charges > bounds.lines:
        return TooManyCharges(charges=charges, bound=bounds.lines)
    if bounds.times is None or trail is None:
        return None
    if trail.months < LEAST_MONTHS or trail.billed.amount <= 0:
        return None
    # Multiplied, not divided, so that no rounding decides.
    allowed = EXACT.multiply(bounds.times, trail.billed.amount)
    if EXACT.multiply(abs(owed.amount), Decimal(trail.months)) <= allowed:
        return None
    average = to_minor_unit(money(trail.billed.amount / trail.months, str(owed.currency.code)))
    times = f"{bounds.times.normalize():f}"
    return TooMuchBilled(amount=shown(owed), times=times, average=shown(average))


def _number(policies: Mapping[str, str], policy: str, default: str) -> Decimal | None:
    text = policies.get(policy, default)
    if text == NONE:
        return None
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal(0)
    if not found.is_finite() or found <= 0:
        raise BoundUnreadable(policy=policy, text=text)
    return found
