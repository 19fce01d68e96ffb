"""Accounts of payees, and what payments to them are for, as sets for one currency."""

import datetime as dt
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from tenants.session import TenantSession


class AccountInUse(NamedTuple):
    """A payee's account in use; `is_change` where it took the place of another."""

    id: UUID
    party_id: UUID
    holder: str
    iban: str
    bic: str
    changed_at: dt.datetime
    is_change: bool


ACCOUNTS = """
    SELECT a.id, a.party_id, a.holder, a.iban, a.bic, a.changed_at, EXISTS (
               SELECT FROM bank_accounts earlier
               WHERE earlier.tenant_id = a.tenant_id AND earlier.party_id = a.party_id
                 AND earlier.currency = a.currency AND earlier.id <> a.id
           ) AS is_change
    FROM bank_accounts a
    WHERE a.party_id IS NOT NULL AND a.currency = :currency AND a.is_active
"""

# Statements of partners and declarations that are booked as payable, and whether a payment of an
# approved batch has been for them.
STATEMENTS = """
    SELECT d.id, d.party_id, d.number, d.kind = 'declaration' AS is_declaration,
           coalesce(d.due_on, d.issued_on) AS due_on, EXISTS (
               SELECT FROM payouts p
               JOIN payout_batches b ON b.tenant_id = p.tenant_id AND b.id = p.batch_id
               WHERE p.tenant_id = d.tenant_id AND p.outcome = 'paid'
                 AND d.id = ANY (p.document_ids) AND b.status IN ('approved', 'sent')
           ) AS is_paid
    FROM documents d
    WHERE d.status = 'issued' AND d.currency = :currency
      AND (d.direction = 'payable' AND d.kind IN ('self_billed_invoice', 'self_billed_credit')
           OR d.kind = 'declaration' AND EXISTS (
               SELECT FROM ledger_entries e
               WHERE e.tenant_id = d.tenant_id AND e.source_type = 'document'
                 AND e.source_id = d.id AND e.purpose = 'declared outgoing'))
    ORDER BY d.issued_on, d.number
"""


class Statement(NamedTuple):
    """A statement or declaration that a payment is for.

    `is_paid` also where a disputed part was held back.
    """

    id: UUID
    party_id: UUID
    number: str
    is_declaration: bool
    due_on: dt.date
    is_paid: bool


def accounts(session: TenantSession, currency: str) -> dict[UUID, AccountInUse]:
    """Accounts in use in a currency, by payee."""
    rows = session.execute(sa.text(ACCOUNTS), {"currency": currency})
    return {row.party_id: AccountInUse(*row) for row in rows}


def statements(session: TenantSession, currency: str) -> list[Statement]:
    """Issued statements and declarations in a currency, the oldest first."""
    return [
        Statement(*found) for found in session.execute(sa.text(STATEMENTS), {"currency": currency})
    ]
