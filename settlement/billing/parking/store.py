"""Rows of bills that were set aside, one for each customer and currency of a period."""

import datetime as dt
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import insert

from currencies.money import money
from settlement.billing.bounds import MONTHS_BACK, Trail
from tenants.persistence.arrays import any_of, id_array
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession

INSTANT = sa.DateTime(timezone=True)


class ParkedRow(Identified, Table):
    """A bill that waits: for a repair (`refused`), or for a person who looks at it (`bound`)."""

    __tablename__ = "parked_bills"

    period_id: orm.Mapped[UUID]
    party_id: orm.Mapped[UUID]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    cause: orm.Mapped[str]
    reason: orm.Mapped[str]
    charges: orm.Mapped[int]
    amount: orm.Mapped[Decimal | None] = orm.mapped_column(sa.Numeric(38, 12))
    status: orm.Mapped[str]
    parked_by: orm.Mapped[str]
    parked_by_id: orm.Mapped[UUID | None]
    parked_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    released_by: orm.Mapped[str | None]
    released_by_id: orm.Mapped[UUID | None]
    released_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(INSTANT)


KEY = ("tenant_id", "period_id", "party_id", "currency")

# What runs billed a customer in each of the last months with a bill; a credit note takes off. The
# documents of each customer are looked up by it alone (OFFSET 0 keeps the look in its place),
# however few the register seems to have.
TRAILS = """
    SELECT party_id, currency, count(*) AS months, sum(billed) AS billed
    FROM (
        SELECT d.party_id, d.currency, p.starts_on,
               sum(CASE WHEN d.kind = 'credit_note' THEN -d.amount_gross ELSE d.amount_gross END)
                   AS billed,
               row_number() OVER (
                   PARTITION BY d.party_id, d.currency ORDER BY p.starts_on DESC
               ) AS back
        FROM unnest(CAST(:parties AS uuid[])) AS who (party_id)
        CROSS JOIN LATERAL (
            SELECT x.party_id, x.currency, x.kind, x.amount_gross, x.period_id, x.status, x.purpose
            FROM documents x WHERE x.party_id = who.party_id
            OFFSET 0
        ) AS d
        JOIN periods p ON p.id = d.period_id
        WHERE d.status = 'issued' AND d.purpose LIKE 'invoice:%' AND p.starts_on < :before
        GROUP BY d.party_id, d.currency, p.starts_on
    ) AS of_month
    WHERE back <= :months
    GROUP BY party_id, currency
"""


def trails(
    session: TenantSession, parties: Collection[UUID], before: dt.date
) -> dict[tuple[UUID, str], Trail]:
    """What runs billed these customers in months before a day, by customer and currency."""
    asked = {"parties": id_array(parties), "before": before, "months": MONTHS_BACK}
    return {
        (row.party_id, row.currency): Trail(row.months, money(row.billed, row.currency))
        for row in session.execute(sa.text(TRAILS), asked)
    }


def of_parties(
    session: TenantSession, period_id: UUID, parties: Collection[UUID]
) -> dict[tuple[UUID, str], ParkedRow]:
    """The bills of these customers that were set aside, by customer and currency."""
    asked = sa.select(ParkedRow).where(
        ParkedRow.period_id == period_id, ParkedRow.party_id == any_of(parties)
    )
    return {(row.party_id, row.currency): row for row in session.scalars(asked)}


def of_period(session: TenantSession, period_id: UUID) -> Sequence[ParkedRow]:
    """All bills of a period that were set aside, the latest first."""
    asked = sa.select(ParkedRow).where(ParkedRow.period_id == period_id)
    return session.scalars(asked.order_by(ParkedRow.parked_at.desc(), ParkedRow.id)).all()


def waiting(session: TenantSession, most: int) -> Sequence[ParkedRow]:
    """Bills of all periods that were set aside and are not billed yet, the latest first."""
    asked = sa.select(ParkedRow).where(ParkedRow.status != "billed").limit(most)
    return session.scalars(asked.order_by(ParkedRow.parked_at.desc(), ParkedRow.id)).all()


def locked(session: TenantSession, parked_id: UUID) -> ParkedRow | None:
    """One bill that was set aside, held until the transaction ends."""
    return session.held(ParkedRow, parked_id)


def park(session: TenantSession, rows: Sequence[dict[str, Any]]) -> None:
    """Set bills aside; one that was before is told anew, and a release of it is void."""
    if not rows:
        return
    given = insert(ParkedRow).values(list(rows))
    kept = (*KEY, "id")
    told = {name: given.excluded[name] for name in rows[0] if name not in kept}
    session.execute(given.on_conflict_do_update(index_elements=KEY, set_=told))
    session.expire_all()


def billed(session: TenantSession, ids: Sequence[UUID]) -> None:
    """Say of bills that were set aside that they are billed now."""
    if ids:
        session.execute(
            sa.update(ParkedRow).where(ParkedRow.id.in_(list(ids))).values(status="billed")
        )
