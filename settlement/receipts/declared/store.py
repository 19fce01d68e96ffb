"""Declarations with what is booked, paid and disputed of them, read as a set."""

from decimal import Decimal
from typing import Literal
from uuid import UUID

import sqlalchemy as sa

from currencies.money import money
from settlement.ledger.carrier_movements import CAUSES, MOVEMENTS
from settlement.receipts.applying import OpenInvoice
from settlement.receipts.declared.standing import Booked
from tenants.session import TenantSession

Direction = Literal["incoming", "outgoing"]

# Where each direction of a declaration is booked.
ACCOUNTS: dict[Direction, str] = {"incoming": "carrier_receivable", "outgoing": "carrier_payable"}

# What moved the account of a carrier, with the declaration that it is of; a receipt says by its
# parts what it pays, and everything else is of no declaration.
MOVED = f"""
    WITH declared AS (
        SELECT id, number, issued_on, due_on, corrects_id FROM documents
        WHERE kind = 'declaration' AND status = 'issued'
          AND party_id = :party_id AND currency = :currency
    ), causes AS ({CAUSES}), moved AS (
        SELECT c.document_id, CASE p.side WHEN :side THEN p.amount ELSE -p.amount END AS amount
        FROM {MOVEMENTS}
        WHERE p.account = :account AND p.party_id = :party_id AND p.currency = :currency
          AND coalesce(b.source_type, e.source_type) <> 'receipt'
    )
"""  # noqa: S608 - the words are our own.

BOOKED = f"""
    {MOVED}, disputed AS (
        SELECT d.id, sum(coalesce(x.held, x.amount)) AS amount
        FROM declared d JOIN disputes x ON x.document_id = d.id
        WHERE x.document_line IN ('', :direction)
          AND (x.status = 'open'
               OR x.status = 'accepted' AND x.credit_id IS NULL AND x.adjusted_at IS NULL)
        GROUP BY d.id
    ), paid AS (
        SELECT d.id, sum(p.amount) AS amount
        FROM declared d JOIN receipt_parts p ON p.document_id = d.id
        WHERE :direction = 'incoming' GROUP BY d.id
    )
    SELECT d.id, d.number, d.issued_on, coalesce(d.due_on, d.issued_on) AS due_on,
           coalesce(d.corrects_id, d.id) AS corrected_id,
           m.amount - coalesce(p.amount, 0) AS open, coalesce(x.amount, 0) AS disputed
    FROM (SELECT document_id, sum(amount) AS amount FROM moved GROUP BY document_id) m
    JOIN declared d ON d.id = m.document_id
    LEFT JOIN paid p ON p.id = d.id
    LEFT JOIN disputed x ON x.id = d.id
"""  # noqa: S608 - the words are our own.

AT_LARGE = f"""
    {MOVED} SELECT coalesce(-sum(amount), 0) FROM moved WHERE document_id IS NULL
"""  # noqa: S608 - the words are our own.


def booked(
    session: TenantSession, party_id: UUID, currency: str, direction: Direction
) -> list[Booked]:
    """What is booked of each declaration less what receipts pay of it; below zero too."""
    found = session.execute(sa.text(BOOKED), _facts(party_id, currency, direction))
    return [
        Booked(
            OpenInvoice(
                row.id,
                row.number,
                row.issued_on,
                row.due_on,
                money(row.open, currency),
                money(row.disputed, currency),
            ),
            row.corrected_id,
        )
        for row in found
    ]


def at_large(
    session: TenantSession, party_id: UUID, currency: str, direction: Direction
) -> Decimal:
    """What settled the account without naming a declaration."""
    facts = _facts(party_id, currency, direction)
    settled: Decimal = session.execute(sa.text(AT_LARGE), facts).scalar_one()
    return settled


def _facts(party_id: UUID, currency: str, direction: Direction) -> dict[str, object]:
    return {
        "party_id": party_id,
        "currency": currency,
        "direction": direction,
        "account": ACCOUNTS[direction],
        "side": "debit" if direction == "incoming" else "credit",
    }
