"""What is wrong with prices by number: ambiguous ones, gaps between bands, prices never used."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations
from typing import Any, Final, NamedTuple

import polars as pl

from settlement.catalogue.bands import DAYS, HOLIDAY, MINUTES_OF_DAY, Week
from settlement.catalogue.finding import Finding
from settlement.catalogue.section import Section
from settlement.catalogue.tariff import TariffVersion

LONG_AGO: Final = date(1970, 1, 1)
FAR_AHEAD: Final = date(9999, 12, 31)


class _Rate(NamedTuple):
    prefix: str
    band: str | None
    priority: int
    valid_from: date
    valid_until: date

    def holds_in(self, slot: frozenset[str]) -> bool:
        return self.band is None or self.band in slot

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day < self.valid_until


def faults_of_rates(
    name: str, section: Section, frame: pl.DataFrame, version: TariffVersion
) -> Iterator[Finding]:
    week = section.week
    if section.zones is not None:
        # In quotes, so that no zone is the beginning of another.
        frame = frame.with_columns(prefix=pl.format('"{}"', "destination"))
    yield from _unknown_bands(name, section, frame)
    for group in _crowded(frame):
        yield from _ambiguous(name, group, week)
        yield from _never_best(name, group, week)
    yield from _gaps(name, frame, week)
    over = frame.filter(pl.col("valid_until") <= version.valid_from)
    for prefix, until in over.select("prefix", "valid_until").iter_rows():
        message = f"the price of {prefix} is over before the version begins"
        example = _example(name, prefix, until)
        yield Finding("warning", "PRICE_OUT_OF_DATE", message, example)


def _unknown_bands(name: str, section: Section, frame: pl.DataFrame) -> Iterator[Finding]:
    known = [band.name for band in section.bands]
    unknown = frame.filter(pl.col("band").is_not_null() & ~pl.col("band").is_in(known))
    for prefix, band in unknown.select("prefix", "band").iter_rows():
        message = f"the price of {prefix} is in band {band}, which is not defined"
        yield Finding("error", "BAND_UNKNOWN", message, _example(name, prefix, None))


def _crowded(frame: pl.DataFrame) -> Iterator[list[_Rate]]:
    """Prefixes with more than one price, of which a large deck has few."""
    several = frame.filter(pl.len().over("prefix") > 1).sort("prefix", maintain_order=True)
    for group in several.partition_by("prefix", maintain_order=True):
        yield _rates(group)


def _ambiguous(name: str, group: list[_Rate], week: Week) -> Iterator[Finding]:
    for one, other in combinations(group, 2):
        begins = max(one.valid_from, other.valid_from)
        if one.priority != other.priority or begins >= min(one.valid_until, other.valid_until):
            continue
        both = [slot for slot in week.slots if one.holds_in(slot) and other.holds_in(slot)]
        if both:
            message = f"{one.prefix} has two prices of priority {one.priority} at once"
            example = _example(name, one.prefix, begins, week, both[0])
            yield Finding("error", "AMBIGUOUS_PRICE", message, example)


def _never_best(name: str, group: list[_Rate], week: Week) -> Iterator[Finding]:
    for rate in group:
        better = [each for each in group if each.priority > rate.priority]
        slots = [slot for slot in week.slots if rate.holds_in(slot)]
        covered = all(
            any(
                each.holds_in(slot)
                and each.valid_from <= rate.valid_from
                and each.valid_until >= rate.valid_until
                for each in better
            )
            for slot in slots
        )
        if slots and covered:
            message = f"the price of {rate.prefix} with priority {rate.priority} is never the best"
            yield Finding("warning", "PRICE_NEVER_USED", message, _example(name, rate.prefix, None))


def _gaps(name: str, frame: pl.DataFrame, week: Week) -> Iterator[Finding]:
    """Numbers that have a price in one band and none in another, on a day when it changes."""
    banded = frame.filter(pl.col("band").is_not_null())
    if banded.is_empty() or len(week.slots) < 2:
        return
    by_prefix: dict[str, list[_Rate]] = {}
    for rate in _rates(frame):
        by_prefix.setdefault(rate.prefix, []).append(rate)
    for prefix in banded["prefix"].unique().sort():
        own = by_prefix[prefix]
        for day in sorted({rate.valid_from for rate in own}):
            yield from _gaps_of(name, prefix, day, by_prefix, week)


def _gaps_of(
    name: str, prefix: str, day: date, by_prefix: Mapping[str, list[_Rate]], week: Week
) -> Iterator[Finding]:
    fitting = [
        rate
        for length in range(len(prefix) + 1)
        for rate in by_prefix.get(prefix[:length], [])
        if rate.holds_on(day)
    ]
    for slot in week.slots:
        if not any(rate.holds_in(slot) for rate in fitting):
            bands = ", ".join(sorted(slot)) or "no band"
            message = f"{prefix} has no price in {bands}"
            yield Finding("error", "GAP", message, _example(name, prefix, day, week, slot))


def _rates(frame: pl.DataFrame) -> list[_Rate]:
    columns = frame.select("prefix", "band", "priority", "valid_from", "valid_until")
    return [
        _Rate(prefix, band, priority, begins or LONG_AGO, until or FAR_AHEAD)
        for prefix, band, priority, begins, until in columns.iter_rows()
    ]


def _example(
    name: str,
    prefix: str,
    day: date | None,
    week: Week | None = None,
    slot: frozenset[str] | None = None,
) -> dict[str, Any]:
    place = {"zone": prefix.strip('"')} if prefix.startswith('"') else {"number": prefix}
    example = {"section": name} | place
    if day is not None:
        example["date"] = day.isoformat()
    if week is not None and slot is not None and len(week.slots) > 1:
        minute = week.slot_of_minute.index(week.slots.index(slot))
        hour, rest = divmod(minute % MINUTES_OF_DAY, 60)
        weekday = DAYS[min(minute // MINUTES_OF_DAY, HOLIDAY)]
        example["time"] = f"{weekday} {hour:02d}:{rest:02d}"
    return example
