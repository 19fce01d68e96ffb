"""Rows of what partners answered."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from settlement.self_billing.acceptance.standing import Answer
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class AnswerRow(Identified, Table):
    """One answer to a self-billed document; the latest stands."""

    __tablename__ = "self_billing_answers"

    document_id: orm.Mapped[UUID]
    is_accepted: orm.Mapped[bool]
    answered_by: orm.Mapped[str]
    answered_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    reason: orm.Mapped[str]
    reference: orm.Mapped[str]


def answers(session: TenantSession, documents: Iterable[UUID]) -> dict[UUID, Answer]:
    """The latest answer to each of these documents."""
    asked = (
        sa.select(AnswerRow)
        .where(AnswerRow.document_id.in_(list(documents)))
        .order_by(AnswerRow.answered_at, AnswerRow.id)
    )
    return {
        row.document_id: Answer(
            row.is_accepted, row.answered_by, row.answered_at, row.reason, row.reference
        )
        for row in session.scalars(asked)
    }


def add(session: TenantSession, document_id: UUID, answer: Answer) -> None:
    """Keep an answer."""
    session.add(
        AnswerRow(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            document_id=document_id,
            is_accepted=answer.is_accepted,
            answered_by=answer.answered_by,
            answered_at=answer.answered_at,
            reason=answer.reason,
            reference=answer.reference,
        )
    )
    session.flush()


def lock(session: TenantSession, document_id: UUID) -> None:
    """Let one answer to a document in at a time, until the transaction ends."""
    session.hold("acceptance", document_id)
