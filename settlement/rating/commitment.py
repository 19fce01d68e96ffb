"""Terms of subscriptions on the calendar: when each ends, which days are free, what leaving costs.

Months are counted from the day on which the first one began: a term from 31 January has its months
on 28 February, 31 March and so on. `settlement.catalogue.term` says what a term is.
"""

import calendar
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import count
from typing import NamedTuple

from currencies.money import Money, money, scaled
from currencies.rounding import to_minor_unit
from settlement.catalogue.tariff import TariffVersion
from settlement.catalogue.term import Term
from settlement.rating.commercial_derivation import of_leaving, of_months_left
from settlement.rating.derivation import Derivation
from settlement.rating.fees import Days, prorated
from settlement.rating.line_derivation import FeePiece

A_DAY = timedelta(days=1)


class Commitment(NamedTuple):
    """A term that was agreed on a day; a later agreement takes its place, None where none did."""

    begins_on: date
    term: Term
    replaced_on: date | None = None


def agreed_terms(begun: Sequence[date], versions: Sequence[TariffVersion]) -> list[Commitment]:
    """The terms that began on these days, in order, as the version of that day says; or none."""
    replaced: list[date | None] = [*begun[1:], None]
    found = []
    for begins_on, replaced_on in zip(begun, replaced, strict=True):
        for version in versions:
            holds = overlap(Days(begins_on, begins_on + A_DAY), _validity(version)) is not None
            if holds and version.term is not None:
                found.append(Commitment(begins_on, version.term, replaced_on))
    return found


def months_after(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month.

    Beyond the last month that dates can tell it is the last date.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def free_days(commitments: Sequence[Commitment], period: Days) -> list[Days]:
    """The days of a period on which recurring fees are not charged, in order."""
    free = []
    for each in commitments:
        for start in _starts(each, period.until):
            bonus_from = months_after(
                each.begins_on, start + each.term.months - each.term.bonus_months
            )
            ends = months_after(each.begins_on, start + each.term.months)
            if each.replaced_on is not None:
                ends = min(ends, each.replaced_on)
            days = overlap(Days(bonus_from, ends), period)
            if days is not None:
                free.append(days)
    return free


def begun_in(commitments: Sequence[Commitment], days: Days) -> list[Term]:
    """The terms that begin on days, in order; one replaced on its first day never began."""
    begun = []
    for each in commitments:
        for start in _starts(each, days.until):
            begins = months_after(each.begins_on, start)
            held = each.replaced_on is None or begins < each.replaced_on
            if held and begins >= days.first:
                begun.append(each.term)
    return begun


class LeavingFee(NamedTuple):
    """What leaving early costs, and how that came about."""

    amount: Money
    derivation: Derivation


def leaving_fee(
    commitments: Sequence[Commitment], currency: str, left_on: date
) -> LeavingFee | None:
    """What a subscription costs that ends before its term; `left_on` is the first day without."""
    for each in commitments:
        if each.replaced_on is not None and left_on > each.replaced_on:
            continue
        for start in _starts(each, left_on):
            begins = months_after(each.begins_on, start)
            if begins < left_on < months_after(each.begins_on, start + each.term.months):
                return _fee(each, start, currency, left_on)
    return None


def overlap(one: Days, other: Days) -> Days | None:
    """The days that are in both; None where none is."""
    first = max(one.first, other.first)
    ends = [day for day in (one.until, other.until) if day is not None]
    until = min(ends, default=None)
    return None if until is not None and until <= first else Days(first, until)


def without(days: Days, free: Sequence[Days]) -> list[Days]:
    """What is left of days when others, in order and apart, are taken out."""
    left, first = [], days.first
    for each in free:
        before = overlap(Days(first, each.first), days)
        if before is not None:
            left.append(before)
        if each.until is None:
            return left
        first = max(first, each.until)
    rest = overlap(Days(first, days.until), days)
    return left if rest is None else [*left, rest]


def _validity(version: TariffVersion) -> Days:
    return Days(version.valid_from, version.valid_until)


def _starts(commitment: Commitment, before: date | None) -> Iterator[int]:
    """After how many months its terms begin, as far as they begin before a day."""
    assert before is not None, "a period that is charged has an end"
    term = commitment.term
    for number in count():
        begins = months_after(commitment.begins_on, number * term.months)
        if begins >= before or (number and term.renewal != "again"):
            return
        yield number * term.months


def _fee(commitment: Commitment, start: int, currency: str, left_on: date) -> LeavingFee:
    term = commitment.term
    price = to_minor_unit(money(term.fee, currency))
    if term.early_leaving == "flat":
        piece = FeePiece(price.amount, 0, 1, 1, price.amount)
        return LeavingFee(price, of_leaving(piece, currency))
    ends = [months_after(commitment.begins_on, start + month + 1) for month in range(term.months)]
    if term.early_leaving == "remaining_months":
        months = sum(end > left_on for end in ends)
        due = to_minor_unit(scaled(money(term.fee, currency), months))
        return LeavingFee(due, of_months_left(term.fee, months, due.amount, currency))
    begins = months_after(commitment.begins_on, start)
    used, left = (left_on - begins).days, (ends[-1] - left_on).days
    due = prorated(price, [used, left], used + left)[1]
    piece = FeePiece(price.amount, used, left, used + left, due.amount)
    return LeavingFee(due, of_leaving(piece, currency))
