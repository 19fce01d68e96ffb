"""Months that are cut where the bills of a payer begin (`settlement.parties.cycle_day`).

What is rated is the calendar month, with its allowances, tiers and promotions; only its lines are
cut in two: what lies before the day, and the rest. The rest is what the whole comes to, rounded,
less the part before it (rule R36); so a month costs the same wherever it is cut.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final
from uuid import UUID

import polars as pl

from settlement.agreements.contract import Subscriber
from settlement.rating.fees import Days

# The subscriptions of cut months, and the first day of the rest.
CUTS: Final = pl.Schema({"agreement": pl.String(), "cut_on": pl.Date()})
# Whether a sum or a line is of the rest of a month.
REST: Final = "is_rest"


def cuts_of(subscribers: Iterable[Subscriber], cuts: Mapping[UUID, date]) -> pl.DataFrame:
    """A frame of CUTS by where the month of each payer is cut."""
    found = {
        str(each.subscription_id): cuts[each.payer_id]
        for each in subscribers
        if each.payer_id in cuts
    }
    return pl.DataFrame(sorted(found.items()), schema=CUTS, orient="row")


def with_rest(charges: pl.DataFrame, cuts: pl.DataFrame) -> pl.DataFrame:
    """Charges (rated_batch.CHARGES) with REST, by the local day of the event."""
    agreements = charges.select("agreement")
    named = cuts.cast({"agreement": agreements.schema["agreement"]})
    cut_on = agreements.join(named, on="agreement", how="left", maintain_order="left")["cut_on"]
    is_rest = charges["occurred_on"] >= cut_on
    return charges.with_columns(is_rest.fill_null(value=False).alias(REST))


def parts_of(period: Days, cut_on: date | None) -> tuple[Days, ...]:
    """The parts of a period, of which none is empty."""
    if cut_on is None:
        return (period,)
    return Days(period.first, cut_on), Days(cut_on, period.until)


def part_with(day: date, period: Days, cut_on: date | None) -> Days:
    """The part of a period in which a day lies."""
    first, *rest = parts_of(period, cut_on)
    return rest[0] if rest and day >= rest[0].first else first


def last_part(period: Days, cut_on: date | None) -> Days:
    """The part that ends with the period: what is known when it is over stands there."""
    return parts_of(period, cut_on)[-1]


def is_cut(edge: date) -> bool:
    """Whether an edge of a line is a cut: whole months begin and end with their first day."""
    return edge.day != 1
