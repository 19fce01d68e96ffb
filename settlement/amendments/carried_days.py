"""What interconnect terms leave uncovered: days without terms or prices, numbers, promises.

Spans are local days, half-open, with None for no end.
"""

from collections.abc import Iterable, Iterator, Set
from datetime import date, timedelta
from typing import Final

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from settlement.agreements.deal import Deal

NO_COUNTRY: Final = "001"
COUNTRIES: Final = tuple(
    str(code) for code, named in COUNTRY_CODE_TO_REGION_CODE.items() if NO_COUNTRY not in named
)

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


def unpriced_beginning(prefixes: Set[str]) -> str | None:
    """The shortest beginning of numbers that no prefix prices, the lowest of several as short.

    Prices of "4822" and "4850" leave out numbers that begin with "480". Numbers of no country,
    which nobody dials or whose price is agreed by service, are not asked for.
    """
    if "" in prefixes:
        return None
    begun = {prefix[:length] for prefix in prefixes for length in range(len(prefix))} | {""}
    shorter = [""]
    while shorter:
        longer = [each + digit for each in shorter for digit in "0123456789"]
        unpriced = [each for each in longer if each not in prefixes]
        for each in unpriced:
            if each not in begun and _is_of_a_country(each):
                return each
        shorter = [each for each in unpriced if each in begun]
    return None


def _is_of_a_country(beginning: str) -> bool:
    return any(code.startswith(beginning) or beginning.startswith(code) for code in COUNTRIES)


def day_outside(deal: Deal, spans: Iterable[Span]) -> date | None:
    """The first or the last day of a deal's term, if the agreement does not hold on it."""
    held = list(spans)
    for day in (deal.term_from, deal.term_until - timedelta(days=1)):
        if not any(starts <= day < (ends or date.max) for starts, ends in held):
            return day
    return None
