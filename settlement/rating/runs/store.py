"""Rows of rating: runs, what became of each batch, and charge lines."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import polars as pl
import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.loading import load_frame, load_rows
from tenants.persistence.tables import Identified, Table, TenantScoped
from tenants.session import TenantSession

AMOUNT = sa.Numeric(38, 12)


class RatingRunRow(Identified, Table):
    """One rating of one period."""

    __tablename__ = "rating_runs"

    period_id: orm.Mapped[UUID]
    rated_sha256: orm.Mapped[str | None] = orm.mapped_column(sa.CHAR(64))
    snapshot_digest: orm.Mapped[str] = orm.mapped_column(sa.CHAR(64))
    events: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    rated: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    suspended: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    unbillable: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    free: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    rated_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


class BatchOutcomeRow(TenantScoped, Table):
    """How many records of a batch had one outcome in one period."""

    __tablename__ = "batch_outcomes"

    batch_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    period_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    outcome: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    records: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)


class BatchSetRow(Identified, Table):
    """The batches behind charge lines of a period, once for all lines that have the same."""

    __tablename__ = "batch_sets"

    period_id: orm.Mapped[UUID]
    batch_ids: orm.Mapped[list[UUID]] = orm.mapped_column(sa.ARRAY(sa.Uuid))


class ChargeLineRow(Identified, Table):
    """Rated usage, or a fee, of one kind for a period."""

    __tablename__ = "charge_lines"

    run_id: orm.Mapped[UUID]
    period_id: orm.Mapped[UUID]
    corrects_period_id: orm.Mapped[UUID | None]
    side: orm.Mapped[str]
    direction: orm.Mapped[str]
    party_id: orm.Mapped[UUID]
    contract_id: orm.Mapped[UUID | None]
    subscription_id: orm.Mapped[UUID | None]
    agreement_id: orm.Mapped[UUID | None]
    terms_id: orm.Mapped[UUID | None]
    tariff_version_id: orm.Mapped[UUID | None]
    service: orm.Mapped[str]
    product: orm.Mapped[str]
    traffic_direction: orm.Mapped[str]
    trunk: orm.Mapped[str]
    destination: orm.Mapped[str]
    band: orm.Mapped[str]
    case_name: orm.Mapped[str]
    per: orm.Mapped[str]
    unit_price: orm.Mapped[Decimal | None] = orm.mapped_column(AMOUNT)
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    events: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    quantity: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    seconds: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    free_units: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    billed_units: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    amount_3600: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    amount: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    tax_category: orm.Mapped[str]
    reason: orm.Mapped[str | None]
    charge_id: orm.Mapped[UUID | None]
    starts_on: orm.Mapped[dt.date]
    ends_on: orm.Mapped[dt.date]
    batch_set: orm.Mapped[UUID | None]
    document_id: orm.Mapped[UUID | None]
    derivation: orm.Mapped[str | None]
    # What the set names; None where a line has none.
    batch_ids: orm.Mapped[list[UUID] | None] = orm.column_property(
        sa.select(BatchSetRow.batch_ids)
        .where(
            BatchSetRow.tenant_id == sa.literal_column("charge_lines.tenant_id"),
            BatchSetRow.id == sa.literal_column("charge_lines.batch_set"),
        )
        .scalar_subquery()
    )


class CorrectionRow(TenantScoped, Table):
    """The charges of a closed period as a run rated them anew."""

    __tablename__ = "corrections"

    run_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    period_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    rated_sha256: orm.Mapped[str] = orm.mapped_column(sa.CHAR(64))


LINE_COLUMNS = tuple(column.name for column in ChargeLineRow.__table__.columns)


def forget_run(session: TenantSession, period_id: UUID) -> None:
    """Remove what the last rating of an open period left, so that this one replaces it."""
    for table in (ChargeLineRow, BatchSetRow, BatchOutcomeRow):
        session.execute(sa.delete(table).where(table.period_id == period_id))


def add_run(session: TenantSession, run: RatingRunRow) -> None:
    """Keep a run."""
    session.add(run)
    session.flush()


def add_correction(
    session: TenantSession, run_id: UUID, period_id: UUID, rated_sha256: str
) -> None:
    """Keep where the charges of a closed period are that a run rated anew."""
    row = CorrectionRow(
        tenant_id=session.tenant_id, run_id=run_id, period_id=period_id, rated_sha256=rated_sha256
    )
    session.add(row)
    session.flush()


def latest_correction(session: TenantSession, period_id: UUID) -> str | None:
    """The charges of a closed period as they were rated anew last, by a run that still stands."""
    run, correction = RatingRunRow, CorrectionRow
    later = orm.aliased(run)
    replaced = sa.exists().where(
        later.period_id == run.period_id,
        sa.tuple_(later.rated_at, later.id) > sa.tuple_(run.rated_at, run.id),
    )
    query = (
        sa.select(correction.rated_sha256)
        .join(run, run.id == correction.run_id)
        .where(correction.period_id == period_id, ~replaced)
        .order_by(run.rated_at.desc(), run.id.desc())
    )
    return session.scalar(query.limit(1))


def correction(session: TenantSession, booked_in: UUID, period_id: UUID) -> str | None:
    """The charges of a closed period as the last run of another one rated them anew."""
    run = last_run(session, booked_in)
    of = CorrectionRow
    query = sa.select(of.rated_sha256).where(of.period_id == period_id)
    return None if run is None else session.scalar(query.where(of.run_id == run.id))


def line(session: TenantSession, line_id: UUID) -> ChargeLineRow | None:
    """One charge line."""
    return session.get(ChargeLineRow, (session.tenant_id, line_id))


# Lines are found by their month and party, which is that of the document.
OF_ITS_PARTY = sa.text("""
    charge_lines.period_id = ANY (ARRAY(SELECT p.id FROM periods p))
    AND charge_lines.party_id = (SELECT d.party_id FROM documents d WHERE d.id = :on_document)
