"""Rows of shares: who gets what of a product's revenue."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB

from tenants.persistence.loading import load_rows
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession

AMOUNT = sa.Numeric(38, 12)


class ShareRow(Identified, Table):
    """One payee's part of one product's revenue; no party is our own part.

    `cause` says what the credit is for, and `rule` which rule of the terms split the revenue.
    `fraction` is the exact amount less the credited one, numerator/denominator; none where unknown.
    """

    __tablename__ = "shares"

    run_id: orm.Mapped[UUID]
    period_id: orm.Mapped[UUID]
    corrects_period_id: orm.Mapped[UUID | None]
    agreement_id: orm.Mapped[UUID]
    terms_id: orm.Mapped[UUID]
    party_id: orm.Mapped[UUID | None]
    level: orm.Mapped[int]
    position: orm.Mapped[int]
    product: orm.Mapped[str]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    events: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    gross: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    base: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    amount: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    steps: orm.Mapped[list[Any]] = orm.mapped_column(JSONB)
    batch_ids: orm.Mapped[list[UUID]] = orm.mapped_column(sa.ARRAY(sa.Uuid))
    document_id: orm.Mapped[UUID | None]
    cause: orm.Mapped[str]
    rule: orm.Mapped[str]
    fraction: orm.Mapped[str | None]


SHARE_COLUMNS = tuple(column.name for column in ShareRow.__table__.columns)


def as_json(steps: Sequence[Mapping[str, Any]]) -> str:
    """Steps as the column takes them when rows are loaded as a set."""
    return json.dumps(list(steps))


def as_text(fraction: Fraction | None) -> str | None:
    """A fraction as its column takes it."""
    return None if fraction is None else f"{fraction.numerator}/{fraction.denominator}"


def forget_run(session: TenantSession, period_id: UUID) -> None:
    """Remove the shares of an open period, so that the next run replaces them."""
    session.execute(sa.delete(ShareRow).where(ShareRow.period_id == period_id))


def forget_causes(session: TenantSession, period_id: UUID, causes: Sequence[str]) -> None:
    """Remove what was credited for these causes in an open period, so that it is found anew."""
    session.execute(
        sa.delete(ShareRow).where(ShareRow.period_id == period_id, ShareRow.cause.in_(causes))
    )


def add_shares(session: TenantSession, rows: Iterable[Sequence[object]]) -> None:
    """Load shares as a set; each row has the values of SHARE_COLUMNS."""
    load_rows(session, "shares", SHARE_COLUMNS, rows)


def shares(session: TenantSession, period_id: UUID) -> Sequence[ShareRow]:
    """The shares booked in a period, payee by payee in the order of the agreements."""
    order = (
        ShareRow.agreement_id, ShareRow.terms_id, ShareRow.product, ShareRow.currency,
        ShareRow.corrects_period_id, ShareRow.cause, ShareRow.rule, ShareRow.position,
        ShareRow.amount, ShareRow.id,
    )  # fmt: skip
    query = sa.select(ShareRow).where(ShareRow.period_id == period_id).order_by(*order)
    return session.scalars(query).all()


def days_of(session: TenantSession, period_id: UUID) -> tuple[dt.date, dt.date]:
    """The first day of a period and the first day without."""
    row = session.execute(
        sa.text("SELECT starts_on, ends_on FROM periods WHERE id = :id"), {"id": period_id}
    ).one()
    return row.starts_on, row.ends_on


# Periods that end no later than another.
UNTIL = sa.text("""
    shares.period_id IN (SELECT p.id FROM periods p WHERE p.ends_on <= (
        SELECT n.ends_on FROM periods n WHERE n.id = :until_id))
""")


def shares_of_usage(
    session: TenantSession, period_id: UUID, until_id: UUID | None = None
) -> Sequence[ShareRow]:
    """The shares of a period's revenue in the order in which they were given: its own, and
    corrections to it booked elsewhere.

    With another period, those of them that it or one before it bears.
    """
    share_of = sa.func.coalesce(ShareRow.corrects_period_id, ShareRow.period_id)
    query = sa.select(ShareRow).where(share_of == period_id)
    if until_id is not None:
        query = query.where(UNTIL.bindparams(until_id=until_id))
    return session.scalars(query.order_by(ShareRow.id)).all()


# What the latest period before left below zero, of each product with shares; corrections included.
CARRIED = """
    WITH of_period AS (
        SELECT s.agreement_id, s.product, s.currency, s.steps, p.ends_on,
               max(p.ends_on) OVER (PARTITION BY s.agreement_id, s.product, s.currency) AS latest
        FROM shares s
        JOIN periods p ON p.tenant_id = s.tenant_id
            AND p.id = coalesce(s.corrects_period_id, s.period_id)
        WHERE s.position = 0 AND s.cause = 'share'
          AND p.ends_on <= (SELECT n.starts_on FROM periods n WHERE n.id = :period_id)
    )
    SELECT agreement_id, product, currency, sum((step ->> 'amount')::numeric) AS carried
    FROM of_period, jsonb_array_elements(steps) AS step
    WHERE ends_on = latest AND step ? 'carried'
    GROUP BY 1, 2, 3
    HAVING sum((step ->> 'amount')::numeric) <> 0
"""


def carried_into(session: TenantSession, period_id: UUID) -> dict[tuple[UUID, str, str], Decimal]:
    """The base below zero that goes into a period, by agreement, product and currency."""
    rows = session.execute(sa.text(CARRIED), {"period_id": period_id})
    return {(row.agreement_id, row.product, row.currency): row.carried for row in rows}
