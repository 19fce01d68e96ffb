"""Read the lines of a declaration all together, so that each bad one has its reason.

    3 lines of the declaration are refused: bucket 2: 1e1 is not ...; bucket 7: 2026-11-02 lies ...

Nothing of a declaration is taken in without the lines that cannot be read, so whoever sent it is
told of all of them at once, by their places in the file.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Final, TypeVar

from lxml import etree

from i18n.errors import DomainError, Invalid
from i18n.locale import Clause, Several, Words
from statements.document import Period

MOST_SAID: Final = 20

Line = TypeVar("Line")


class DeclaredLinesRefused(Invalid):
    """{count} lines of the declaration are refused: {findings}. Nothing of it is taken in. Correct
    them and send it again.
    """


class OutsideThePeriod(Invalid):
    """{day} lies outside the period declared, {starts_on} until {until}. Declare it with its
    period.
    """


def read_lines(
    name: str, elements: Iterable[etree._Element], read: Callable[[etree._Element], Line]
) -> tuple[Line, ...]:
    """All lines as values; `name` is what a line is called. Raises DeclaredLinesRefused."""
    found, faults = [], []
    for number, element in enumerate(elements, 1):
        try:
            found.append(read(element))
        except DomainError as fault:
            faults.append(
                Words("{name} {number}: {why}", name=name, number=number, why=Clause(fault))
            )
    if faults:
        raise DeclaredLinesRefused(count=len(faults), findings=Several(faults[:MOST_SAID]))
    return tuple(found)


def require_inside(period: Period, day: date) -> None:
    """Refuse a day that the period does not have. Raises OutsideThePeriod."""
    if not period.starts_on <= day < period.until:
        raise OutsideThePeriod(day=day, starts_on=period.starts_on, until=period.until)
