"""Rows of disputes."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from currencies.money import money
from settlement.disputes.dispute import Dispute, Reason, Side, Status
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession
from tenants.values import value_of

AMOUNT = sa.Numeric(38, 12)


class DisputeRow(Identified, Table):
    """One disputed part of a document."""

    __tablename__ = "disputes"

    party_id: orm.Mapped[UUID]
    document_id: orm.Mapped[UUID | None]
    document_line: orm.Mapped[str]
    reconciliation_id: orm.Mapped[UUID | None]
    reconciliation_line: orm.Mapped[int | None]
    raised_by: orm.Mapped[str]
    reason: orm.Mapped[str]
    narrative: orm.Mapped[str]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    amount: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    status: orm.Mapped[str]
    opened_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    settled_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(sa.DateTime(timezone=True))
    credit_id: orm.Mapped[UUID | None]
    # Empty in what was raised before there was a difference between the two: all of it is held.
    held: orm.Mapped[Decimal | None] = orm.mapped_column(AMOUNT)
    settled: orm.Mapped[Decimal | None] = orm.mapped_column(AMOUNT)
    variance: orm.Mapped[Decimal | None] = orm.mapped_column(AMOUNT)
    comparison_id: orm.Mapped[UUID | None]
    cause: orm.Mapped[str | None]
    supplier_invoice_id: orm.Mapped[UUID | None]
    supplier_invoice_line: orm.Mapped[int | None]
    objection_id: orm.Mapped[UUID | None]
    returned_file_id: orm.Mapped[UUID | None]
    adjusted_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(sa.DateTime(timezone=True))


HELD = sa.or_(
    DisputeRow.status == Status.OPEN.value,
    sa.and_(
        DisputeRow.status == Status.ACCEPTED.value,
        DisputeRow.credit_id.is_(None),
        DisputeRow.adjusted_at.is_(None),
    ),
)
HELD_AMOUNT = sa.func.coalesce(DisputeRow.held, DisputeRow.amount)
AMOUNTS = ("held", "settled", "variance")
PLAIN = tuple(
    name
    for name in Dispute.__dataclass_fields__
    if name not in (*AMOUNTS, "disputed", "raised_by", "reason", "status")
)


def hold_document(session: TenantSession, document_id: UUID) -> None:
    """Let one transaction at a time dispute this document."""
    session.hold("dispute", document_id)


def add(session: TenantSession, dispute: Dispute) -> None:
    """Keep a new dispute."""
    facts = {name: getattr(dispute, name) for name in PLAIN}
    for name in AMOUNTS:
        amount = getattr(dispute, name)
        facts[name] = None if amount is None else amount.amount
    session.add(
        DisputeRow(
            tenant_id=session.tenant_id,
            currency=str(dispute.disputed.currency.code),
            amount=dispute.disputed.amount,
            raised_by=dispute.raised_by.value,
            reason=dispute.reason.value,
            status=dispute.status.value,
            **facts,
        )
    )
    session.flush()


def row(session: TenantSession, dispute_id: UUID, *, hold: bool = False) -> DisputeRow | None:
    """The row of a dispute; held, it cannot end twice."""
    query = sa.select(DisputeRow).where(DisputeRow.id == dispute_id)
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalar(query)


def of_document(session: TenantSession, document_id: UUID) -> list[Dispute]:
    """The disputes of a document, the oldest first."""
    query = sa.select(DisputeRow).where(DisputeRow.document_id == document_id)
    return _disputes(session.scalars(query.order_by(DisputeRow.opened_at, DisputeRow.id)))


def about(session: TenantSession, facts: Mapping[str, Any]) -> list[Dispute]:
    """The disputes about the same thing."""
    return _disputes(session.scalars(sa.select(DisputeRow).filter_by(**facts)))


def found(
    session: TenantSession, party_id: UUID | None, status: Status | None, limit: int
) -> list[Dispute]:
    """Disputes of a party and a status, the newest first."""
    query = sa.select(DisputeRow)
    if party_id is not None:
        query = query.where(DisputeRow.party_id == party_id)
    if status is not None:
        query = query.where(DisputeRow.status == status.value)
    newest = query.order_by(DisputeRow.opened_at.desc(), DisputeRow.id.desc())
    return _disputes(session.scalars(newest.limit(limit)))


def held_amounts(
    session: TenantSession, documents: Collection[UUID]
) -> dict[UUID, tuple[Decimal, str]]:
    """What is held of each of these documents; documents without a held dispute are left out."""
    query = (
        sa.select(DisputeRow.document_id, DisputeRow.currency, sa.func.sum(HELD_AMOUNT))
        .where(HELD, DisputeRow.document_id.in_(documents))
        .group_by(DisputeRow.document_id, DisputeRow.currency)
    )
    return {
        document: (amount, code)
        for document, code, amount in session.execute(query)
        if document is not None
    }


def as_dispute(row: DisputeRow) -> Dispute:
    """The dispute of a row."""
    amounts: dict[str, Any] = {}
    for name in AMOUNTS:
        amount = getattr(row, name)
        amounts[name] = None if amount is None else money(amount, row.currency)
    disputed = money(row.amount, row.currency)
    if row.held is None:
        amounts["held"] = disputed
    return value_of(
        Dispute,
        row,
        **amounts,
        disputed=disputed,
        raised_by=Side(row.raised_by),
        reason=Reason(row.reason),
        status=Status(row.status),
    )


def _disputes(rows: Iterable[DisputeRow]) -> list[Dispute]:
    return [as_dispute(row) for row in rows]
