"""Rate a period: all its usage, both sides, fees too, and what late usage changes in closed ones.

A period is rated as a whole, every time. While it is open, each rating replaces the one before it;
once it is closed its lines stay, and usage that comes late is booked in the open period as lines
that name the period they correct (rules R31 to R34, R130).
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

import polars as pl

from i18n.errors import NotFound
from mediation import service as mediation
from mediation.suspense import service as suspense
from settlement.rating import store
from settlement.rating.agreed.service import has_changed_since
from settlement.rating.charge_line import (
    MISSING_CALLER,
    MONTH_ROUNDING,
    NOT_USAGE,
    ChargeLine,
    late_adjustments,
)
from settlement.rating.charging import charges_of
from settlement.rating.commercial import broken_by_benefits, commercial_lines, with_benefits
from settlement.rating.daily_usage import daily_usage
from settlement.rating.deals import service as deals
from settlement.rating.deals.service import Booked
from settlement.rating.fees import Days
from settlement.rating.files import read_charges, scan_charges
from settlement.rating.knowledge.service import Known, known_of
from settlement.rating.limit_alerts import service as limit_alerts
from settlement.rating.missing_callers import missing_caller_lines
from settlement.rating.month_rounding import month_rounding
from settlement.rating.orders import service as orders
from settlement.rating.orders.re_rating import ReRating
from settlement.rating.rated_batch import RatedBatch
from settlement.rating.rated_period import RatedPeriod
from settlement.rating.rollover import service as rollover
from settlement.rating.shortfall import SHORTFALL, committed, shortfalls
from settlement.rating.sides import OF_CUSTOMERS
from settlement.rating.slicing.service import RatedMonth, rated_month, rated_usage
from settlement.rating.slicing.summed import Summed, all_summed, summed
from settlement.rating.usage_lines import as_charge_lines, no_usage_lines, usage_lines
from tenants.session import TenantSession
from tenants.values import value_of


class NoSuchChargeLine(NotFound):
    """There is no charge line {line}. Check its id; a later rating of the period replaces lines."""


@dataclass(frozen=True, slots=True)
class RatingRun:
    """What a rating found; `corrections` counts the lines that correct closed periods."""

    id: UUID
    period_id: UUID
    events: int
    rated: int
    suspended: int
    unbillable: int
    free: int
    lines: int
    corrections: int


def rate_period(
    session: TenantSession, period: RatedPeriod, closed: Sequence[RatedPeriod] = ()
) -> RatingRun:
    """Rate an open period anew, and correct the closed ones that usage came late for."""
    assert period.closed_at is None, "a closed period is corrected, not rated again"
    store.forget_run(session, period.id)
    # What is left of the allowances of one month opens the next, so they go by time.
    closed = sorted(closed, key=lambda each: each.starts_on)
    late: list[tuple[UUID, list[ChargeLine], str | None]] = []
    booked: list[Booked] = []
    for earlier in closed:
        corrections, rated_sha256 = _late_lines(session, earlier, booked)
        late.append((earlier.id, corrections, rated_sha256))
        booked.append(Booked(earlier.starts_on, corrections))
    snapshot = known_of(session, period, None)
    with rated_month(session, period, snapshot) as rated:
        _note(session, period, rated, snapshot)
        lines = _lines(session, period, rated.summed, rated.charges, snapshot, booked)
        run = _record(session, period, rated, snapshot)
    _load(session, run, lines, None)
    for corrected, corrections, rated_sha256 in late:
        _load(session, run, Lines(no_usage_lines(), corrections), corrected)
        if rated_sha256 is not None:
            store.add_correction(session, run.id, corrected, rated_sha256)
    return _told(run, lines.total, sum(len(corrections) for _, corrections, _ in late))


def preview_re_rating(
    session: TenantSession, period: RatedPeriod, order: ReRating
) -> list[ChargeLine]:
    """The reversals and new lines that an order would bring; nothing is kept."""
    snapshot = known_of(session, period, _known_at(session, period), [order])
    with rated_month(session, period, snapshot) as rated:
        anew = _lines(session, period, rated.summed, rated.charges, snapshot)
    return late_adjustments(billed_lines(session, period.id), anew.every)


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
    sums = all_summed([summed(usage, rated)])
    return _lines(session, period, sums, rated.charges.lazy(), known).every, rated


def billed_lines(session: TenantSession, period_id: UUID) -> list[ChargeLine]:
    """The lines that bill a period's usage: its own and the corrections made since."""
    return [_line_of(row) for row in store.lines_of_usage(session, period_id)]


