"""Rows of reconciliations, loaded as sets and read in the order of their lines."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from settlement.interconnect.comparison import Agreement, ComparedLine
from settlement.interconnect.traffic import Direction, TrafficKey, TrafficLine
from tenants.persistence.loading import load_rows
from tenants.persistence.tables import Identified, Table, TenantScoped
from tenants.session import TenantSession

AMOUNT = sa.Numeric(38, 12)


class ReconciliationRow(Identified, Table):
    """The head of a reconciliation."""

    __tablename__ = "reconciliations"

    carrier_id: orm.Mapped[UUID]
    agreement_id: orm.Mapped[UUID]
    period_id: orm.Mapped[UUID]
    ours_id: orm.Mapped[UUID]
    theirs_id: orm.Mapped[UUID]
    tolerance: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    tolerance_amount: orm.Mapped[Decimal | None] = orm.mapped_column(AMOUNT)
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    amount_ours: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    amount_theirs: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    verdict: orm.Mapped[str]
    compared_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


class ReconciliationLineRow(TenantScoped, Table):
    """One compared line: the figures of both sides and how far they agree."""

    __tablename__ = "reconciliation_lines"

    reconciliation_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    line: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    day: orm.Mapped[dt.date]
    direction: orm.Mapped[str]
    trunk: orm.Mapped[str]
    destination: orm.Mapped[str]
    calls_ours: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    calls_theirs: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    seconds_ours: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    seconds_theirs: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    billed_seconds_ours: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    billed_seconds_theirs: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    unit_price_ours: orm.Mapped[Decimal | None] = orm.mapped_column(AMOUNT)
    unit_price_theirs: orm.Mapped[Decimal | None] = orm.mapped_column(AMOUNT)
    amount_ours: orm.Mapped[Decimal | None] = orm.mapped_column(AMOUNT)
    amount_theirs: orm.Mapped[Decimal | None] = orm.mapped_column(AMOUNT)
    variance: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    agreement: orm.Mapped[str] = orm.mapped_column("class")


FIGURES = ("calls", "seconds", "billed_seconds", "unit_price", "amount")
COMPARED_COLUMNS = (
    "tenant_id", "reconciliation_id", "line", "day", "direction", "trunk", "destination",
    *(f"{figure}_{side}" for figure in FIGURES for side in ("ours", "theirs")),
    "variance", "class",
)  # fmt: skip


def hold(session: TenantSession, ours_id: UUID) -> None:
    """Let one transaction at a time compare this declaration of ours."""
    session.hold("reconcile", ours_id)


def add(session: TenantSession, head: ReconciliationRow, lines: Sequence[ComparedLine]) -> None:
    """Keep a reconciliation with its lines."""
    session.add(head)
    session.flush()
    rows = (_compared_row(session, head.id, n, line) for n, line in enumerate(lines, 1))
    load_rows(session, "reconciliation_lines", COMPARED_COLUMNS, rows)


def by_id(session: TenantSession, reconciliation_id: UUID) -> ReconciliationRow | None:
    """The head of a reconciliation."""
    return session.scalar(
        sa.select(ReconciliationRow).where(ReconciliationRow.id == reconciliation_id)
    )


def of_pair(session: TenantSession, ours_id: UUID, theirs_id: UUID) -> ReconciliationRow | None:
    """The reconciliation of these two declarations."""
    row = ReconciliationRow
    return session.scalar(sa.select(row).where(row.ours_id == ours_id, row.theirs_id == theirs_id))


def latest_of(session: TenantSession, ours_id: UUID) -> ReconciliationRow | None:
    """The last reconciliation there was of a declaration of ours."""
    row = ReconciliationRow
    query = sa.select(row).where(row.ours_id == ours_id)
    # Ids are ordered by time, and stay so where several share an instant.
    return session.scalar(query.order_by(row.id.desc()).limit(1))


# What comparisons of a declaration of ours have booked, as its directions are owed.
BOOKED = """
    SELECT CASE p.account WHEN 'carrier_receivable' THEN 'incoming'
                          ELSE 'outgoing' END AS direction,
           sum(CASE WHEN (p.side = 'debit') = (p.account = 'carrier_receivable')
                    THEN p.amount ELSE -p.amount END) AS amount
    FROM reconciliations r
    JOIN ledger_entries e ON e.tenant_id = r.tenant_id
        AND e.source_type = 'reconciliation' AND e.source_id = r.id
    JOIN ledger_postings p ON p.tenant_id = e.tenant_id AND p.entry_id = e.id
    WHERE r.ours_id = :ours_id AND p.account IN ('carrier_receivable', 'carrier_payable')
    GROUP BY 1
"""


def booked(session: TenantSession, ours_id: UUID) -> dict[str, Decimal]:
    """By direction, what all comparisons of a declaration of ours have booked so far."""
    rows = session.execute(sa.text(BOOKED), {"ours_id": ours_id})
    return {row.direction: row.amount for row in rows}


def found(session: TenantSession, carrier_id: UUID | None, limit: int) -> list[ReconciliationRow]:
    """Reconciliations of a carrier, the newest first."""
    query = sa.select(ReconciliationRow)
    if carrier_id is not None:
        query = query.where(ReconciliationRow.carrier_id == carrier_id)
    newest = query.order_by(ReconciliationRow.compared_at.desc(), ReconciliationRow.id.desc())
    return list(session.scalars(newest.limit(limit)))


def lines_of(session: TenantSession, reconciliation_id: UUID) -> tuple[ComparedLine, ...]:
    """The lines of a reconciliation, in their order."""
    row = ReconciliationLineRow
    query = sa.select(row).where(row.reconciliation_id == reconciliation_id).order_by(row.line)
    return tuple(_compared(line) for line in session.scalars(query))


def _compared_row(
    session: TenantSession, reconciliation_id: UUID, number: int, line: ComparedLine
) -> tuple[object, ...]:
    figures = (
        getattr(side, figure) if side else None
        for figure in FIGURES
        for side in (line.ours, line.theirs)
    )
    place = (session.tenant_id, reconciliation_id, number)
    return (*place, *line.key, *figures, line.variance, line.agreement.value)


def _compared(row: ReconciliationLineRow) -> ComparedLine:
    direction: Direction = "incoming" if row.direction == "incoming" else "outgoing"
    key = TrafficKey(row.day, direction, row.trunk, row.destination)
    return ComparedLine(
        key, _side(row, key, "ours"), _side(row, key, "theirs"), row.variance,
        Agreement(row.agreement),
    )  # fmt: skip


def _side(row: ReconciliationLineRow, key: TrafficKey, side: str) -> TrafficLine | None:
    if getattr(row, f"amount_{side}") is None:
        return None
    figures = {figure: getattr(row, f"{figure}_{side}") for figure in FIGURES}
    return TrafficLine(**key._asdict(), **figures)
