"""Rows of payout batches and of their lines."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from currencies.money import money
from settlement.payouts.payout import Outcome, Status
from settlement.payouts.payout_batch import Payout, PayoutBatch
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession

INSTANT = sa.DateTime(timezone=True)


class BatchRow(Identified, Table):
    """One batch: of one currency, from one account of ours, on one day."""

    __tablename__ = "payout_batches"

    number: orm.Mapped[str]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    bank_account_id: orm.Mapped[UUID]
    status: orm.Mapped[str]
    pays_on: orm.Mapped[dt.date]
    run_id: orm.Mapped[UUID | None]
    proposed_by: orm.Mapped[str]
    proposed_by_id: orm.Mapped[UUID | None]
    proposed_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    approved_by: orm.Mapped[str | None]
    approved_by_id: orm.Mapped[UUID | None]
    approved_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(INSTANT)
    content_hash: orm.Mapped[str] = orm.mapped_column(sa.CHAR(64))
    file_sha256: orm.Mapped[str | None] = orm.mapped_column(sa.CHAR(64))


class PayoutRow(Identified, Table):
    """One line of a batch; written once."""

    __tablename__ = "payouts"

    batch_id: orm.Mapped[UUID]
    party_id: orm.Mapped[UUID]
    bank_account_id: orm.Mapped[UUID | None]
    end_to_end_id: orm.Mapped[str]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    amount: orm.Mapped[Decimal] = orm.mapped_column(sa.Numeric(38, 12))
    outcome: orm.Mapped[str]
    reason: orm.Mapped[str]
    document_ids: orm.Mapped[list[UUID]] = orm.mapped_column(sa.ARRAY(sa.Uuid))


def waiting(session: TenantSession, currency: str) -> BatchRow | None:
    """A batch of the currency that waits for approval."""
    return session.scalar(
        sa.select(BatchRow).where(BatchRow.currency == currency, BatchRow.status == "proposed")
    )


def count_of_day(session: TenantSession, currency: str, pays_on: dt.date) -> int:
    """How many batches there are of a currency and day, for the next number."""
    query = (
        sa.select(sa.func.count())
        .select_from(BatchRow)
        .where(BatchRow.currency == currency, BatchRow.pays_on == pays_on)
    )
    return session.scalar(query) or 0


def held_row(session: TenantSession, batch_id: UUID) -> BatchRow | None:
    """The batch, locked until the transaction ends and read anew."""
    return session.held(BatchRow, batch_id)


def row(session: TenantSession, batch_id: UUID) -> BatchRow | None:
    """The batch as it is."""
    return session.get(BatchRow, (session.tenant_id, batch_id))


def rows(session: TenantSession, status: str | None = None) -> Sequence[BatchRow]:
    """Batches, the newest first."""
    query = sa.select(BatchRow).order_by(BatchRow.proposed_at.desc(), BatchRow.id.desc())
    if status is not None:
        query = query.where(BatchRow.status == status)
    return session.scalars(query).all()


def payout_rows(session: TenantSession, batch_ids: Sequence[UUID]) -> Sequence[PayoutRow]:
    """The lines of batches in their order."""
    return session.scalars(
        sa.select(PayoutRow)
        .where(PayoutRow.batch_id.in_(batch_ids))
        .order_by(PayoutRow.batch_id, PayoutRow.end_to_end_id)
    ).all()


def as_batches(session: TenantSession, rows: Sequence[BatchRow]) -> list[PayoutBatch]:
    """Batches with their lines, in the order of the rows."""
    lines: dict[UUID, list[Payout]] = defaultdict(list)
    for each in payout_rows(session, [row.id for row in rows]):
        lines[each.batch_id].append(_as_payout(each))
    return [_as_batch(row, lines[row.id]) for row in rows]


def _as_payout(row: PayoutRow) -> Payout:
    return Payout(
        id=row.id,
        party_id=row.party_id,
        end_to_end_id=row.end_to_end_id,
        amount=money(row.amount, row.currency),
        outcome=Outcome(row.outcome),
        reason=row.reason,
        bank_account_id=row.bank_account_id,
        document_ids=tuple(row.document_ids),
    )


def _as_batch(row: BatchRow, lines: Sequence[Payout]) -> PayoutBatch:
    return PayoutBatch(
        id=row.id,
        number=row.number,
        currency=row.currency,
        status=Status(row.status),
        pays_on=row.pays_on,
        bank_account_id=row.bank_account_id,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        content_hash=row.content_hash,
        file_sha256=row.file_sha256,
        payouts=tuple(lines),
    )
