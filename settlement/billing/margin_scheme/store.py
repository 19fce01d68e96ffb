"""Costs of what is sold under the margin scheme, and the tax on margins as it was booked."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from currencies.money import Money, money
from settlement.billing.margin_scheme.margin_sale import MarginSale
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession

AMOUNT = sa.Numeric(38, 12)


class MarginSaleRow(Identified, Table):
    """A line sold under the scheme, by the purpose of its document."""

    __tablename__ = "margin_sales"

    purpose: orm.Mapped[str]
    line: orm.Mapped[str]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    cost: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    rate: orm.Mapped[Decimal] = orm.mapped_column(sa.Numeric(12, 10))


class MarginTaxRow(Identified, Table):
    """What a document changes of the tax on margins."""

    __tablename__ = "margin_taxes"

    document_id: orm.Mapped[UUID]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    amount: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)


@dataclass(frozen=True, slots=True)
class MarginTax:
    """Tax on margins that a document brought, or took back, below zero."""

    document_id: UUID
    number: str
    issued_on: dt.date
    amount: Money


# The invoice that a document changes in the end, and all that changes it.
CHAIN = """
    WITH RECURSIVE up AS (
        SELECT id, corrects_id, purpose FROM documents WHERE id = :document
        UNION ALL
        SELECT d.id, d.corrects_id, d.purpose FROM up JOIN documents d ON d.id = up.corrects_id
    ), root AS (
        SELECT id, purpose FROM up WHERE corrects_id IS NULL
    ), down AS (
        SELECT id FROM root
        UNION ALL
        SELECT d.id FROM down JOIN documents d ON d.corrects_id = down.id AND d.status = 'issued'
    )
    SELECT down.id, root.purpose FROM down CROSS JOIN root
"""

TAXES = """
    SELECT d.id, d.number, d.issued_on, t.amount, t.currency
    FROM margin_taxes t JOIN documents d ON d.tenant_id = t.tenant_id AND d.id = t.document_id
    WHERE d.issued_on >= :since AND d.issued_on < :until
    ORDER BY d.issued_on, d.kind, d.serial
"""


# What goods cost that were charged individually and are on no document yet.
COSTS = """
    SELECT CAST(l.id AS text) AS id, c.purchase_cost
    FROM individual_charges c
    JOIN charge_lines l ON l.tenant_id = c.tenant_id AND l.charge_id = c.id
    WHERE c.purchase_cost IS NOT NULL AND l.document_id IS NULL
"""


def unbilled_costs(session: TenantSession) -> dict[str, Decimal]:
    """What goods were bought for whose charges no document bears, by charge line."""
    return {row.id: row.purchase_cost for row in session.execute(sa.text(COSTS))}


def add_sales(session: TenantSession, purpose: str, sales: Sequence[MarginSale]) -> None:
    """Keep what is sold under the scheme by a document of this purpose."""
    for each in sales:
        session.add(
            MarginSaleRow(
                tenant_id=session.tenant_id,
                id=session.ids.new(),
                purpose=purpose,
                line=each.line,
                currency=str(each.cost.currency.code),
                cost=each.cost.amount,
                rate=each.rate,
            )
        )
    session.flush()


def sales(session: TenantSession, purpose: str) -> list[MarginSale]:
    """What is sold under the scheme by the document of this purpose, by line."""
    rows = session.scalars(
        sa.select(MarginSaleRow)
        .where(MarginSaleRow.purpose == purpose)
        .order_by(MarginSaleRow.line)
    )
    return [MarginSale(row.line, money(row.cost, row.currency), row.rate) for row in rows]


def chain(session: TenantSession, document_id: UUID) -> tuple[str, list[UUID]]:
    """The purpose of the invoice behind a document, and the documents of its chain."""
    rows = session.execute(sa.text(CHAIN), {"document": document_id}).all()
    return rows[0].purpose, [row.id for row in rows]


def booked(session: TenantSession, documents: Sequence[UUID]) -> Decimal:
    """The tax on margins that these documents brought, together."""
    query = sa.select(sa.func.coalesce(sa.func.sum(MarginTaxRow.amount), 0))
    return Decimal(session.scalar(query.where(MarginTaxRow.document_id.in_(documents))) or 0)


def add_tax(session: TenantSession, document_id: UUID, tax: Money) -> None:
    """Note what a document changes of the tax."""
    session.add(
        MarginTaxRow(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            document_id=document_id,
            currency=str(tax.currency.code),
            amount=tax.amount,
        )
    )
    session.flush()


def taxes(session: TenantSession, since: dt.date, until: dt.date) -> list[MarginTax]:
    """The tax on margins of documents issued in a half-open span of days."""
    rows = session.execute(sa.text(TAXES), {"since": since, "until": until})
    return [
        MarginTax(row.id, row.number, row.issued_on, money(row.amount, row.currency))
        for row in rows
    ]