def lines_of_period(session: TenantSession, period_id: UUID) -> list[ChargeLine]:
    """The lines booked in a period for its own usage, without corrections to others."""
    rows = store.lines(session, period_id)
    return [_line_of(row) for row in rows if row.corrects_period_id is None]


def outcomes_of_period(session: TenantSession, period_id: UUID) -> dict[str, int]:
    """How many records of a period had which outcome, late ones included."""
    return store.outcomes(session, period_id)


def beside_usage(
    session: TenantSession, period_id: UUID, agreement_id: UUID, *, with_corrections: bool = False
) -> list[ChargeLine]:
    """What stands beside the traffic of a carrier's agreement in a period, or with its corrections.

    What rounding by trunk and month adds, what is missing to what was promised, and what calls
    without a calling number cost more.
    """
    services = (MONTH_ROUNDING, SHORTFALL, MISSING_CALLER)
    rows = store.lines_of_services(session, period_id, agreement_id, services)
    own = [row for row in rows if with_corrections or row.corrects_period_id is None]
    return [_line_of(row) for row in own]


def corrections_of_period(session: TenantSession, period_id: UUID) -> list[ChargeLine]:
    """The lines booked in a period that correct closed ones."""
    rows = store.lines(session, period_id)
    return [_line_of(row) for row in rows if row.corrects_period_id is not None]


def charge_line(session: TenantSession, line_id: UUID) -> ChargeLine:
    """One charge line. Raises NoSuchChargeLine."""
    return _line_of(_line_row(session, line_id))


def lines_on_document(session: TenantSession, document_id: UUID) -> list[tuple[UUID, ChargeLine]]:
    """The charge lines that a document bears, with their ids."""
    return [(row.id, _line_of(row)) for row in store.lines_of_document(session, document_id)]


class Behind(NamedTuple):
    """The charges behind a line of usage, and whether the line takes them back."""

    charges: pl.DataFrame
    takes_back: bool


def charges_behind(session: TenantSession, line_id: UUID) -> Behind:
    """The charges that a line of usage sums up, or that were billed and it takes back, by event.

    Raises NoSuchChargeLine.
    """
    row = _line_row(session, line_id)
    return _behind(session, row, lambda sha256: read_charges(session.files, sha256))


class BorneLine(NamedTuple):
    """A charge line of a document, the charges behind it, and whether it takes them back."""

    line: ChargeLine
    charges: pl.DataFrame
    takes_back: bool


def charges_on_document(session: TenantSession, document_id: UUID) -> list[BorneLine]:
    """The charge lines that a document bears, each with the charges behind it.

    A line that no usage stands behind has none. Each file of charges is read once, and of it what
    the subscriptions of the document have.
    """
    rows = store.lines_of_document(session, document_id)
    own = {str(row.subscription_id or row.agreement_id) for row in rows}

    @cache
    def read(sha256: str | None) -> pl.DataFrame:
        found = scan_charges(session.files, sha256)
        return found.filter(pl.col("agreement").is_in(list(own))).collect()

    found = []
    for row in rows:
        is_usage = row.service not in NOT_USAGE
        charges, takes_back = _behind(session, row, read) if is_usage else (pl.DataFrame(), False)
        found.append(BorneLine(_line_of(row), charges, takes_back))
    return found


def _behind(
    session: TenantSession, row: store.ChargeLineRow, read: Callable[[str | None], pl.DataFrame]
) -> Behind:
    line = _line_of(row)
    charges = charges_of(read(store.rated_sha256(session, row)), line)
    if row.corrects_period_id is None or not charges.is_empty():
        return Behind(charges, takes_back=False)
    before = read(store.rated_before(session, row))
    return Behind(charges_of(before, line.reversed()), takes_back=True)


def _line_row(session: TenantSession, line_id: UUID) -> store.ChargeLineRow:
    row = store.line(session, line_id)
    if row is None:
        raise NoSuchChargeLine(line=line_id)
    return row


