"""Rate a period: all its usage, both sides, fees too, and what late usage changes in closed ones.

A period is rated as a whole, every time. While it is open, each rating replaces the one before it;
once it is closed its lines stay, and usage that comes late is booked in the open period as lines
that name the period they correct (rules R31 to R34, R130).
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import polars as pl

from mediation import service as mediation
from mediation.suspense import service as suspense
from settlement.rating.agreed.service import has_changed_since
from settlement.rating.charge_line import ChargeLine, late_adjustments
from settlement.rating.commercial import broken_by_benefits, commercial_lines, with_benefits
from settlement.rating.cuts import last_part
from settlement.rating.daily_usage import daily_usage
from settlement.rating.deals import service as deals
from settlement.rating.deals.service import Booked
from settlement.rating.fees import Days
from settlement.rating.knowledge.service import Described, Known, known_of
from settlement.rating.limit_alerts import service as limit_alerts
from settlement.rating.missing_callers import missing_caller_lines
from settlement.rating.month_rounding import month_rounding
from settlement.rating.orders import service as orders
from settlement.rating.orders.re_rating import ReRating
from settlement.rating.period_lines import PeriodLines
from settlement.rating.rated_batch import RatedBatch
from settlement.rating.rated_period import RatedPeriod
from settlement.rating.rollover import service as rollover
from settlement.rating.runs import service as runs
from settlement.rating.runs.service import RatingRun
from settlement.rating.shortfall import committed, shortfalls
from settlement.rating.sides import OF_CUSTOMERS
from settlement.rating.slicing.service import (
    RatedMonth,
    rated_month,
    rated_usage,
    rated_with_terms,
)
from settlement.rating.slicing.summed import Summed, all_summed, summed
from settlement.rating.usage_lines import as_charge_lines, usage_lines
from tenants.session import TenantSession


def rate_period(
    session: TenantSession, period: RatedPeriod, closed: Sequence[RatedPeriod] = ()
) -> RatingRun:
    """Rate an open period anew, and correct the closed ones that usage came late for."""
    assert period.closed_at is None, "a closed period is corrected, not rated again"
    runs.forget(session, period.id)
    # What is left of the allowances of one month opens the next, so they go by time.
    closed = sorted(closed, key=lambda each: each.starts_on)
    late: list[tuple[UUID, str | None, list[ChargeLine]]] = []
    booked: list[Booked] = []
    for earlier in closed:
        corrections, rated_sha256 = _late_lines(session, earlier, booked)
        late.append((earlier.id, rated_sha256, corrections))
        booked.append(Booked(earlier.starts_on, corrections))
    snapshot = known_of(session, period, None)
    with rated_month(session, period, snapshot) as rated:
        rated.begin_keeping()
        _note(session, period, rated, snapshot)
        lines = _lines(session, period, rated.summed, rated.charges, snapshot, booked)
        made = runs.Made(rated.keep(), snapshot.digest, rated.summed.outcomes)
        corrected = sum(len(each.lines) for each in booked)
        run = runs.record(session, period.id, made, lines.total, corrected)
    runs.load(session, run, lines)
    for closed_id, rated_sha256, found in late:
        runs.load_corrections(session, run, closed_id, found, rated_sha256)
    return run


def preview_re_rating(
    session: TenantSession, period: RatedPeriod, order: ReRating
) -> list[ChargeLine]:
    """The reversals and new lines that an order would bring; nothing is kept."""
    snapshot = known_of(session, period, _known_at(session, period), [order])
    with rated_month(session, period, snapshot) as rated:
        anew = _lines(session, period, rated.summed, rated.charges, snapshot)
    return late_adjustments(runs.billed_lines(session, period.id), anew.every)


def rated_for_customer(
    session: TenantSession, period: RatedPeriod, customer_id: UUID
) -> tuple[list[ChargeLine], pl.DataFrame]:
    """What one customer's usage and fees come to so far: lines, and charges (rated_batch.CHARGES).

    This is the rating itself, of one customer's side alone, by what is known now; nothing is kept.
    """
    lines, rated = priced_for_customer(session, period, customer_id)
    return lines, rated.charges


def priced_for_customer(
    session: TenantSession,
    period: RatedPeriod,
    customer_id: UUID,
    instead: Mapping[UUID, str] | None = None,
) -> tuple[list[ChargeLine], RatedBatch]:
    """The same with what could not be priced; `instead` are other tariffs by subscription."""
    known_at = _known_at(session, period)
    known = known_of(session, period, known_at, customer_id=customer_id, instead=instead)
    usage, rated = rated_usage(session, period, known, OF_CUSTOMERS, known.kernel.accounts)
    sums = all_summed([summed(usage, rated, cuts=known.cuts)])
    return _lines(session, period, sums, rated.charges.lazy(), known).every, rated


def priced_as_described(
    session: TenantSession, period: RatedPeriod, described: Described, usage: pl.DataFrame
) -> tuple[list[ChargeLine], RatedBatch]:
    """What a subscription that nobody has would be charged for usage that nobody had.

    `usage` is canonical and of this subscription alone, by time and key. It is the rating itself.
    """
    known = known_of(session, period, None, described=described)
    rated = rated_with_terms(usage, known, OF_CUSTOMERS)
    sums = all_summed([summed(usage, rated, cuts=known.cuts)])
    return _lines(session, period, sums, rated.charges.lazy(), known).every, rated


def _note(session: TenantSession, period: RatedPeriod, rated: RatedMonth, known: Known) -> None:
    """Keep what a rating found besides charges: suspense, allowances left, limits reached."""
    _suspend(session, period, rated.summed.suspended)
    versions = known.kernel.versions
    rollover.keep(session, period, known.opening, rated.charges, versions, known.tariffs)
    limit_alerts.note(session, rated.charges, period.starts_on, period.ends_on)


def _suspend(session: TenantSession, period: RatedPeriod, suspended: pl.DataFrame) -> None:
    """Keep what cannot be priced, and let go what can be priced now."""
    waiting = suspense.open_at_rating(session, period.id)
    still = set(suspended.select("batch_id", "line").iter_rows())
    suspense.release_from_rating(
        session, [(batch, line) for batch, line in waiting if (str(batch), line) not in still]
    )
    new = suspended.join(_as_frame(waiting), on=["batch_id", "line"], how="anti")
    if new.height:
        suspense.suspend_at_rating(session, new, period.id)


def _as_frame(lines: Sequence[tuple[UUID, int]]) -> pl.DataFrame:
    return pl.DataFrame(
        [(str(batch), line) for batch, line in lines],
        schema={"batch_id": pl.String, "line": pl.Int64},
        orient="row",
    )


def _lines(
    session: TenantSession,
    period: RatedPeriod,
    sums: Summed,
    charges: pl.LazyFrame,
    snapshot: Known,
    booked: Sequence[Booked] = (),
) -> PeriodLines:
    """All lines of a period: usage, fees with what promotions take off both, and shortfalls.

    `booked` are corrections of periods before it that this rating books.
    """
    first, until = period.starts_on, period.ends_on
    sold, cuts = snapshot.agreed.sold, snapshot.cuts
    usage = usage_lines(sums, snapshot.subscriptions, sold, first, until, cuts)
    days = Days(first, until)
    daily = daily_usage(charges, broken_by_benefits(snapshot.agreed, days))
    # Only what somebody takes something off is looked at line by line.
    reduced = pl.col("subscription_id").is_in(
        [str(each) for each in with_benefits(snapshot.agreed, days)]
    )
    nameless = list(missing_caller_lines(sums.callers, snapshot.asking_callers, first, until))
    rounding = list(month_rounding(sums.lines, first, until))
    others = [
        *commercial_lines(
            snapshot.agreed,
            days,
            as_charge_lines(usage.filter(reduced), sums.batch_sets),
            daily,
        ),
        *_shortfall_lines(session, period, charges, snapshot),
        *rounding,
        *nameless,
        *_deal_lines(session, period, usage, sums, [*rounding, *nameless], booked, snapshot),
    ]
    return PeriodLines(usage, others, sums.batch_sets)


def _shortfall_lines(
    session: TenantSession, period: RatedPeriod, charges: pl.LazyFrame, snapshot: Known
) -> Iterator[ChargeLine]:
    """What commitments come to beyond what was used, once the month is over."""
    if session.now() < period.ends_at:
        return
    days = period.starts_on, period.ends_on
    holders = committed(snapshot.subscriptions.values(), snapshot.kernel.trunks)
    for found in shortfalls(holders, snapshot.kernel.versions, charges, *days):
        subscriber = snapshot.subscriptions.get(UUID(found.by.agreement))
        if subscriber is None:
            yield found.line(*days, None)
            continue
        part = last_part(Days(*days), snapshot.agreed.cuts.get(subscriber.payer_id))
        line = found.line(part.first, period.ends_on, subscriber.contract_id)
        yield replace(line, party_id=subscriber.payer_id)


def _deal_lines(
    session: TenantSession,
    period: RatedPeriod,
    usage: pl.DataFrame,
    sums: Summed,
    beside: Sequence[ChargeLine],
    booked: Sequence[Booked],
    snapshot: Known,
) -> list[ChargeLine]:
    """What deals with carriers lack, once the month that ends their term is over."""
    # One customer is rated without carriers.
    if session.now() < period.ends_at or snapshot.kernel.trunks.is_empty():
        return []
    if not deals.deals_ending(session, period.starts_on, period.ends_on):
        return []
    of_carriers = as_charge_lines(usage.filter(pl.col("side") == "carrier"), sums.batch_sets)
    return deals.deal_lines(session, period, [*of_carriers, *beside], booked)


def _late_lines(
    session: TenantSession, closed: RatedPeriod, booked: Sequence[Booked]
) -> tuple[list[ChargeLine], str | None]:
    """What late usage, late agreements and re-ratings change in a closed period.

    So does what is left of the months before. Nothing is rated where there are none of them. The
    charges come with the lines.
    """
    unchanged: tuple[list[ChargeLine], str | None] = ([], None)
    begins_with = rollover.rolled_over(session, closed.id)
    has_changed = _has_changed(session, closed) or _deals_reach(session, closed, booked)
    if not has_changed and begins_with is None:
        return unchanged
    snapshot = known_of(session, closed, _known_at(session, closed))
    if not has_changed and snapshot.opening.digest == begins_with:
        return unchanged
    with rated_month(session, closed, snapshot) as rated:
        _note(session, closed, rated, snapshot)
        runs.replace_outcomes(session, closed.id, rated.summed.outcomes)
        anew = _lines(session, closed, rated.summed, rated.charges, snapshot, booked)
        corrections = late_adjustments(runs.billed_lines(session, closed.id), anew.every)
        return corrections, rated.keep() if corrections else None


def _known_at(session: TenantSession, period: RatedPeriod) -> dt.datetime | None:
    """When a closed period was last rated; None for an open one, which knows what is known now."""
    return None if period.closed_at is None else runs.last_rated_at(session, period.id)


def _has_changed(session: TenantSession, closed: RatedPeriod) -> bool:
    """Whether usage landed or something was agreed since, or a re-rating was ordered."""
    since = closed.closed_at
    assert since is not None, "only a closed period is corrected"
    if mediation.has_landed_since(session, closed.starts_at, closed.ends_at, since):
        return True
    if has_changed_since(session, closed.id, closed.starts_on, closed.ends_on, since):
        return True
    return any(order.ordered_at >= since for order in orders.ordered(session, closed.id))


def _deals_reach(session: TenantSession, closed: RatedPeriod, booked: Sequence[Booked]) -> bool:
    """Whether a deal that ended with a closed period counts what is now corrected before it."""
    corrected = [each.starts_on for each in booked if each.lines]
    if not corrected:
        return False
    ending = deals.deals_ending(session, closed.starts_on, closed.ends_on)
    return any(deal.term_from <= day for _, deal in ending for day in corrected)
