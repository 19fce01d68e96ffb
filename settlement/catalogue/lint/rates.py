"""What is wrong with prices by number or zone: clashes, gaps, prices that never hold or end."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from settlement.catalogue.lint.clashes import clashing, never_best
from settlement.catalogue.lint.coverage import gaps, lost
from settlement.catalogue.lint.finding import LISTED, Finding
from settlement.catalogue.lint.moments import Span
from settlement.catalogue.lint.rate_rows import by_slot, is_banded, rate_rows
from settlement.catalogue.lint.subject import Subject

Row = dict[str, Any]


def faults_of_rates(subject: Subject) -> Iterator[Finding]:
    """Look at the prices of a section; nothing where it has none by number."""
    if subject.rates is None:
        return
    week, span = subject.section.week, subject.span
    rows = rate_rows(subject.rates, span, subject.is_by_zone)
    valid = rows.filter(pl.col("begins") < pl.col("ends"))
    slotted = by_slot(valid, week)
    has_slots = is_banded(valid)
    seen = _Seen(subject, has_slots)
    yield from _listed(_in_unknown_bands(subject, valid), seen.band_unknown)
    yield from _listed(clashing(slotted), seen.ambiguous)
    yield from _listed(never_best(slotted), seen.never_used)
    yield from _listed(gaps(valid, week, span, subject.is_by_zone), seen.gap)
    yield from _listed(lost(valid, span, subject.is_by_zone), seen.lost)
    yield from _listed(rows.filter(pl.col("begins") >= pl.col("ends")), seen.out_of_date)


def _in_unknown_bands(subject: Subject, rows: pl.DataFrame) -> pl.DataFrame:
    known = [band.name for band in subject.section.bands]
    return rows.filter(pl.col("band").is_not_null() & ~pl.col("band").is_in(known))


def _listed(rows: pl.DataFrame, finding: Callable[[Row], Finding | None]) -> list[Finding]:
    """A finding for each row that has an event, the first ones; the last counts those left out."""
    found: list[Finding] = []
    for number, row in enumerate(rows.iter_rows(named=True)):
        if len(found) == LISTED:
            found[-1] = replace(found[-1], others=rows.height - number)
            break
        one = finding(row)
        if one is not None:
            found.append(one)
    return found


class _Seen:
    """Findings of rows, each with an event at its place and time."""

    def __init__(self, subject: Subject, has_slots: bool) -> None:
        self._subject = subject
        self._has_slots = has_slots

    def band_unknown(self, row: Row) -> Finding:
        return self._finding("BAND_UNKNOWN", row, row["begins"], band=row["band"])

    def ambiguous(self, row: Row) -> Finding:
        # Rating refuses the two wherever the bands meet, so a shorter span has its first noon.
        return self._finding(
            "AMBIGUOUS_PRICE", row, row["begins"], self._slot(row), priority=row["priority"]
        )

    def never_used(self, row: Row) -> Finding:
        return self._finding(
            "PRICE_NEVER_USED", row, row["begins"], self._slot(row), priority=row["priority"]
        )

    def gap(self, row: Row) -> Finding | None:
        bands = ", ".join(sorted(self._subject.section.week.slots[row["slot"]]))
        if self._subject.moment(Span(row["begins"], row["ends"]), row["slot"]) is None:
            return None
        code = "GAP" if bands else "GAP_OUTSIDE_BANDS"
        fields = {"bands": bands} if bands else {}
        return self._finding(code, row, row["begins"], row["slot"], **fields)

    def lost(self, row: Row) -> Finding:
        return self._finding("PRICE_LOST", row, row["begins"])

    def out_of_date(self, row: Row) -> Finding:
        return self._finding("PRICE_OUT_OF_DATE", row, self._subject.span.begins)

    def _slot(self, row: Row) -> int | None:
        return row["slot"] if self._has_slots else None

    def _finding(
        self, code: str, row: Row, day: date, slot: int | None = None, **fields: object
    ) -> Finding:
        subject = self._subject
        until = row["ends"] if row["ends"] > day else subject.span.ends
        moment = subject.moment(Span(day, until), slot) or subject.moment(Span(day, until))
        event = subject.event(moment, subject.number_at(row["place"], day))
        return subject.finding(code, event, place=_named(subject, row["place"]), **fields)


def _named(subject: Subject, place: str) -> str:
    # In quotes where it is a zone's name, or where there is nothing else to see.
    return f'"{place}"' if subject.is_by_zone or not place else place
