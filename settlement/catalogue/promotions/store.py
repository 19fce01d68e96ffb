"""Rows of promotions."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class PromotionRow(Identified, Table):
    """What is taken off, from one local day until another; never changed."""

    __tablename__ = "promotions"

    code: orm.Mapped[str]
    name: orm.Mapped[str]
    valid_from: orm.Mapped[dt.date]
    valid_until: orm.Mapped[dt.date | None]
    terms: orm.Mapped[dict[str, Any]] = orm.mapped_column(JSONB)
    published_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    published_by: orm.Mapped[str]


def promotion_rows(session: TenantSession) -> Sequence[PromotionRow]:
    """All promotions in the order of their codes."""
    code = sa.collate(PromotionRow.code, "C")
    return session.scalars(sa.select(PromotionRow).order_by(code)).all()


def promotion_row(session: TenantSession, code: str) -> PromotionRow | None:
    """The promotion with this code."""
    return session.scalar(sa.select(PromotionRow).where(PromotionRow.code == code))
