"""Open periods, find the one that bears something, and close them for good."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from uuid import UUID

import polars as pl

from currencies.rounding_ledger import service as rounding_ledger
from i18n.errors import Conflict, Invalid, NotFound
from mediation.file_gaps import service as file_gaps
from mediation.landing import service as landing
from mediation.repairing import service as repairing
from mediation.scheduling import service as scheduling
from mediation.sequences import Gap
from mediation.sources import service as sources
from settlement.ledger import service as ledger
from settlement.periods import store
from settlement.periods.calendar import Month, Span, following, local_day, month, month_of
from settlement.periods.closing import Obstacles, PeriodStillOpen, accruals
from settlement.periods.content.service import FORM, content_digest
from settlement.periods.rounding import service as rounding
from settlement.periods.rounding.recomputing import Fault as RoundingFault
from settlement.periods.rounding.rounding_entry import RoundingEntry, of_posted
from settlement.rating import service as rating
from settlement.rating.charge_line import ChargeLine
from settlement.rating.orders import service as orders
from settlement.rating.orders.re_rating import ReRating
from settlement.rating.rated_period import RatedPeriod
from settlement.rating.runs.service import RatingRun
from settlement.sharing import service as sharing
from settlement.sharing.sealing import service as sealing
from tenants.directory.service import own_tenant
from tenants.session import TenantSession


class NoSuchPeriod(NotFound):
    """There is no period {code}. Open it first."""


class PeriodClosed(Conflict):
    """Period {code} is closed since {closed_on}. Book what belongs to it in an open period."""


class PeriodNotOver(Conflict):
    """Period {code} ends on {ends_on}. Close it after its last day."""


class EarlierPeriodOpen(Conflict):
    """Period {earlier} is still open. Close it before {code}."""


class PeriodNotClosed(Conflict):
    """Period {code} is open. Close it, then issue its documents."""


class WaiverNotNeeded(Invalid):
    """Nothing keeps period {code} from closing. Close it without a reason."""


@dataclass(frozen=True, slots=True)
class Period:
    """A period of the tenant: its month, its state, and its instants by the tenant's clocks."""

    id: UUID
    month: Month
    span: Span
    is_open: bool
    closed_at: dt.datetime | None = None
    closed_by: str | None = None
    digest: str | None = None
    digest_form: int = FORM
    waiver: str = ""

    @property
    def code(self) -> str:
        """The month, for example 2026-10."""
        return self.month.code


def open_period(session: TenantSession, code: str) -> Period:
    """Open the period of a month; opening it again changes nothing.

    Raises NotAMonth or PeriodClosed.
    """
    wanted = month(code)
    row = store.row_by_code(session, code)
    if row is None:
        row = store.PeriodRow(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            code=code,
            starts_on=wanted.starts_on,
            ends_on=wanted.ends_on,
            status="open",
            opened_at=session.now(),
            waiver="",
        )
        session.add(row)
        session.flush()
    return _open(_period(session, row))


def period(session: TenantSession, code: str) -> Period:
    """The period of a month. Raises NotAMonth or NoSuchPeriod."""
    month(code)
    row = store.row_by_code(session, code)
    if row is None:
        raise NoSuchPeriod(code=code)
    return _period(session, row)


def period_by_id(session: TenantSession, period_id: UUID) -> Period:
    """The period with this id. Raises NoSuchPeriod."""
    row = store.row_by_id(session, period_id)
    if row is None:
        raise NoSuchPeriod(code=period_id)
    return _period(session, row)


def periods(session: TenantSession) -> list[Period]:
    """All periods, the earliest first."""
    return [_period(session, row) for row in store.rows(session)]


def period_of(session: TenantSession, on: dt.date | dt.datetime) -> Period:
    """The period in which a day lies, or an instant by the tenant's clocks. Raises NoSuchPeriod."""
    day = local_day(on, _zone(session)) if isinstance(on, dt.datetime) else on
    row = store.row_of_day(session, day)
    if row is None:
        raise NoSuchPeriod(code=month_of(day).code)
    return _period(session, row)


def booking_period(session: TenantSession, on: dt.date) -> Period:
    """The open period that bears an entry of that day: the day's own, else the next open one.

    Raises NoSuchPeriod where none is open from that day on.
    """
    own = month_of(on).code
    for each in periods(session):
        if each.is_open and each.code >= own:
            return each
    raise NoSuchPeriod(code=own)


