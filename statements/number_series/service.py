"""Open the number series of kinds of documents, and count in them under a lock."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from i18n.errors import Conflict
from statements.document import Kind
from statements.number_series import store
from statements.numbering import (
    Resets,
    Series,
    SeriesMovedOn,
    check_series,
    cycle_of,
    number_text,
)
from statements.passing.service import Count
from tenants.session import TenantSession


class NoSeries(Conflict):
    """There is no number series for {kind}. Open one, then issue."""


class SeriesInUse(Conflict):
    """The series for {kind} is {template} already. A series in use keeps its template."""


@dataclass(frozen=True, slots=True)
class KindSeries:
    """The series of a kind: how it numbers, how many it has given, and the next as of a day."""

    kind: Kind
    series: Series
    given: int
    example: str


@dataclass(frozen=True, slots=True)
class Held:
    """A series held until the transaction ends, as of a day of issue."""

    id: UUID
    count: Count
    row: store.SeriesRow
    cycle: str

    def give(self, numbers: int) -> None:
        """Count numbers that were taken; where none was, the series stays as it was."""
        if numbers:
            self.row.cycle, self.row.cycle_before = self.cycle, self.count.cycle_before
            self.row.next_number += numbers


def open_series(session: TenantSession, kind: Kind, series: Series) -> None:
    """Open the series of a kind; one that has given no number yet is changed in its place.

    Opening it again the same way changes nothing. Raises what `check_series` raises, and
    SeriesInUse.
    """
    check_series(series)
    row = store.series_of(session, kind.value)
    if row is None:
        store.insert_series(session, kind.value, **asdict(series))
    elif _series(row) != series:
        if row.next_number > 1:
            raise SeriesInUse(kind=kind.value, template=row.template)
        for name, value in asdict(series).items():
            setattr(row, name, value)
        session.flush()


def all_series(session: TenantSession, today: date) -> list[KindSeries]:
    """Every series of the tenant, with the number that a document of today would get."""
    return [_told(row, today) for row in store.all_series(session)]


def example_of(series: Series, today: date) -> str:
    """The first number of a series of today. Raises what `check_series` raises."""
    return number_text(series, 1, today)


def hold_all(session: TenantSession, kinds: Iterable[Kind]) -> None:
    """Take the series of these kinds, where there are, in the order in which everybody does."""
    for kind in sorted(each.value for each in kinds):
        store.locked_series(session, kind)


def hold(session: TenantSession, kind: str, issued_on: date) -> Held:
    """Take the series of a kind until the transaction ends. Raises NoSeries or SeriesMovedOn."""
    row = store.locked_series(session, kind)
    if row is None:
        raise NoSeries(kind=kind)
    return Held(row.id, *_count(row, issued_on))


def _count(row: store.SeriesRow, day: date) -> tuple[Count, store.SeriesRow, str]:
    series = _series(row)
    cycle = cycle_of(series, day)
    if cycle < row.cycle:
        raise SeriesMovedOn(cycle=row.cycle, asked=cycle)
    before = row.cycle_before if cycle == row.cycle else row.next_number - 1
    return Count(series, row.next_number, before), row, cycle


def _told(row: store.SeriesRow, today: date) -> KindSeries:
    count, _row, _cycle = _count(row, max(today, _day_in(row.cycle)))
    example = number_text(count.series, count.next_number - count.cycle_before, today)
    return KindSeries(Kind(row.kind), count.series, row.next_number - 1, example)


def _day_in(cycle: str) -> date:
    """The first day of a year or a month written as `cycle_of` writes it."""
    year, _, month = cycle.partition("-")
    return date(int(year), int(month or 1), 1) if year else date.min


def _series(row: store.SeriesRow) -> Series:
    resets: Resets = row.resets  # type: ignore[assignment]  # The table allows these only.
    return Series(row.template, resets, row.series, row.prefix)