""")


def lines_of_document(session: TenantSession, document_id: UUID) -> Sequence[ChargeLineRow]:
    """The charge lines that a document bears."""
    of = ChargeLineRow
    of_its_party = OF_ITS_PARTY.bindparams(on_document=document_id)
    query = sa.select(of).where(of.document_id == document_id, of_its_party)
    return session.scalars(query.order_by(of.service, of.product, of.destination, of.id)).all()


def rated_sha256(session: TenantSession, line: ChargeLineRow) -> str | None:
    """The file of the charges that a line of usage sums up."""
    if line.corrects_period_id is not None:
        key = (session.tenant_id, line.run_id, line.corrects_period_id)
        correction = session.get(CorrectionRow, key)
        return None if correction is None else correction.rated_sha256
    run = session.get(RatingRunRow, (session.tenant_id, line.run_id))
    return None if run is None else run.rated_sha256


def rated_before(session: TenantSession, run_id: UUID, corrected: UUID) -> str | None:
    """The charges of a period that a run corrects, as they stood before the run.

    They are those of the last correction that no run had replaced by then, else of the period's
    own rating.
    """
    run, correction, replacing = RatingRunRow, CorrectionRow, orm.aliased(RatingRunRow)
    own = session.get_one(run, (session.tenant_id, run_id))
    when = sa.tuple_(own.rated_at, own.id)
    replaced = sa.exists().where(
        replacing.period_id == run.period_id,
        sa.tuple_(replacing.rated_at, replacing.id) > sa.tuple_(run.rated_at, run.id),
        sa.tuple_(replacing.rated_at, replacing.id) <= when,
    )
    query = (
        sa.select(correction.rated_sha256)
        .join(run, run.id == correction.run_id)
        .where(
            correction.period_id == corrected,
            sa.tuple_(run.rated_at, run.id) < when,
            ~replaced,
        )
        .order_by(run.rated_at.desc(), run.id.desc())
    )
    last = session.scalar(query.limit(1))
    if last is not None:
        return last
    first = last_run(session, corrected)
    return None if first is None else first.rated_sha256


def add_batch_sets(session: TenantSession, sets: pl.DataFrame) -> None:
    """Load sets of batches (tenant_id, id, period_id, batch_ids), before lines that name them."""
    load_frame(session, "batch_sets", sets)


def add_lines(
    session: TenantSession, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """Load charge lines as a set; `columns` are those of LINE_COLUMNS in the order of the rows."""
    assert set(columns) == set(LINE_COLUMNS), "a line has all columns"
    load_rows(session, "charge_lines", columns, rows)


def add_usage_lines(
    session: TenantSession,
    lines: pl.DataFrame,
    ids: Sequence[UUID],
    same: Mapping[str, UUID | None],
) -> None:
    """Load lines of usage (`usage_lines`) with their ids, and what is the `same` of all of them."""
    said = [
        pl.lit(None if value is None else str(value), pl.String).alias(name)
        for name, value in same.items()
    ]
    whole = lines.with_columns(pl.Series("id", map(str, ids), pl.String), *said)
    absent = [name for name in LINE_COLUMNS if name not in whole.columns]
    nothing = [pl.lit(None, pl.String).alias(name) for name in absent]
    load_frame(session, "charge_lines", whole.with_columns(nothing).select(LINE_COLUMNS))


def add_outcomes(session: TenantSession, rows: Iterable[Sequence[object]]) -> None:
    """Load outcomes as a set: batch, period, outcome, records."""
    columns = ("tenant_id", "batch_id", "period_id", "outcome", "records")
    load_rows(session, "batch_outcomes", columns, rows)


def replace_outcomes(
    session: TenantSession, period_id: UUID, rows: Iterable[Sequence[object]]
) -> None:
    """Replace what became of the batches of a period, a closed one too: late records count."""
    session.execute(sa.delete(BatchOutcomeRow).where(BatchOutcomeRow.period_id == period_id))
    add_outcomes(session, rows)


def outcomes(session: TenantSession, period_id: UUID) -> dict[str, int]:
    """Records of all batches in a period by outcome."""
    row = BatchOutcomeRow
    query = (
        sa.select(row.outcome, sa.func.sum(row.records))
        .where(row.period_id == period_id)
        .group_by(row.outcome)
        .order_by(row.outcome)
    )
    return {outcome: int(records) for outcome, records in session.execute(query)}


def lines_of_usage(session: TenantSession, period_id: UUID) -> Sequence[ChargeLineRow]:
    """All lines that bill usage of this period: its own, and corrections to it booked elsewhere."""
    line = ChargeLineRow
    billed_for = sa.func.coalesce(line.corrects_period_id, line.period_id)
    return session.scalars(sa.select(line).where(billed_for == period_id)).all()


# Periods that end no later than another.
UNTIL = sa.text("""
    charge_lines.period_id IN (SELECT p.id FROM periods p WHERE p.ends_on <= (
        SELECT n.ends_on FROM periods n WHERE n.id = :until_id))
