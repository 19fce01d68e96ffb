"""What ratings left: runs, charge lines, and the charges behind them.

Rating says what it found (`record`, `load`); everything after it reads that here.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

import polars as pl

from i18n.errors import NotFound
from settlement.rating.charge_line import (
    MISSING_CALLER,
    MONTH_ROUNDING,
    NOT_USAGE,
    ChargeLine,
    summed_by_key,
)
from settlement.rating.charging import charges_before, charges_of
from settlement.rating.corrected import Corrected
from settlement.rating.period_lines import PeriodLines
from settlement.rating.runs import store
from settlement.rating.runs.files import read_charges, scan_charges
from settlement.rating.shortfall import SHORTFALL
from settlement.rating.slicing.summed import NO_SETS
from settlement.rating.usage_lines import no_usage_lines
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


class Made(NamedTuple):
    """What a rating made: the file of its charges, by what it was rated, and what became of usage.

    `outcomes` has batch_id, outcome and len, the number of records.
    """

    rated_sha256: str
    snapshot_digest: str
    outcomes: pl.DataFrame


def forget(session: TenantSession, period_id: UUID) -> None:
    """Remove what the last rating of an open period left, so that the next one replaces it."""
    store.forget_run(session, period_id)


def record(
    session: TenantSession, period_id: UUID, made: Made, lines: int, corrections: int
) -> RatingRun:
    """Keep a run and what became of each batch; its `lines` and `corrections` are loaded after."""
    counts = dict(made.outcomes.group_by("outcome").agg(pl.col("len").sum()).iter_rows())
    run = RatingRun(
        id=session.ids.new(),
        period_id=period_id,
        events=int(made.outcomes["len"].sum()),
        rated=counts.get("rated", 0),
        suspended=counts.get("suspended", 0),
        unbillable=counts.get("unbillable", 0),
        free=counts.get("free", 0),
        lines=lines,
        corrections=corrections,
    )
    row = store.RatingRunRow(
        tenant_id=session.tenant_id,
        id=run.id,
        period_id=period_id,
        rated_sha256=made.rated_sha256,
        snapshot_digest=made.snapshot_digest,
        events=run.events,
        rated=run.rated,
        suspended=run.suspended,
        unbillable=run.unbillable,
        free=run.free,
        rated_at=session.now(),
    )
    store.add_run(session, row)
    store.add_outcomes(session, _outcome_rows(session, period_id, made.outcomes))
    return run


def load(session: TenantSession, run: RatingRun, lines: PeriodLines) -> None:
    """Keep the charge lines of a run for its own period."""
    _load(session, run, lines, None)


def load_corrections(
    session: TenantSession,
    run: RatingRun,
    corrected: UUID,
    lines: list[ChargeLine],
    rated_sha256: str | None,
) -> None:
    """Keep what a run corrects in a closed period, and the charges that it was rated anew to."""
    _load(session, run, PeriodLines(no_usage_lines(), lines, NO_SETS), corrected)
    if rated_sha256 is not None:
        store.add_correction(session, run.id, corrected, rated_sha256)


def replace_outcomes(session: TenantSession, period_id: UUID, outcomes: pl.DataFrame) -> None:
    """Replace what became of the batches of a period, a closed one too: late records count."""
    store.replace_outcomes(session, period_id, _outcome_rows(session, period_id, outcomes))


def billed_lines(session: TenantSession, period_id: UUID) -> list[ChargeLine]:
    """The lines that bill a period's usage: its own and the corrections made since."""
    return [_line_of(row) for row in store.lines_of_usage(session, period_id)]


def lines_of_period(
    session: TenantSession, period_id: UUID, terms: Collection[UUID] | None = None
) -> list[ChargeLine]:
    """The lines booked in a period for its own usage, without corrections to others.

    Of all terms, or of these.
    """
    rows = store.lines(session, period_id, terms)
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
    """The charges behind a line of usage, and whether the line takes them back.

    `before` are those of the month before the line, where it is the rest of the month.
    """

    charges: pl.DataFrame
    takes_back: bool
    before: pl.DataFrame


def charges_behind(session: TenantSession, line_id: UUID) -> Behind:
    """The charges that a line of usage sums up, or that were billed and it takes back, by event.

    Raises NoSuchChargeLine.
    """
    row = _line_row(session, line_id)
    return _behind(session, row, lambda sha256: read_charges(session.files, sha256))


NOTHING_BEHIND = Behind(pl.DataFrame(), False, pl.DataFrame())


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
        behind = _behind(session, row, read) if is_usage else NOTHING_BEHIND
        found.append(BorneLine(_line_of(row), behind.charges, behind.takes_back))
    return found