def today(session: TenantSession) -> dt.date:
    """The present date by the tenant's clocks."""
    return local_day(session.now(), _zone(session))


def closed_period(session: TenantSession, code: str) -> Period:
    """The period of a month, closed. Raises NoSuchPeriod or PeriodNotClosed."""
    found = period(session, code)
    if found.is_open:
        raise PeriodNotClosed(code=code)
    return found


def obstacles(session: TenantSession, code: str) -> Obstacles:
    """What keeps the period from closing now. Raises NoSuchPeriod."""
    found = period(session, code)
    starts_at, ends_at = found.span
    return Obstacles(
        suspended=store.suspended(session, found.id, ends_at),
        missing=_missing(session),
        silent=_silent(session, ends_at),
        quarantined=store.quarantined(session, starts_at),
        unrated=store.unrated(session, found.id, starts_at, ends_at),
    )


def close(session: TenantSession, code: str, waiver_reason: str | None = None) -> Period:
    """Close a period for good, book what its usage comes to, and open the next one.

    With a reason it closes in spite of what is missing; the reason and the obstacles are kept, and
    each missing file number is waived by name. Raises NoSuchPeriod, PeriodClosed, PeriodNotOver,
    EarlierPeriodOpen, PeriodStillOpen or WaiverNotNeeded.
    """
    _hold_sources(session)
    # The book first, then the period: the order in which every posting takes them.
    ledger.hold_book(session)
    found = _open(_period(session, store.hold(session, period(session, code).id)))
    _must_be_next(session, found)
    waiver = _waived(session, found, (waiver_reason or "").strip())
    with sealing.seal_beside(session, found.id):
        # Refunds may have come since the last rating.
        rounding.draw(session, found.id)
        last_day = found.month.last_day
        ledger.post(session, accruals(found.id, code, last_day, store.owed(session, found.id)))
        digest = content_digest(session, found.id)
    row = store.hold(session, found.id)
    # All at once: a closed period takes no second change.
    row.status, row.closed_at, row.closed_by = "closed", session.now(), session.principal.name
    row.digest, row.digest_form, row.waiver = digest, FORM, waiver
    session.flush()
    if store.row_by_code(session, following(code)) is None:
        open_period(session, following(code))
    return _period(session, row)


def rate(session: TenantSession, code: str) -> RatingRun:
    """Rate and share an open period anew; usage that came late for closed ones corrects them here.

    Raises NoSuchPeriod, PeriodClosed, and what rating and sharing raise.
    """
    _hold_sources(session)
    found = _open(_period(session, store.hold(session, period(session, code).id)))
    closed = [each for each in periods(session) if not each.is_open]
    run = rating.rate_period(session, _rated(found), [_rated(each) for each in closed])
    if _repair_by_rules(session):
        run = rating.rate_period(session, _rated(found), [_rated(each) for each in closed])
    sharing.share_period(session, run, [each.id for each in closed] if run.corrections else [])
    rounding.draw(session, found.id)
    return run


def rounding_entries(session: TenantSession, code: str) -> list[RoundingEntry]:
    """What rounding made and lost in a period, with its causes. Raises NoSuchPeriod.

    First charges and shares, then what documents and conversions of its days rounded.
    """
    found = period(session, code)
    dated = rounding_ledger.between(session, found.month.starts_on, found.month.ends_on)
    return [*rounding.entries(session, found.id), *(of_posted(*each) for each in dated)]


def rounding_faults(session: TenantSession, period_id: UUID) -> list[RoundingFault]:
    """Where a period's rounding ledger is not what its charge lines and terms give."""
    return rounding.faults(session, period_id)


def re_rate(
    session: TenantSession,
    code: str,
    reason: str,
    tariff: str | None = None,
    party: str | None = None,
    version: int | None = None,
) -> RatingRun:
    """Rate a period again, open or closed: everything is reversed and billed anew (rule R23).

    By the tariff version valid at event time as it is known now, or by a `version` of a `tariff`
    that is named; for all, one tariff, one party, or both. What changes in a closed period is
    booked in the open one, whose run is returned. Raises NoSuchPeriod, what `orders.draft` raises,
    and what rating and sharing raise.
    """
    found = period(session, code)
    bearing = booking_period(session, found.month.starts_on)
    orders.keep(session, orders.draft(session, found.id, reason, tariff, party, version))
    return rate(session, bearing.code)


