"""Rows of consents to corrections, and what has been heard of a declaration."""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from settlement.interconnect.comparison import Agreement
from settlement.interconnect.consents.consent import Consent, Status
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession

INSTANT = sa.DateTime(timezone=True)


class ConsentRow(Identified, Table):
    """A correction that needs the other side's consent, and its answer."""

    __tablename__ = "correction_consents"

    declaration_id: orm.Mapped[UUID]
    status: orm.Mapped[str]
    asked_by: orm.Mapped[str]
    asked_by_id: orm.Mapped[UUID | None]
    asked_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    answered_by: orm.Mapped[str | None]
    answered_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(INSTANT)
    reference: orm.Mapped[str]
    reason: orm.Mapped[str]


HEARD = """
    SELECT (SELECT verdict FROM reconciliations WHERE ours_id = :id ORDER BY id DESC LIMIT 1)
               AS verdict,
           EXISTS (SELECT FROM disputes x WHERE x.document_id = :document_id AND x.status = 'open')
               AS is_disputed
"""


def verdict_and_dispute(
    session: TenantSession, declaration_id: UUID, document_id: UUID | None
) -> tuple[Agreement | None, bool]:
    """How the last comparison of a declaration came out, and whether some of it is disputed."""
    known = {"id": declaration_id, "document_id": document_id}
    row = session.execute(sa.text(HEARD), known).one()
    return None if row.verdict is None else Agreement(row.verdict), row.is_disputed


def held(session: TenantSession, declaration_ids: Collection[UUID]) -> dict[UUID, ConsentRow]:
    """The rows of declarations, locked until the end of the transaction and read anew."""
    query = sa.select(ConsentRow).where(ConsentRow.declaration_id.in_(declaration_ids))
    rows = session.scalars(
        query.order_by(ConsentRow.id).with_for_update().execution_options(populate_existing=True)
    )
    return {row.declaration_id: row for row in rows}


def of_declarations(
    session: TenantSession, declaration_ids: Collection[UUID]
) -> dict[UUID, Consent]:
    """What was answered to each of these declarations that needs consent."""
    query = sa.select(ConsentRow).where(ConsentRow.declaration_id.in_(declaration_ids))
    return {row.declaration_id: consent(row) for row in session.scalars(query)}


def waiting(session: TenantSession) -> list[UUID]:
    """The declarations that wait for an answer, the earliest first."""
    query = sa.select(ConsentRow.declaration_id).where(ConsentRow.status == Status.WAITING.value)
    return list(session.scalars(query.order_by(ConsentRow.asked_at, ConsentRow.id)))


def consent(row: ConsentRow) -> Consent:
    """A row as it is told."""
    return Consent(
        declaration_id=row.declaration_id,
        status=Status(row.status),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        answered_by=row.answered_by,
        answered_at=row.answered_at,
        reference=row.reference,
        reason=row.reason,
    )
