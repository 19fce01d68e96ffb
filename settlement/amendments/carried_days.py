"""What interconnect terms leave uncovered: days without terms or prices, numbers, promises.

Spans are local days, half-open, with None for no end.
"""

from collections.abc import Iterable, Iterator, Set
from datetime import date, timedelta

from settlement.agreements.deal import Deal

Span = tuple[date, date | None]


def first_day_without(days: Span, spans: Iterable[Span]) -> date | None:
    """The first of these days that no span covers; None where each is covered."""
    day, until = days[0], days[1] or date.max
    for starts, ends in sorted(spans, key=lambda span: span[0]):
        if day < starts:
            break
        day = max(day, ends or date.max)
    return day if day < until else None


def gaps_beside(days: Span, others: Iterable[Span]) -> Iterator[tuple[date, date]]:
    """Days on which nothing holds: up to these days, and after them up to the next ones."""
    held = list(others)
    before = [ends or date.max for starts, ends in held if starts < days[0]]
    if before and max(before) < days[0]:
        yield max(before), days[0]
    ends = days[1]
    later = [] if ends is None else [starts for starts, _ in held if starts >= ends]
    if ends is not None and later and min(later) > ends:
        yield ends, min(later)


def unpriced_digit(prefixes: Set[str]) -> str | None:
    """The first digit that no priced number begins with; numbers of other countries have no 0."""
    if "" in prefixes:
        return None
    begun = {prefix[0] for prefix in prefixes}
    return next((digit for digit in "123456789" if digit not in begun), None)


def day_outside(deal: Deal, spans: Iterable[Span]) -> date | None:
    """The first or the last day of a deal's term, if the agreement does not hold on it."""
    held = list(spans)
    for day in (deal.term_from, deal.term_until - timedelta(days=1)):
        if not any(starts <= day < (ends or date.max) for starts, ends in held):
            return day
    return None
