"""Rows of plans of instalments, none of them ever changed; what planned invoices ask for now."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from currencies.money import money
from settlement.receipts.applying import OpenInvoice
from settlement.receipts.asking import CHANGED, ROOTS
from settlement.receipts.instalments.plan import Instalment, Plan, PlanEnd, Standing
from tenants.persistence.tables import Identified, Recorded, Table
from tenants.session import TenantSession
from tenants.values import value_of

AMOUNT = sa.Numeric(38, 12)


class InstalmentPlanRow(Recorded, Identified, Table):
    """That an invoice is paid in instalments, and how it stood when that was agreed."""

    __tablename__ = "instalment_plans"

    document_id: orm.Mapped[UUID]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    asked: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    paid: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    agreed_on: orm.Mapped[dt.date]
    reason: orm.Mapped[str]


class InstalmentRow(Identified, Table):
    """One instalment of a plan."""

    __tablename__ = "instalments"

    plan_id: orm.Mapped[UUID]
    number: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger)
    due_on: orm.Mapped[dt.date]
    amount: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)


class InstalmentPlanEndRow(Recorded, Identified, Table):
    """That a plan was withdrawn or fell away."""

    __tablename__ = "instalment_plan_ends"

    plan_id: orm.Mapped[UUID]
    ended_on: orm.Mapped[dt.date]
    fell_away: orm.Mapped[bool]
    reason: orm.Mapped[str]


STANDING = f"""
    {CHANGED.replace(ROOTS, "id = ANY(CAST(:documents AS uuid[]))")}
    SELECT i.id, i.number, i.issued_on, coalesce(i.due_on, i.issued_on) AS due_on, i.currency,
           c.payable, c.paid, c.disputed
    FROM changed c JOIN documents i ON i.id = c.root
"""  # noqa: S608 - the words are our own.


def add(session: TenantSession, rows: Iterable[Table]) -> None:
    """Keep rows, each after those that it names."""
    for row in rows:
        session.add(row)
        session.flush()


def standing(session: TenantSession, documents: Collection[UUID]) -> dict[UUID, Standing]:
    """Invoices as they stand, by their ids; of other documents nothing."""
    found = session.execute(sa.text(STANDING), {"documents": list(documents)})
    return {row.id: _standing(row) for row in found}


def plans(
    session: TenantSession,
    *,
    plan_id: UUID | None = None,
    documents: Collection[UUID] | None = None,
    party_id: UUID | None = None,
    only_in_force: bool = False,
) -> list[Plan]:
    """Plans, those that were agreed first before the others."""
    plan, end = InstalmentPlanRow, InstalmentPlanEndRow
    document = sa.table("documents", *map(sa.column, ("id", "tenant_id", "party_id", "number")))
    is_of = sa.and_(document.c.id == plan.document_id, document.c.tenant_id == plan.tenant_id)
    query = (
        sa.select(plan, end, document.c.party_id, document.c.number)
        .join(document, is_of)
        .outerjoin(end, end.plan_id == plan.id)
        .order_by(plan.recorded_at, plan.id)
    )
    if plan_id is not None:
        query = query.where(plan.id == plan_id)
    if documents is not None:
        query = query.where(plan.document_id.in_(documents))
    if party_id is not None:
        query = query.where(document.c.party_id == party_id)
    if only_in_force:
        query = query.where(end.id.is_(None))
    found = session.execute(query).all()
    parts = _instalments(session, {each[0].id: each[0].currency for each in found})
    return [_plan(row, ended, party, number, parts[row.id]) for row, ended, party, number in found]


def _instalments(
    session: TenantSession, currencies: dict[UUID, str]
) -> dict[UUID, list[Instalment]]:
    row = InstalmentRow
    query = sa.select(row).where(row.plan_id.in_(currencies)).order_by(row.plan_id, row.number)
    found: dict[UUID, list[Instalment]] = defaultdict(list)
    for each in session.scalars(query) if currencies else ():
        amount = money(each.amount, currencies[each.plan_id])
        found[each.plan_id].append(Instalment(each.due_on, amount))
    return found


def _plan(
    row: InstalmentPlanRow,
    ended: InstalmentPlanEndRow | None,
    party_id: UUID,
    number: str,
    parts: Sequence[Instalment],
) -> Plan:
    return value_of(
        Plan,
        row,
        party_id=party_id,
        number=number,
        asked=money(row.asked, row.currency),
        paid=money(row.paid, row.currency),
        instalments=tuple(parts),
        end=None if ended is None else value_of(PlanEnd, ended),
    )


def _standing(row: sa.Row[Any]) -> Standing:
    invoice = OpenInvoice(
        row.id,
        row.number,
        row.issued_on,
        row.due_on,
        money(row.payable - row.paid, row.currency),
        money(row.disputed, row.currency),
    )
    return Standing(invoice, money(row.payable, row.currency), money(row.paid, row.currency))
