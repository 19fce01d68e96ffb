"""Declarations with what is booked, paid and disputed of them, read as a set."""

from decimal import Decimal
from typing import Literal
from uuid import UUID

import sqlalchemy as sa

from currencies.money import money
from settlement.receipts.applying import OpenInvoice
from tenants.session import TenantSession

Direction = Literal["incoming", "outgoing"]

# Where each direction of a declaration is booked.
ACCOUNTS: dict[Direction, str] = {"incoming": "carrier_receivable", "outgoing": "carrier_payable"}

# What moved the account of a carrier, with the declaration that it is of; a receipt says by its
# parts what it pays, and everything else is of no declaration.
MOVED = """
    WITH RECURSIVE chain AS (
        SELECT id AS root, id FROM documents
        WHERE kind = 'declaration' AND status = 'issued' AND corrects_id IS NULL
          AND party_id = :party_id AND currency = :currency
        UNION ALL
        SELECT c.root, d.id FROM chain c
        JOIN documents d ON d.corrects_id = c.id AND d.status = 'issued'
    ), causes AS (
        SELECT root, 'document' AS source_type, id AS source_id FROM chain
        UNION ALL
        SELECT c.root, 'reconciliation', r.id FROM chain c
        JOIN declarations o ON o.document_id = c.id
        JOIN reconciliations r ON r.ours_id = o.id
        UNION ALL
        SELECT c.root, 'dispute', x.id FROM chain c JOIN disputes x ON x.document_id = c.id
    ), moved AS (
        SELECT c.root, CASE p.side WHEN :side THEN p.amount ELSE -p.amount END AS amount
        FROM ledger_postings p
        JOIN ledger_entries e ON e.tenant_id = p.tenant_id AND e.id = p.entry_id
        LEFT JOIN ledger_entries b ON b.tenant_id = e.tenant_id AND b.id = e.reverses_id
        LEFT JOIN causes c ON c.source_type = coalesce(b.source_type, e.source_type)
             AND c.source_id = coalesce(b.source_id, e.source_id)
        WHERE p.account = :account AND p.party_id = :party_id AND p.currency = :currency
          AND coalesce(b.source_type, e.source_type) <> 'receipt'
    )
"""

BOOKED = f"""
    {MOVED}, disputed AS (
        SELECT c.root, sum(coalesce(x.held, x.amount)) AS amount
        FROM chain c JOIN disputes x ON x.document_id = c.id
        WHERE x.document_line IN ('', :direction) AND x.adjusted_at IS NULL
          AND (x.status = 'open' OR x.status = 'accepted' AND x.credit_id IS NULL)
        GROUP BY c.root
    ), paid AS (
        SELECT c.root, sum(p.amount) AS amount
        FROM chain c JOIN receipt_parts p ON p.document_id = c.id
        WHERE :direction = 'incoming' GROUP BY c.root
    )
    SELECT d.id, d.number, d.issued_on, coalesce(d.due_on, d.issued_on) AS due_on,
           m.amount - coalesce(p.amount, 0) AS open, coalesce(x.amount, 0) AS disputed
    FROM (SELECT root, sum(amount) AS amount FROM moved GROUP BY root) m
    JOIN documents d ON d.id = m.root
    LEFT JOIN paid p ON p.root = m.root
    LEFT JOIN disputed x ON x.root = m.root
"""  # noqa: S608 - the words are our own.

AT_LARGE = f"{MOVED} SELECT coalesce(-sum(amount), 0) FROM moved WHERE root IS NULL"  # noqa: S608


def booked(
    session: TenantSession, party_id: UUID, currency: str, direction: Direction
) -> list[OpenInvoice]:
    """What is booked of each declaration less what receipts pay of it; below zero too."""
    found = session.execute(sa.text(BOOKED), _facts(party_id, currency, direction))
    return [
        OpenInvoice(
            row.id,
            row.number,
            row.issued_on,
            row.due_on,
            money(row.open, currency),
            money(row.disputed, currency),
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