""")


def shared_until(
    session: TenantSession, period_id: UUID, until_id: UUID, terms: Collection[UUID]
) -> Sequence[ChargeLineRow]:
    """The lines under terms for a period's usage that another one, or one before it, bears."""
    line = ChargeLineRow
    billed_for = sa.func.coalesce(line.corrects_period_id, line.period_id)
    wanted = billed_for == period_id, line.terms_id.in_(terms), line.side == "customer"
    until = UNTIL.bindparams(until_id=until_id)
    return session.scalars(sa.select(line).where(*wanted, until).order_by(line.id)).all()


def lines(
    session: TenantSession, period_id: UUID, terms: Collection[UUID] | None = None
) -> Sequence[ChargeLineRow]:
    """The lines booked in a period, under all terms or these, in an order that no run changes."""
    line = ChargeLineRow
    order = (
        line.party_id, line.side, line.direction, line.service, line.product, line.destination,
        line.band, line.case_name, line.trunk, line.traffic_direction, line.amount, line.id,
    )  # fmt: skip
    query = sa.select(line).where(line.period_id == period_id).order_by(*order)
    if terms is not None:
        query = query.where(line.terms_id.in_(terms))
    return session.scalars(query).all()


def lines_of_services(
    session: TenantSession, period_id: UUID, agreement_id: UUID, services: Sequence[str]
) -> Sequence[ChargeLineRow]:
    """The lines of some services for a period under a carrier's agreement, with corrections."""
    line = ChargeLineRow
    billed_for = sa.func.coalesce(line.corrects_period_id, line.period_id)
    wanted = (
        billed_for == period_id, line.agreement_id == agreement_id, line.service.in_(services),
    )  # fmt: skip
    order = line.direction, line.service, line.trunk, line.reason, line.unit_price, line.id
    return session.scalars(sa.select(line).where(*wanted).order_by(*order)).all()


# Usage is summed here, because a month has hundreds of thousands of lines of it; what is no usage
# stays line by line.
SHARED = """
    WITH shared AS (
        SELECT terms_id, product, currency, service, events, amount, batch_set, subscription_id,
               reason, CASE WHEN terms_id = ANY(:by_customer) THEN party_id END AS customer,
               CASE WHEN terms_id = ANY(:by_customer) THEN destination ELSE '' END AS destination
        FROM charge_lines
        WHERE side = 'customer' AND terms_id IS NOT NULL AND CASE
            WHEN :with_corrections THEN coalesce(corrects_period_id, period_id) = :period_id
            ELSE period_id = :period_id AND corrects_period_id IS NULL END
    ), usage AS (
        SELECT terms_id, product, currency, customer, destination,
               sum(events) AS events, sum(amount) AS amount,
               array_agg(DISTINCT batch_set) AS batch_sets
        FROM shared WHERE NOT service = ANY(:not_usage)
        GROUP BY terms_id, product, currency, customer, destination
    )
    SELECT terms_id, product, currency, '' AS service, events, amount,
        ARRAY(SELECT DISTINCT unnest(s.batch_ids) FROM batch_sets s
              WHERE s.id = ANY(usage.batch_sets)) AS batch_ids,
        NULL::uuid AS subscription_id, NULL AS reason, customer, destination
    FROM usage
    UNION ALL
    SELECT terms_id, product, currency, service, events, amount,
        (SELECT s.batch_ids FROM batch_sets s WHERE s.id = shared.batch_set) AS batch_ids,
        subscription_id, reason, customer, destination
    FROM shared WHERE service = ANY(:not_usage)
"""


def shared(
    session: TenantSession,
    period_id: UUID,
    not_usage: Sequence[str],
    by_customer: Collection[UUID],
    *,
    with_corrections: bool,
) -> Sequence[sa.Row[Any]]:
    """What customers are charged under terms of revenue share."""
    facts = {
        "period_id": period_id,
        "not_usage": list(not_usage),
        "by_customer": list(by_customer),
        "with_corrections": with_corrections,
    }
    return session.execute(sa.text(SHARED), facts).all()


def last_run(session: TenantSession, period_id: UUID) -> RatingRunRow | None:
    """The latest rating of a period."""
    run = RatingRunRow
    query = sa.select(run).where(run.period_id == period_id)
    return session.scalars(query.order_by(run.rated_at.desc(), run.id.desc()).limit(1)).first()
