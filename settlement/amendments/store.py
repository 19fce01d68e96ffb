"""Rows of amendments."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB

from tenants.persistence.tables import Identified, Proposed, Table
from tenants.session import TenantSession

INSTANT = sa.DateTime(timezone=True)


class AmendmentRow(Identified, Proposed, Table):
    """What is to be agreed, by whom it was drafted, reviewed and decided."""

    __tablename__ = "amendments"

    kind: orm.Mapped[str]
    code: orm.Mapped[str]
    party_id: orm.Mapped[UUID]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    valid_from: orm.Mapped[dt.date]
    valid_until: orm.Mapped[dt.date | None]
    terms: orm.Mapped[dict[str, Any]] = orm.mapped_column(JSONB)
    policies: orm.Mapped[dict[str, Any] | None] = orm.mapped_column(JSONB(none_as_null=True))
    reviewed_by: orm.Mapped[str | None]
    reviewed_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(INSTANT)
    terms_id: orm.Mapped[UUID | None]
    agreement_kind: orm.Mapped[str]
    trunks: orm.Mapped[list[str]] = orm.mapped_column(JSONB)


def rows(session: TenantSession, code: str | None = None) -> Sequence[AmendmentRow]:
    """Amendments, of one agreement or all, the newest first."""
    query = sa.select(AmendmentRow)
    if code is not None:
        query = query.where(AmendmentRow.code == code)
    return session.scalars(
        query.order_by(AmendmentRow.proposed_at.desc(), AmendmentRow.id.desc())
    ).all()


def row(session: TenantSession, amendment_id: UUID) -> AmendmentRow | None:
    """One amendment."""
    return session.get(AmendmentRow, (session.tenant_id, amendment_id))


def held_row(session: TenantSession, amendment_id: UUID) -> AmendmentRow | None:
    """An amendment, locked until the end of the transaction and read anew."""
    return session.held(AmendmentRow, amendment_id)


SOLD_IN = """
    SELECT product, currency FROM charge_lines
    WHERE side = 'customer' AND product = ANY(:products)
    GROUP BY product, currency ORDER BY product, currency
"""


def sold_in(session: TenantSession, products: Sequence[str]) -> list[tuple[str, str]]:
    """In which currencies customers were charged for products."""
    found = session.execute(sa.text(SOLD_IN), {"products": list(products)})
    return [(row.product, row.currency) for row in found]


SOLD_AS = """
    SELECT DISTINCT product FROM charge_lines
    WHERE product = ANY(:products) AND service = :service AND side = 'customer'
"""


def sold_as(session: TenantSession, service: str, products: Sequence[str]) -> set[str]:
    """Those of the products of which customers were charged usage of a service."""
    asked = {"products": list(products), "service": service}
    return set(session.scalars(sa.text(SOLD_AS), asked))


CURRENCIES = """
    SELECT t.code, v.terms ->> 'currency' AS currency
    FROM tariffs t JOIN tariff_versions v ON v.tariff_id = t.id AND v.version = 1
    WHERE t.code = ANY(:tariffs)
"""


def tariff_currencies(session: TenantSession, tariffs: Sequence[str]) -> dict[str, str]:
    """The currency of each of these tariffs that is published; all its versions have one."""
    found = session.execute(sa.text(CURRENCIES), {"tariffs": list(tariffs)})
    return {row.code: row.currency for row in found}
