"""Rates of interest, what interest was charged, and how what customers owe moved."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from currencies.money import Money, money
from settlement.receipts.asking import CHAIN, DISPUTED, FEE, OF_PARTY, ROOTS
from settlement.receipts.interest.deferring import Change
from settlement.receipts.interest.late_interest import Move
from statements.owed import CHANGE
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class InterestRateRow(Identified, Table):
    """A yearly rate of interest of a country, from a day until the next one."""

    __tablename__ = "interest_rates"

    country: orm.Mapped[str] = orm.mapped_column(sa.CHAR(2))
    valid_from: orm.Mapped[dt.date]
    rate: orm.Mapped[Decimal] = orm.mapped_column(sa.Numeric(12, 10))
    recorded_by: orm.Mapped[str]
    recorded_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


class InterestChargeRow(Identified, Table):
    """What a note charges for one document, up to and including a day."""

    __tablename__ = "interest_charges"

    note_id: orm.Mapped[UUID]
    document_id: orm.Mapped[UUID]
    charged_until: orm.Mapped[dt.date]
    amount: orm.Mapped[Decimal] = orm.mapped_column(sa.Numeric(38, 12))


MOVES = f"""
    {CHAIN.replace(ROOTS, OF_PARTY)}
    SELECT c.root, d.id, d.issued_on, d.issued_at, d.due_on, {CHANGE} AS change,
           {DISPUTED} AS disputed
    FROM chain c
    JOIN documents d ON d.id = c.id
    JOIN documents r ON r.id = c.root AND r.kind <> 'interest_note'
        AND NOT starts_with(r.purpose, '{FEE}')
    ORDER BY r.due_on, r.number, d.issued_on, d.id
"""  # noqa: S608 - the words are our own.

# What is given up bears no interest from that day on, as what is paid.
PAID = """
    SELECT document_id, applied_on, amount, id, NULL AS given_up_at FROM receipt_parts
    WHERE document_id = ANY(CAST(:documents AS uuid[]))
    UNION ALL
    SELECT document_id, written_off_on, amount, id, recorded_at FROM debt_write_offs
    WHERE document_id = ANY(CAST(:documents AS uuid[]))
    ORDER BY applied_on, id
"""

ROOTS = """
    SELECT d.id, d.number, coalesce(d.due_on, d.issued_on) AS due_on,
           coalesce((SELECT sum(c.amount) FROM interest_charges c
                     WHERE c.document_id = d.id), 0) AS charged
    FROM documents d WHERE d.id = ANY(CAST(:documents AS uuid[]))
    ORDER BY due_on, number
"""


@dataclass(slots=True)
class Owed:
    """A document with what was owed on it, day by day, and what interest it was charged.

    `moves` are its own and its payments; `changes` those of other documents and of write-offs.
    """

    document_id: UUID
    number: str
    due_on: dt.date
    charged: Money
    disputed: Money
    moves: list[Move] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


def rate_rows(session: TenantSession, country: str | None = None) -> list[InterestRateRow]:
    """Rates by country and day."""
    query = sa.select(InterestRateRow).order_by(InterestRateRow.country, InterestRateRow.valid_from)
    if country is not None:
        query = query.where(InterestRateRow.country == country)
    return list(session.scalars(query))


def owed(session: TenantSession, party_id: UUID, currency: str) -> list[Owed]:
    """Each document that asked a customer for money, the oldest due first."""
    asked = session.execute(sa.text(MOVES), {"party_id": party_id, "currency": currency}).all()
    root_of = {row.id: row.root for row in asked}
    moves: dict[UUID, list[Move]] = defaultdict(list)
    changes: dict[UUID, list[Change]] = defaultdict(list)
    disputed: dict[UUID, Decimal] = defaultdict(Decimal)
    for row in asked:
        # What asks for more counts from when it is due, what takes back from when it was issued.
        on = (row.due_on or row.issued_on) if row.change > 0 else row.issued_on
        if row.id == row.root:
            moves[row.root].append(Move(on, money(row.change, currency)))
        else:
            changes[row.root].append(Change(on, row.issued_at, money(row.change, currency)))
        disputed[row.root] += row.disputed
    for row in session.execute(sa.text(PAID), {"documents": list(root_of)}):
        paid = money(row.amount.copy_negate(), currency)
        root = root_of[row.document_id]
        if row.given_up_at is None:
            moves[root].append(Move(row.applied_on, paid))
        else:
            changes[root].append(Change(row.applied_on, row.given_up_at, paid))
    return [
        Owed(
            row.id,
            row.number,
            row.due_on,
            money(row.charged, currency),
            money(disputed[row.id], currency),
            moves[row.id],
            changes[row.id],
        )
        for row in session.execute(sa.text(ROOTS), {"documents": list(moves)})
    ]


def add_charges(
    session: TenantSession, note_id: UUID, until: dt.date, charged: Sequence[tuple[UUID, Money]]
) -> None:
    """Note what a note charges, document by document."""
    for document_id, amount in charged:
        session.add(
            InterestChargeRow(
                tenant_id=session.tenant_id,
                id=session.ids.new(),
                note_id=note_id,
                document_id=document_id,
                charged_until=until,
                amount=amount.amount,
            )
        )
    session.flush()