def preview_re_rating(
    session: TenantSession,
    code: str,
    reason: str,
    tariff: str | None = None,
    party: str | None = None,
    version: int | None = None,
) -> list[ChargeLine]:
    """The reversals and new lines that `re_rate` would book; nothing is kept."""
    found = period(session, code)
    order = orders.draft(session, found.id, reason, tariff, party, version)
    return rating.preview_re_rating(session, _rated(found), order)


def rated_for_customer(
    session: TenantSession, period: Period, customer_id: UUID
) -> tuple[list[ChargeLine], pl.DataFrame]:
    """What one customer's usage and fees of a period come to now: lines, and charges."""
    return rating.rated_for_customer(session, _rated(period), customer_id)


def priced_for_customer(
    session: TenantSession, period: Period, customer_id: UUID, instead: Mapping[UUID, str]
) -> tuple[list[ChargeLine], int]:
    """The lines of a customer with other tariffs by subscription, and how many events lack a price.

    An event that is nobody's is not counted.
    """
    lines, rated = rating.priced_for_customer(session, _rated(period), customer_id, instead)
    unpriced = rated.suspended.filter(pl.col("reason") != "NO_SUBSCRIPTION")
    return lines, unpriced.select("batch_id", "line").unique().height


def re_ratings(session: TenantSession, code: str) -> list[ReRating]:
    """What was ordered for a period, the earliest first. Raises NoSuchPeriod."""
    return orders.ordered(session, period(session, code).id)


def _repair_by_rules(session: TenantSession) -> int:
    """Repair what could not be priced, where a standing rule says how; how many records left."""
    return sum(repairing.apply_standing(session, each.id) for each in sources.all_sources(session))


def _hold_sources(session: TenantSession) -> None:
    """Wait for files that are being taken in, and let no other begin.

    A file says when it landed before it is committed. Without this wait it could land before a
    rating or a close that does not see it, and would then be taken for rated.
    """
    for each in sorted(sources.all_sources(session), key=attrgetter("id")):
        landing.lock_source(session, each.id)


def _must_be_next(session: TenantSession, found: Period) -> None:
    if session.now() < found.span.ends_at:
        raise PeriodNotOver(code=found.code, ends_on=found.month.ends_on.isoformat())
    for each in periods(session):
        if each.is_open and each.code < found.code:
            raise EarlierPeriodOpen(earlier=each.code, code=found.code)


def _waived(session: TenantSession, found: Period, reason: str) -> str:
    standing = obstacles(session, found.code)
    said = standing.said()
    if said.parts and not reason:
        raise PeriodStillOpen(period=found.code, obstacles=said)
    if reason and not said.parts:
        raise WaiverNotNeeded(code=found.code)
    for source, gaps in standing.missing.items():
        for gap in gaps:
            sources.waive_sequence(session, source, gap.number, reason, gap.stream)
    return f"{reason} ({said})" if reason else ""


def _missing(session: TenantSession) -> dict[str, list[Gap]]:
    codes = [each.source.code for each in sources.all_sources(session)]
    missing = {code: file_gaps.gaps_since(session, code) for code in codes}
    return {code: gaps for code, gaps in missing.items() if gaps}


def _silent(session: TenantSession, ends_at: dt.datetime) -> dict[str, dt.datetime]:
    """Sources of which files are overdue, and nothing came since the period was over."""
    return {
        code: silent.since
        for code, silent in scheduling.silent_sources(session).items()
        if silent.quiet_from < ends_at
    }


def _rated(found: Period) -> RatedPeriod:
    return RatedPeriod(
        id=found.id,
        starts_on=found.month.starts_on,
        ends_on=found.month.ends_on,
        starts_at=found.span.starts_at,
        ends_at=found.span.ends_at,
        closed_at=found.closed_at,
    )


def _open(found: Period) -> Period:
    if not found.is_open:
        assert found.closed_at is not None, "a closed period says when"
        raise PeriodClosed(code=found.code, closed_on=found.closed_at.date().isoformat())
    return found


def _period(session: TenantSession, row: store.PeriodRow) -> Period:
    covered = Month(row.code, row.starts_on, row.ends_on)
    return Period(
        id=row.id,
        month=covered,
        span=covered.span(_zone(session)),
        is_open=row.status == "open",
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        digest=row.digest,
        digest_form=row.digest_form,
        waiver=row.waiver,
    )


def _zone(session: TenantSession) -> str:
    return own_tenant(session).time_zone
