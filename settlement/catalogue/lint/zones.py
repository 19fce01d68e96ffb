"""What is wrong with zones: one the plan does not have, one without a price, two for a number."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from settlement.catalogue.lint.clashes import clashing
from settlement.catalogue.lint.finding import Finding
from settlement.catalogue.lint.moments import Span
from settlement.catalogue.lint.rate_rows import rate_rows
from settlement.catalogue.lint.subject import LONG_AGO, Subject


def faults_of_zones(subject: Subject) -> Iterator[Finding]:
    """Compare prices by zone with the plan that the section names, which must be one itself."""
    if subject.section.zones is None or subject.rates is None:
        return
    plan = subject.plan
    if plan is None:
        yield subject.finding("ZONE_PLAN_MISSING", subject.event(), plan=subject.section.zones)
        return
    if subject.is_by_zone:
        yield from _compared(subject, plan, subject.rates)
    yield from _clashing(subject, plan)


def _compared(subject: Subject, plan: pl.DataFrame, rates: pl.DataFrame) -> Iterator[Finding]:
    """Zones that only one of the two has."""
    there, priced = set(plan["zone"]), set(rates["destination"])
    for zone in sorted(priced - there):
        event = subject.event(number=_number_outside(plan))
        yield subject.finding("ZONE_UNKNOWN", event, place=zone)
    for zone in sorted(there - priced):
        day, number = _first_of(subject, plan, zone)
        event = subject.event(subject.moment(Span(day, subject.span.ends)), number)
        yield subject.finding("ZONE_WITHOUT_RATE", event, place=zone)


def _clashing(subject: Subject, plan: pl.DataFrame) -> Iterator[Finding]:
    """Prefixes that the plan puts into two zones on one date."""
    as_rates = plan.with_columns(
        band=pl.lit(None, pl.String), priority=pl.lit(0, pl.Int64), destination="zone"
    )
    rows = rate_rows(as_rates, subject.span, by_zone=False)
    valid = rows.filter(pl.col("begins") < pl.col("ends"))
    for row in clashing(valid.with_columns(slot=pl.lit(0, pl.Int64))).iter_rows(named=True):
        moment = subject.moment(Span(row["begins"], row["ends"]))
        event = subject.event(moment, row["place"])
        yield subject.finding("ZONE_AMBIGUOUS", event, place=row["place"])


def _first_of(subject: Subject, plan: pl.DataFrame, zone: str) -> tuple[date, str]:
    """The first date of the version on which a zone has a number, and that number."""
    begins = pl.col("valid_from").fill_null(LONG_AGO).clip(lower_bound=subject.span.begins)
    rows = plan.filter(pl.col("zone") == zone).select("prefix", begins=begins)
    prefix, day = rows.sort("begins", "prefix").row(0)
    return day, prefix


def _number_outside(plan: pl.DataFrame) -> str:
    """A short number that is in no zone; empty where every number is in one."""
    prefixes = tuple(plan["prefix"])
    numbers = (
        str(number) for length in (1, 2, 3) for number in range(10 ** (length - 1), 10**length)
    )
    return next((number for number in numbers if not number.startswith(prefixes)), "")
