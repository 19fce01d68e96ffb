"""Rows of receipts and of what they pay; invoices that are still to be paid."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from currencies.money import Money, money
from settlement.receipts.applying import OpenInvoice
from settlement.receipts.asking import CHANGED, OF_PARTY, ROOTS
from settlement.receipts.receipt import Paid, Receipt
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession

AMOUNT = sa.Numeric(38, 12)


class ReceiptRow(Identified, Table):
    """Money that a customer paid."""

    __tablename__ = "receipts"

    party_id: orm.Mapped[UUID]
    reference: orm.Mapped[str]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    amount: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    received_on: orm.Mapped[dt.date]
    recorded_by: orm.Mapped[str]
    recorded_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    bounced_on: orm.Mapped[dt.date | None]


class PaidRow(Identified, Table):
    """What a receipt pays of an invoice, or no longer pays, below zero."""

    __tablename__ = "receipt_parts"

    receipt_id: orm.Mapped[UUID]
    document_id: orm.Mapped[UUID]
    amount: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    applied_on: orm.Mapped[dt.date]


OPEN = f"""
    {CHANGED.replace(ROOTS, OF_PARTY)}
    SELECT i.id, i.number, i.issued_on, coalesce(i.due_on, i.issued_on) AS due_on,
           c.payable - c.paid AS open, c.disputed
    FROM changed c JOIN documents i ON i.id = c.root
    WHERE c.payable > c.paid ORDER BY due_on, number
"""  # noqa: S608 - the words are our own.

OPEN_OF_ALL = f"""
    {CHANGED.replace(ROOTS, "TRUE")}
    SELECT coalesce(i.due_on, i.issued_on) AS due_on, i.currency, sum(c.payable - c.paid) AS open
    FROM changed c JOIN documents i ON i.id = c.root
    WHERE c.payable > c.paid AND c.root <> ALL(CAST(:planned AS uuid[]))
    GROUP BY 1, 2 ORDER BY 2, 1
"""  # noqa: S608 - the words are our own.

PAID = f"""
    {CHANGED.replace(ROOTS, "id = ANY(CAST(:documents AS uuid[]))")}
    SELECT root, payable, paid FROM changed
"""  # noqa: S608 - the words are our own.


def open_invoices(session: TenantSession, party_id: UUID, currency: str) -> list[OpenInvoice]:
    """What a customer has still to pay, in one currency, the oldest due first."""
    found = session.execute(sa.text(OPEN), {"party_id": party_id, "currency": currency})
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


def open_of_all(session: TenantSession, planned: Collection[UUID]) -> list[tuple[dt.date, Money]]:
    """What all customers have still to pay but of planned invoices, by due day and currency."""
    found = session.execute(sa.text(OPEN_OF_ALL), {"planned": list(planned)})
    return [(row.due_on, money(row.open, row.currency)) for row in found]


def paid(
    session: TenantSession, documents: Collection[UUID]
) -> Iterator[tuple[UUID, Decimal, Decimal]]:
    """Of invoices: what they ask for with all that changes them, and what was paid of it."""
    for row in session.execute(sa.text(PAID), {"documents": list(documents)}):
        yield row.root, row.payable, row.paid


def receipt_row(session: TenantSession, receipt_id: UUID) -> ReceiptRow | None:
    """The row of a receipt, held."""
    return session.held(ReceiptRow, receipt_id)


def receipts(
    session: TenantSession,
    *,
    receipt_id: UUID | None = None,
    reference: str | None = None,
    party_id: UUID | None = None,
    currency: str | None = None,
) -> list[Receipt]:
    """Receipts with what they pay, the earliest received first."""
    query = sa.select(ReceiptRow).order_by(ReceiptRow.received_on, ReceiptRow.reference)
    wanted = {
        ReceiptRow.id: receipt_id,
        ReceiptRow.reference: reference,
        ReceiptRow.party_id: party_id,
        ReceiptRow.currency: currency,
    }
    for column, value in wanted.items():
        if value is not None:
            query = query.where(column == value)
    rows = list(session.scalars(query))
    paid = _paid(session, {row.id: row.currency for row in rows})
    return [_as_receipt(row, paid[row.id]) for row in rows]


def _paid(session: TenantSession, currencies: dict[UUID, str]) -> dict[UUID, list[Paid]]:
    found: dict[UUID, list[Paid]] = defaultdict(list)
    rows = session.execute(
        sa.text("""
            SELECT p.receipt_id, p.document_id, d.number, sum(p.amount) AS amount
            FROM receipt_parts p
            JOIN documents d ON d.tenant_id = p.tenant_id AND d.id = p.document_id
            WHERE p.receipt_id = ANY(CAST(:receipts AS uuid[]))
            GROUP BY 1, 2, 3, d.due_on HAVING sum(p.amount) <> 0
            ORDER BY d.due_on, d.number
        """),
        {"receipts": list(currencies)},
    )
    for row in rows:
        amount = money(row.amount, currencies[row.receipt_id])
        found[row.receipt_id].append(Paid(row.document_id, row.number, amount))
    return found


def _as_receipt(row: ReceiptRow, paid: Sequence[Paid]) -> Receipt:
    return Receipt(
        id=row.id,
        party_id=row.party_id,
        reference=row.reference,
        amount=money(row.amount, row.currency),
        received_on=row.received_on,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
        bounced_on=row.bounced_on,
        paid=tuple(paid),
    )
