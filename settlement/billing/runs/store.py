"""Rows of bill runs, and what is to be billed before a run is asked for."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from settlement.billing.waiting import CHARGES, MONTHS
from tenants.persistence.tables import Decided, Identified, Table
from tenants.session import TenantSession

INSTANT = sa.DateTime(timezone=True)
UNDER_WAY = ("proposed", "approved")


class BillRunRow(Identified, Decided, Table):
    """One run over a period: how far it is, and the last customer and currency it has done."""

    __tablename__ = "bill_runs"

    period_id: orm.Mapped[UUID]
    asked_by: orm.Mapped[str]
    asked_by_id: orm.Mapped[UUID | None]
    asked_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    job_run_id: orm.Mapped[UUID | None]
    bills: orm.Mapped[int]
    done: orm.Mapped[int]
    issued: orm.Mapped[int]
    carried: orm.Mapped[int]
    parked: orm.Mapped[int]
    after_code: orm.Mapped[str]
    after_currency: orm.Mapped[str]
    finished_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(INSTANT)


class ToBill(NamedTuple):
    """What is not billed yet in a currency: how many bills, charges, and their sum."""

    currency: str
    bills: int
    charges: int
    amount: Decimal


TO_BILL = f"""
    SELECT c.currency, count(*), CAST(sum(c.charges) AS bigint), sum(c.amount)
    FROM (
        SELECT month.party_id, c.currency, count(*) AS charges, sum(c.amount) AS amount
        FROM {MONTHS}
        CROSS JOIN {CHARGES}
        GROUP BY month.party_id, c.currency
    ) AS c
    GROUP BY c.currency ORDER BY c.currency
"""  # noqa: S608 - of our own words; values are bound.


def to_bill(session: TenantSession, ends_on: dt.date) -> list[ToBill]:
    """What is not billed yet of periods that ended by that day, by currency."""
    return [ToBill(*row) for row in session.execute(sa.text(TO_BILL), {"ends_on": ends_on})]


def add(session: TenantSession, row: BillRunRow) -> None:
    """Keep a run."""
    session.add(row)
    session.flush()


def under_way(session: TenantSession, period_id: UUID) -> BillRunRow | None:
    """The run over a period that has not ended; whoever looks holds the period's runs."""
    session.hold("bill-run", period_id)
    asked = sa.select(BillRunRow).where(
        BillRunRow.period_id == period_id, BillRunRow.status.in_(UNDER_WAY)
    )
    return session.scalar(asked)


def locked(session: TenantSession, run_id: UUID) -> BillRunRow | None:
    """One run, held until the transaction ends."""
    return session.held(BillRunRow, run_id)


def one(session: TenantSession, run_id: UUID) -> BillRunRow | None:
    """One run as it is."""
    return session.scalar(sa.select(BillRunRow).where(BillRunRow.id == run_id))


def latest(session: TenantSession, limit: int) -> Sequence[BillRunRow]:
    """Runs, the latest first."""
    asked = sa.select(BillRunRow).order_by(BillRunRow.asked_at.desc(), BillRunRow.id.desc())
    return session.scalars(asked.limit(limit)).all()
