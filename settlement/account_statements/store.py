"""What is open on a customer's account at the end of a day, by the entries of the book."""

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from currencies.money import Money, money
from settlement.receipts.applying import OpenInvoice
from settlement.receipts.asking import CHAIN, OF_PARTY, ROOTS
from settlement.receipts.instalments import service as instalments
from settlement.receipts.instalments.plan import Plan, Standing, parts_due
from statements.account_statement import OpenItem
from statements.document import Kind
from tenants.session import TenantSession

# What a receipt pays counts from the day on which the book knew of the receipt, or of its bounce.
ITEMS = f"""
    {CHAIN.replace(ROOTS, OF_PARTY)}, booked AS (
        SELECT c.root, p.side, p.amount, FALSE AS is_paid
        FROM chain c
        LEFT JOIN debt_write_offs w ON w.document_id = c.id
        JOIN ledger_entries e ON e.booked_on < :until
             AND (e.source_type = 'document' AND e.source_id = c.id
                  OR e.source_type = 'write_off' AND e.source_id = w.id)
        JOIN ledger_postings p ON p.tenant_id = e.tenant_id AND p.entry_id = e.id
             AND p.account = 'receivable'
        GROUP BY c.root, e.id, p.line, p.side, p.amount
    ), paid AS (
        SELECT c.root, sum(p.amount) AS amount
        FROM chain c
        JOIN receipt_parts p ON p.document_id = c.id AND p.applied_on < :until
        JOIN ledger_entries e ON e.source_type = 'receipt' AND e.source_id = p.receipt_id
        LEFT JOIN ledger_entries b ON b.tenant_id = e.tenant_id AND b.reverses_id = e.id
        WHERE CASE WHEN p.amount < 0 THEN b.booked_on ELSE e.booked_on END < :until
        GROUP BY c.root
    ), asked AS (
        SELECT root, sum(CASE side WHEN 'debit' THEN amount ELSE -amount END) AS amount
        FROM booked GROUP BY root
    )
    SELECT d.id, d.number, d.issued_on, coalesce(d.due_on, d.issued_on) AS due_on, a.amount,
           a.amount - coalesce(p.amount, 0) AS open, coalesce(p.amount, 0) AS paid
    FROM asked a JOIN documents d ON d.id = a.root LEFT JOIN paid p ON p.root = a.root
    ORDER BY due_on, number
"""  # noqa: S608 - the words are our own.

RECEIVED = """
    SELECT coalesce(sum(CASE p.side WHEN 'credit' THEN p.amount ELSE -p.amount END), 0)
    FROM ledger_entries e
    LEFT JOIN ledger_entries r ON r.tenant_id = e.tenant_id AND r.id = e.reverses_id
    JOIN ledger_postings p ON p.tenant_id = e.tenant_id AND p.entry_id = e.id
    WHERE coalesce(r.source_type, e.source_type) = 'receipt' AND e.booked_on < :until
      AND p.account = 'receivable' AND p.party_id = :party_id AND p.currency = :currency
"""


def open_items(
    session: TenantSession, party_id: UUID, currency: str, until: dt.date
) -> tuple[tuple[OpenItem, ...], Money]:
    """What is open before a day, the oldest due first; and what was received and pays nothing.

    Of an invoice whose plan of instalments held on that day, each instalment is an item.
    """
    facts = {"party_id": party_id, "currency": currency, "until": until}
    rows = session.execute(sa.text(ITEMS), facts).all()
    open_rows = [row for row in rows if row.open]
    plans = instalments.in_force_before(session, until, [row.id for row in open_rows])
    items = [item for row in open_rows for item in _items(row, plans.get(row.id), currency)]
    received = session.execute(sa.text(RECEIVED), facts).scalar_one()
    in_order = tuple(sorted(items, key=lambda each: (each.due_on, each.number)))
    return in_order, money(received - sum(row.paid for row in rows), currency)


def _items(row: sa.Row[Any], plan: Plan | None, currency: str) -> list[OpenItem]:
    asked, paid = money(row.amount, currency), money(row.paid, currency)
    open_, nothing = money(row.open, currency), money(0, currency)
    whole = OpenInvoice(row.id, row.number, row.issued_on, row.due_on, open_, nothing)
    if plan is None or open_ < nothing:
        return [OpenItem(row.number, row.issued_on, row.due_on, asked, open_)]
    return [
        OpenItem(
            row.number,
            row.issued_on,
            each.invoice.due_on,
            each.amount,
            each.invoice.open,
            each.invoice.instalment or 0,
            each.instalments,
        )
        for each in parts_due(plan, Standing(whole, asked, paid))
    ]


def kinds(session: TenantSession, documents: Collection[UUID]) -> dict[UUID, Kind]:
    """The kinds of documents, by their ids."""
    query = sa.text("SELECT id, kind FROM documents WHERE id = ANY(CAST(:ids AS uuid[]))")
    found = session.execute(query, {"ids": list(documents)})
    return {row.id: Kind(row.kind) for row in found}
