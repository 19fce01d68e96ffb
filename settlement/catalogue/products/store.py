"""Rows of products."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class ProductRow(Identified, Table):
    """Something that is sold."""

    __tablename__ = "products"

    code: orm.Mapped[str]
    name: orm.Mapped[str]
    service: orm.Mapped[str]
    tax_category: orm.Mapped[str]
    has_tax_inside: orm.Mapped[bool]
    components: orm.Mapped[list[Any]] = orm.mapped_column(JSONB)
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


def insert_products(session: TenantSession, rows: Sequence[dict[str, Any]]) -> None:
    """Insert many products as a set."""
    session.execute(sa.insert(ProductRow), list(rows))


def product_rows(session: TenantSession) -> Sequence[ProductRow]:
    """All products in the order of their codes."""
    return session.scalars(sa.select(ProductRow).order_by(sa.collate(ProductRow.code, "C"))).all()


def products_by_code(session: TenantSession, codes: Sequence[str]) -> Sequence[ProductRow]:
    """Those of these products that there are."""
    return session.scalars(
        sa.select(ProductRow).where(ProductRow.code == sa.any_(sa.literal(list(codes))))
    ).all()