class SharedLine(NamedTuple):
    """What customers are charged for a product under terms of revenue share.

    All usage under the same terms is one of these, without a service; a fee or a rebate is one,
    and names its subscription and, as its `reason`, the promotion. Under terms that are asked for
    by customer, each customer and destination has lines of its own.
    """

    terms_id: UUID
    product: str
    currency: str
    service: str
    events: int
    amount: Decimal
    batch_ids: tuple[UUID, ...]
    subscription_id: UUID | None = None
    reason: str | None = None
    customer: UUID | None = None
    destination: str = ""


def shared_lines(
    session: TenantSession,
    period_id: UUID,
    by_customer: Collection[UUID] = (),
    *,
    with_corrections: bool = False,
) -> list[SharedLine]:
    """What is to be shared of a period: its own lines, or all that bill its usage.

    `by_customer` are the versions of terms that tell customers and destinations apart.
    """
    rows = store.shared(
        session, period_id, NOT_USAGE, by_customer, with_corrections=with_corrections
    )
    return [
        SharedLine(
            terms_id=row.terms_id,
            product=row.product,
            currency=row.currency,
            service=row.service,
            events=int(row.events),
            amount=row.amount,
            batch_ids=tuple(row.batch_ids),
            subscription_id=row.subscription_id,
            reason=row.reason,
            customer=row.customer,
            destination=row.destination,
        )
        for row in rows
    ]


def last_run_id(session: TenantSession, period_id: UUID) -> UUID | None:
    """The latest rating of a period, if there is one."""
    run = store.last_run(session, period_id)
    return None if run is None else run.id


def rated_charges(session: TenantSession, period_id: UUID) -> pl.DataFrame:
    """The rated charges of the latest run of a period, event by event (rated_batch.CHARGES)."""
    run = store.last_run(session, period_id)
    return read_charges(session.files, None if run is None else run.rated_sha256)


def some_rated_charges(session: TenantSession, period_id: UUID, wanted: pl.Expr) -> pl.DataFrame:
    """Those rated charges of the latest run of a period for which a condition holds."""
    run = store.last_run(session, period_id)
    charges = scan_charges(session.files, None if run is None else run.rated_sha256)
    return charges.filter(wanted).collect()


def rated_scan(session: TenantSession, period_id: UUID) -> pl.LazyFrame:
    """The rated charges of the latest run of a period, to be read as far as they are needed."""
    run = store.last_run(session, period_id)
    return scan_charges(session.files, None if run is None else run.rated_sha256)


def corrected_charges(
    session: TenantSession, booked_in: UUID, corrected: UUID, wanted: pl.Expr
) -> pl.DataFrame:
    """The charges of a closed period as its correction in another period has them, if `wanted`."""
    rated = store.correction(session, booked_in, corrected)
    return scan_charges(session.files, rated).filter(wanted).collect()


def billed_charges(session: TenantSession, period_id: UUID, wanted: pl.Expr) -> pl.DataFrame:
    """The charges behind all that bills a period, its last correction included, if `wanted`."""
    return billed_scan(session, period_id).filter(wanted).collect()


def billed_scan(session: TenantSession, period_id: UUID) -> pl.LazyFrame:
    """The same charges of a period, all of them, to be read as far as they are needed."""
    corrected = store.latest_correction(session, period_id)
    run = store.last_run(session, period_id)
    rated = corrected or (None if run is None else run.rated_sha256)
    return scan_charges(session.files, rated)


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


def _record(
    session: TenantSession, period: RatedPeriod, rated: RatedMonth, snapshot: Known
) -> store.RatingRunRow:
    outcomes = rated.summed.outcomes
    counts = dict(outcomes.group_by("outcome").agg(pl.col("len").sum()).iter_rows())
    run = store.RatingRunRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        period_id=period.id,
        rated_sha256=rated.keep(),
        snapshot_digest=snapshot.digest,
        events=int(outcomes["len"].sum()),
        rated=counts.get("rated", 0),
        suspended=counts.get("suspended", 0),
        unbillable=counts.get("unbillable", 0),
        free=counts.get("free", 0),
        rated_at=session.now(),
    )
    store.add_run(session, run)
    store.add_outcomes(session, _outcome_rows(session, period, outcomes))
    return run


