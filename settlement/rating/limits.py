"""Which thresholds of usage limits are reached, and by which event, in the order of events.

What is counted is exact: money before tax and before any rounding, or units as they were used
(connected seconds, bytes, pieces), whether paid for or covered by an allowance. A threshold is
reached by the first event with which the sum is at or above its part of the limit. Order is event
time, then event id as bytes (rule R31), so it does not matter in which order usage arrived.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import polars as pl

from currencies.rounding import round_fraction
from settlement.agreements.usage_limit import UsageLimit

FULL = 100


@dataclass(frozen=True, slots=True)
class Reached:
    """A threshold that usage of a month reached, and the event with which it did.

    `so_far` is what was used up to and with that event, as the limit counts it.
    """

    limit_id: UUID
    month: date
    percent: int
    at: datetime
    source: str
    event: str
    so_far: Decimal


def reached(
    limits: Iterable[UsageLimit],
    charges: pl.DataFrame,
    month: date,
    until: date,
    subscriptions: Mapping[UUID, Sequence[UUID]],
) -> Iterator[Reached]:
    """What the charges so far (rated_batch.CHARGES) of the local days [month, until) reach.

    `subscriptions` are those of each contract. Call it again whenever there are more charges: what
    was reached before is reached again by the same events, unless earlier ones came late.
    """
    days = (pl.col("occurred_on") >= month) & (pl.col("occurred_on") < until)
    of_month = charges.filter(days, pl.col("side") == "customer")
    for limit in limits:
        counted = _counted(limit, of_month, subscriptions)
        if not counted.is_empty():
            yield from _reached(limit, counted, month)


def _counted(
    limit: UsageLimit, charges: pl.DataFrame, subscriptions: Mapping[UUID, Sequence[UUID]]
) -> pl.DataFrame:
    """The events that a limit counts, in order, with what was used up to each."""
    if limit.subscription_id is not None:
        own = [str(limit.subscription_id)]
    else:
        assert limit.contract_id is not None, "a limit is of a subscription or of a contract"
        own = [str(each) for each in subscriptions.get(limit.contract_id, ())]
    counts = pl.col("agreement").is_in(own) & (pl.col("occurred_on") >= limit.valid_from)
    if limit.valid_until is not None:
        counts &= pl.col("occurred_on") < limit.valid_until
    if limit.kind is not None:
        counts &= pl.col("kind") == limit.kind
    used = "amount_3600"
    if limit.counts == "units":
        used = "connected_seconds" if limit.kind == "voice" else "quantity"
    order = ("occurred_at", "record_key", "source")
    events = charges.filter(counts).group_by(order).agg(used=pl.col(used).sum()).sort(order)
    return events.with_columns(so_far=pl.col("used").cum_sum())


def _reached(limit: UsageLimit, events: pl.DataFrame, month: date) -> Iterator[Reached]:
    in_units = limit.counts == "units"
    scale = 1 if in_units else 3600
    for percent in sorted({*limit.thresholds, FULL}):
        bound = limit.amount * percent * scale / 100
        over = events.filter(pl.col("so_far") >= pl.lit(bound, pl.Decimal(38, 12)))
        if over.is_empty():
            return
        at, event, source, so_far = over.select(
            "occurred_at", "record_key", "source", "so_far"
        ).row(0)
        so_far = Decimal(so_far) if in_units else _money(so_far)
        yield Reached(limit.id, month, percent, at, source, event, so_far)


def _money(amount_3600: Decimal) -> Decimal:
    """To the digits that the database keeps; what is compared is exact."""
    return round_fraction(Fraction(amount_3600) / 3600, 12)
