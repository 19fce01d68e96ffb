"""What is overdue, with the last reminder of each item; which letter reminded of which."""

import datetime as dt
from collections.abc import Collection, Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from currencies.money import money
from settlement.receipts.applying import OpenInvoice
from settlement.receipts.asking import CHANGED, FEE, ROOTS
from settlement.receipts.reminding.levels import Overdue
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class RemindedItemRow(Identified, Table):
    """A document that a letter reminds of for the first, second ... time."""

    __tablename__ = "reminded_items"

    letter_id: orm.Mapped[UUID]
    document_id: orm.Mapped[UUID]
    level: orm.Mapped[int]


class RemindedInstalmentRow(Identified, Table):
    """An instalment that a letter reminds of for the first, second ... time."""

    __tablename__ = "reminded_instalments"

    letter_id: orm.Mapped[UUID]
    plan_id: orm.Mapped[UUID]
    number: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger)
    level: orm.Mapped[int]


LATE = "(coalesce(due_on, issued_on) < :today OR id = ANY(CAST(:planned AS uuid[])))"

OVERDUE = f"""
    {CHANGED.replace(ROOTS, LATE)}
    SELECT i.id, i.party_id, i.currency, i.number, i.issued_on,
           coalesce(i.due_on, i.issued_on) AS due_on, c.payable, c.payable - c.paid AS open,
           c.disputed, coalesce(last.level, 0) AS level, last.issued_on AS reminded_on,
           starts_with(i.purpose, '{FEE}') AS is_fee
    FROM changed c JOIN documents i ON i.id = c.root
    LEFT JOIN LATERAL (
        SELECT r.level, l.issued_on FROM reminded_items r
        JOIN documents l ON l.tenant_id = r.tenant_id AND l.id = r.letter_id
        WHERE r.tenant_id = i.tenant_id AND r.document_id = i.id
        ORDER BY r.level DESC LIMIT 1
    ) last ON TRUE
    WHERE c.payable > c.paid ORDER BY i.party_id, i.currency, due_on, i.number
"""  # noqa: S608 - the words are our own.

REMINDED = """
    SELECT DISTINCT ON (r.plan_id, r.number) r.plan_id, r.number, r.level, l.issued_on
    FROM reminded_instalments r
    JOIN documents l ON l.tenant_id = r.tenant_id AND l.id = r.letter_id
    WHERE r.plan_id = ANY(CAST(:plans AS uuid[]))
    ORDER BY r.plan_id, r.number, r.level DESC
"""


def overdue(session: TenantSession, today: dt.date, planned: Collection[UUID]) -> list[Overdue]:
    """What was due before a day, or is one of these invoices, and is not paid.

    By party and currency, the oldest due first.
    """
    return [
        Overdue(
            row.party_id,
            OpenInvoice(
                row.id,
                row.number,
                row.issued_on,
                row.due_on,
                money(row.open, row.currency),
                money(row.disputed, row.currency),
            ),
            money(row.payable, row.currency),
            row.level,
            row.reminded_on,
            row.is_fee,
        )
        for row in session.execute(sa.text(OVERDUE), {"today": today, "planned": list(planned)})
    ]


def reminded_instalments(
    session: TenantSession, plans: Collection[UUID]
) -> dict[tuple[UUID, int], tuple[int, dt.date]]:
    """The last reminder of each instalment of these plans, by its number: its level and day."""
    found = session.execute(sa.text(REMINDED), {"plans": list(plans)})
    return {(row.plan_id, row.number): (row.level, row.issued_on) for row in found}


def add_reminded(
    session: TenantSession, letter_id: UUID, raised: Iterable[tuple[OpenInvoice, int]]
) -> None:
    """Note of which documents and instalments a letter reminds, each at its level."""
    for item, level in raised:
        said = {
            "tenant_id": session.tenant_id,
            "id": session.ids.new(),
            "letter_id": letter_id,
            "level": level,
        }
        if item.plan_id is None:
            session.add(RemindedItemRow(document_id=item.document_id, **said))
        else:
            number = item.instalment
            session.add(RemindedInstalmentRow(plan_id=item.plan_id, number=number, **said))
    session.flush()
