"""Rows of payout batches and of their lines, and what of other concepts' rows a proposal needs."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple
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


class AccountInUse(NamedTuple):
    """A partner's account in use; `is_change` where it took the place of another."""

    id: UUID
    party_id: UUID
    holder: str
    iban: str
    bic: str
    changed_at: dt.datetime
    is_change: bool


ACCOUNTS = """
    SELECT a.id, a.party_id, a.holder, a.iban, a.bic, a.changed_at, EXISTS (
               SELECT FROM bank_accounts earlier
               WHERE earlier.tenant_id = a.tenant_id AND earlier.party_id = a.party_id
                 AND earlier.currency = a.currency AND earlier.id <> a.id
           ) AS is_change
    FROM bank_accounts a
    WHERE a.party_id IS NOT NULL AND a.currency = :currency AND a.is_active
"""

# Issued statements, and whether a payment of an approved batch has been for them.
STATEMENTS = """
    SELECT d.id, d.party_id, d.number, EXISTS (
               SELECT FROM payouts p
               JOIN payout_batches b ON b.tenant_id = p.tenant_id AND b.id = p.batch_id
               WHERE p.tenant_id = d.tenant_id AND p.outcome = 'paid'
                 AND d.id = ANY (p.document_ids) AND b.status IN ('approved', 'sent')
           ) AS is_paid
    FROM documents d
    WHERE d.direction = 'payable' AND d.status = 'issued' AND d.currency = :currency
      AND d.kind IN ('self_billed_invoice', 'self_billed_credit')
    ORDER BY d.issued_on, d.number
"""

NUMBERS = "SELECT id, number FROM documents WHERE id = ANY (:ids)"


class Statement(NamedTuple):
    """A statement that a payment is for; `is_paid` also where a disputed part was held back."""

    id: UUID
    party_id: UUID
    number: str
    is_paid: bool


def accounts(session: TenantSession, currency: str) -> dict[UUID, AccountInUse]:
    """Accounts in use in a currency, by partner."""
    rows = session.execute(sa.text(ACCOUNTS), {"currency": currency})
    return {row.party_id: AccountInUse(*row) for row in rows}


def statements(session: TenantSession, currency: str) -> list[Statement]:
    """Issued statements in a currency, the oldest first."""
    return [
        Statement(*found) for found in session.execute(sa.text(STATEMENTS), {"currency": currency})
    ]


def numbers(session: TenantSession, document_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Numbers of documents."""
    rows = session.execute(sa.text(NUMBERS), {"ids": list(document_ids)})
    return {row.id: row.number for row in rows}


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
    return session.scalar(
        sa.select(BatchRow)
        .where(BatchRow.id == batch_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


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