def _behind(
    session: TenantSession, row: store.ChargeLineRow, read: Callable[[str | None], pl.DataFrame]
) -> Behind:
    line = _line_of(row)
    rated = read(store.rated_sha256(session, row))
    charges = charges_of(rated, line)
    if row.corrects_period_id is None or not charges.is_empty():
        return Behind(charges, False, charges_before(rated, line, charges))
    rated = read(store.rated_before(session, row.run_id, row.corrects_period_id))
    return Behind(charges_of(rated, line.reversed()), True, rated.clear())


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
            batch_ids=tuple(row.batch_ids or ()),
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


def last_rated_at(session: TenantSession, period_id: UUID) -> dt.datetime | None:
    """When a period was last rated, if it was."""
    run = store.last_run(session, period_id)
    return None if run is None else run.rated_at


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


def corrected_scans(
    session: TenantSession, booked_in: UUID, corrected: UUID
) -> Corrected[pl.LazyFrame]:
    """The rated charges of a closed period that another one corrects, to be read as needed."""
    run = store.last_run(session, booked_in)
    assert run is not None, "a period that corrects another one was rated"
    before = store.rated_before(session, run.id, corrected)
    anew = store.correction(session, booked_in, corrected) or before
    return Corrected(scan_charges(session.files, before), scan_charges(session.files, anew))


def corrected_lines(
    session: TenantSession, booked_in: UUID, corrected: UUID, terms: Collection[UUID]
) -> Corrected[list[ChargeLine]]:
    """The shared lines of a closed period that another one corrects, less what was taken back."""
    rows = store.shared_until(session, corrected, booked_in, terms)
    earlier = [row for row in rows if row.period_id != booked_in]
    return Corrected(_standing(earlier), _standing(rows))


def _standing(rows: Iterable[store.ChargeLineRow]) -> list[ChargeLine]:
    """Lines with the corrections they have had; those of which nothing is left are left out."""
    lines = summed_by_key(map(_line_of, rows)).values()
    return [line for line in lines if any(line.measures)]


def billed_charges(session: TenantSession, period_id: UUID, wanted: pl.Expr) -> pl.DataFrame:
    """The charges behind all that bills a period, its last correction included, if `wanted`."""
    return billed_scan(session, period_id).filter(wanted).collect()


def billed_scan(session: TenantSession, period_id: UUID) -> pl.LazyFrame:
    """The same charges of a period, all of them, to be read as far as they are needed."""
    corrected = store.latest_correction(session, period_id)
    run = store.last_run(session, period_id)
    rated = corrected or (None if run is None else run.rated_sha256)
    return scan_charges(session.files, rated)


def _line_of(row: store.ChargeLineRow) -> ChargeLine:
    return value_of(ChargeLine, row, batch_ids=tuple(row.batch_ids or ()))


def _load(
    session: TenantSession, run: RatingRun, lines: PeriodLines, corrects: UUID | None
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
        sets = pl.Series(map(str, _load_sets(session, run.period_id, lines.batch_sets)))
        named = lines.usage.with_columns(batch_set=sets.gather(lines.usage["batch_set"]))
        store.add_usage_lines(session, named, of_usage, fixed)
    set_of = _sets_of(session, run.period_id, lines.others)
    first = ("id", *fixed, "batch_set")
    own = [name for name in store.LINE_COLUMNS if name not in first]
    values, same = attrgetter(*own), tuple(fixed.values())
    store.add_lines(
        session,
        (*first, *own),
        (
            (identity, *same, set_of.get(line.batch_ids), *values(line))
            for line, identity in zip(lines.others, of_others, strict=True)
        ),
    )


def _sets_of(
    session: TenantSession, period_id: UUID, lines: Iterable[ChargeLine]
) -> dict[tuple[UUID, ...], UUID]:
    """The ids of sets of batches, kept here, that lines of a period have."""
    named = list(dict.fromkeys(line.batch_ids for line in lines if line.batch_ids))
    texts = [list(map(str, batches)) for batches in named]
    batch_sets = pl.Series(texts, dtype=NO_SETS.dtype)
    return dict(zip(named, _load_sets(session, period_id, batch_sets), strict=True))


def _load_sets(session: TenantSession, period_id: UUID, batch_sets: pl.Series) -> list[UUID]:
    """Keep sets of batches for lines of a period; their ids, in the order of the sets."""
    ids = session.ids.many(len(batch_sets))
    if ids:
        sets = pl.DataFrame({"id": map(str, ids), "batch_ids": batch_sets}).select(
            "id",
            "batch_ids",
            tenant_id=pl.lit(str(session.tenant_id)),
            period_id=pl.lit(str(period_id)),
        )
        store.add_batch_sets(session, sets)
    return ids


def _outcome_rows(
    session: TenantSession, period_id: UUID, outcomes: pl.DataFrame
) -> Iterator[tuple[object, ...]]:
    for batch, outcome, records in outcomes.iter_rows():
        yield session.tenant_id, UUID(batch), period_id, outcome, records