def _outcome_rows(
    session: TenantSession, period: RatedPeriod, outcomes: pl.DataFrame
) -> Iterator[tuple[object, ...]]:
    for batch, outcome, records in outcomes.iter_rows():
        yield session.tenant_id, UUID(batch), period.id, outcome, records


class Lines(NamedTuple):
    """All lines of a period: those of usage in columns (`usage_lines`), and all others."""

    usage: pl.DataFrame
    others: list[ChargeLine]

    @property
    def every(self) -> list[ChargeLine]:
        """All of them as values."""
        return [*as_charge_lines(self.usage), *self.others]

    @property
    def total(self) -> int:
        """How many there are."""
        return self.usage.height + len(self.others)


def _lines(
    session: TenantSession,
    period: RatedPeriod,
    sums: Summed,
    charges: pl.LazyFrame,
    snapshot: Known,
    booked: Sequence[Booked] = (),
) -> Lines:
    """All lines of a period: usage, fees with what promotions take off both, and shortfalls.

    `booked` are corrections of periods before it that this rating books.
    """
    first, until = period.starts_on, period.ends_on
    usage = usage_lines(sums, snapshot.subscriptions, snapshot.agreed.sold, first, until)
    days = Days(first, until)
    daily = daily_usage(charges, broken_by_benefits(snapshot.agreed, days))
    # Only what somebody takes something off is looked at line by line.
    reduced = pl.col("subscription_id").is_in(
        [str(each) for each in with_benefits(snapshot.agreed, days)]
    )
    nameless = list(missing_caller_lines(sums.callers, snapshot.asking_callers, first, until))
    rounding = list(month_rounding(sums.lines, first, until))
    others = [
        *commercial_lines(snapshot.agreed, days, as_charge_lines(usage.filter(reduced)), daily),
        *_shortfall_lines(session, period, charges, snapshot),
        *rounding,
        *nameless,
        *_deal_lines(session, period, usage, [*rounding, *nameless], booked, snapshot),
    ]
    return Lines(usage, others)


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
        line = found.line(*days, subscriber.contract_id if subscriber else None)
        yield replace(line, party_id=subscriber.payer_id) if subscriber else line


def _deal_lines(
    session: TenantSession,
    period: RatedPeriod,
    usage: pl.DataFrame,
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
    of_carriers = as_charge_lines(usage.filter(pl.col("side") == "carrier"))
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
        outcomes = _outcome_rows(session, closed, rated.summed.outcomes)
        store.replace_outcomes(session, closed.id, outcomes)
        anew = _lines(session, closed, rated.summed, rated.charges, snapshot, booked)
        corrections = late_adjustments(billed_lines(session, closed.id), anew.every)
        return corrections, rated.keep() if corrections else None


def _known_at(session: TenantSession, period: RatedPeriod) -> dt.datetime | None:
    """When a closed period was last rated; None for an open one, which knows what is known now."""
    run = None if period.closed_at is None else store.last_run(session, period.id)
    return None if run is None else run.rated_at


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


def _load(
    session: TenantSession, run: store.RatingRunRow, lines: Lines, corrects: UUID | None
) -> None:
    fixed = {
        "tenant_id": session.tenant_id,
        "run_id": run.id,
        "period_id": run.period_id,
        "corrects_period_id": corrects,
        "document_id": None,
    }
    ids = session.ids.many(lines.total)
    of_usage, of_others = ids[: lines.usage.height], ids[lines.usage.height :]
    if of_usage:
        store.add_usage_lines(session, lines.usage, of_usage, fixed)
    first = ("id", *fixed, "batch_ids")
    own = [name for name in store.LINE_COLUMNS if name not in first]
    values, same = attrgetter(*own), tuple(fixed.values())
    store.add_lines(
        session,
        (*first, *own),
        (
            (identity, *same, list(line.batch_ids), *values(line))
            for line, identity in zip(lines.others, of_others, strict=True)
        ),
    )


def _line_of(row: store.ChargeLineRow) -> ChargeLine:
    return value_of(ChargeLine, row, batch_ids=tuple(row.batch_ids))


def _told(run: store.RatingRunRow, lines: int, corrections: int) -> RatingRun:
    return RatingRun(
        id=run.id,
        period_id=run.period_id,
        events=run.events,
        rated=run.rated,
        suspended=run.suspended,
        unbillable=run.unbillable,
        free=run.free,
        lines=lines,
        corrections=corrections,
    )
