"""Rows of refunds; none is ever changed."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from settlement.sharing.refunding.mirroring import CAUSES
from tenants.persistence.tables import Identified, Recorded, Table
from tenants.session import TenantSession

AMOUNT = sa.Numeric(38, 12)


class RefundRow(Recorded, Identified, Table):
    """An amount of a product's revenue of a closed period that customers get back."""

    __tablename__ = "refunds"

    period_id: orm.Mapped[UUID]
    terms_id: orm.Mapped[UUID]
    product: orm.Mapped[str]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    amount: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    cause: orm.Mapped[str]
    reason: orm.Mapped[str]
    document_id: orm.Mapped[UUID]
    line: orm.Mapped[str]
    credit_id: orm.Mapped[UUID | None]


GIVEN = """
    SELECT DISTINCT step ->> 'refund' AS refund
    FROM shares s, jsonb_array_elements(s.steps) AS step
    WHERE s.cause = ANY(:causes) AND step ? 'refund'
      AND (CAST(:period_id AS uuid) IS NULL OR s.period_id = :period_id)
"""


def add(session: TenantSession, row: RefundRow) -> None:
    """Keep a refund."""
    session.add(row)
    session.flush()


def refunds(session: TenantSession) -> Sequence[RefundRow]:
    """All refunds, the earliest first."""
    query = sa.select(RefundRow).order_by(RefundRow.recorded_at, RefundRow.id)
    return session.scalars(query).all()


def given(session: TenantSession, period_id: UUID | None = None) -> set[str]:
    """The refunds that partners have credits for (booked in a period), by the text of their ids."""
    facts = {"causes": list(CAUSES), "period_id": period_id}
    rows = session.execute(sa.text(GIVEN), facts)
    return {row.refund for row in rows}


def lock(session: TenantSession) -> None:
    """Let one refund of the tenant be recorded at a time, until the transaction ends."""
    session.hold("refunds")
