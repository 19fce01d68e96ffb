"""Rows of refunds; none is ever changed."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from settlement.sharing.refunding.mirroring import CAUSES
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession

AMOUNT = sa.Numeric(38, 12)


class RefundRow(Identified, Table):
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
    recorded_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    recorded_by: orm.Mapped[str]


GIVEN = """
    SELECT DISTINCT step ->> 'refund' AS refund
    FROM shares s, jsonb_array_elements(s.steps) AS step
    WHERE s.cause = ANY(:causes) AND step ? 'refund'
"""


def add(session: TenantSession, row: RefundRow) -> None:
    """Keep a refund."""
    session.add(row)
    session.flush()


def refunds(session: TenantSession) -> Sequence[RefundRow]:
    """All refunds, the earliest first."""
    query = sa.select(RefundRow).order_by(RefundRow.recorded_at, RefundRow.id)
    return session.scalars(query).all()


def given(session: TenantSession) -> set[str]:
    """The refunds that partners have credits for, by the text of their ids."""
    rows = session.execute(sa.text(GIVEN), {"causes": list(CAUSES)})
    return {row.refund for row in rows}


def lock(session: TenantSession) -> None:
    """Let one refund of the tenant be recorded at a time, until the transaction ends."""
    session.execute(
        sa.text("SELECT pg_advisory_xact_lock(hashtextextended('refunds:' || :tenant, 0))"),
        {"tenant": str(session.tenant_id)},
    )
