"""Rows of supplier invoices and of their checked lines."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from settlement.interconnect.comparison import Agreement
from settlement.interconnect.supplier_invoices.checking import CheckedInvoice, CheckedLine
from tenants.persistence.loading import load_rows
from tenants.persistence.tables import Identified, Table, TenantScoped
from tenants.session import TenantSession
from tenants.values import fields_of, value_of

AMOUNT = sa.Numeric(38, 12)


class SupplierInvoiceRow(Identified, Table):
    """A carrier's invoice."""

    __tablename__ = "supplier_invoices"

    carrier_id: orm.Mapped[UUID]
    agreement: orm.Mapped[str]
    number: orm.Mapped[str]
    issued_on: orm.Mapped[dt.date]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    amount: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    expected_amount: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    tolerance: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    tolerance_amount: orm.Mapped[Decimal | None] = orm.mapped_column(AMOUNT)
    verdict: orm.Mapped[str]
    sha256: orm.Mapped[str] = orm.mapped_column(sa.CHAR(64))
    checked_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


class SupplierInvoiceLineRow(TenantScoped, Table):
    """Lines of an invoice within one month, beside what was expected."""

    __tablename__ = "supplier_invoice_lines"

    supplier_invoice_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    line: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    destination: orm.Mapped[str]
    trunk: orm.Mapped[str]
    starts_on: orm.Mapped[dt.date]
    until: orm.Mapped[dt.date]
    lines: orm.Mapped[int]
    calls: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    seconds: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    amount: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    expected_calls: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    expected_seconds: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    expected_amount: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    agreement: orm.Mapped[str]


LINE_FACTS = (
    "destination", "trunk", "starts_on", "until", "lines", "calls", "seconds", "amount",
    "expected_calls", "expected_seconds", "expected_amount",
)  # fmt: skip
LINE_COLUMNS = ("tenant_id", "supplier_invoice_id", "line", *LINE_FACTS, "agreement")


def hold_carrier(session: TenantSession, carrier_id: UUID) -> None:
    """Let one transaction at a time take in invoices of this carrier."""
    session.hold("supplier-invoice", carrier_id)


def add(session: TenantSession, invoice: CheckedInvoice, lines: Iterable[CheckedLine]) -> None:
    """Keep an invoice with its checked lines."""
    facts = fields_of(CheckedInvoice, invoice)
    facts["verdict"] = invoice.verdict.value
    session.add(SupplierInvoiceRow(tenant_id=session.tenant_id, **facts))
    session.flush()
    rows = (
        (
            session.tenant_id,
            invoice.id,
            number,
            *(getattr(line, name) for name in LINE_FACTS),
            line.agreement.value,
        )
        for number, line in enumerate(lines, 1)
    )
    load_rows(session, "supplier_invoice_lines", LINE_COLUMNS, rows)


def is_known(session: TenantSession, carrier_id: UUID, number: str) -> bool:
    """Whether this carrier's invoice of this number is there."""
    row = SupplierInvoiceRow
    known = sa.select(row.id).where(row.carrier_id == carrier_id, row.number == number)
    return session.scalar(known) is not None


def by_id(session: TenantSession, invoice_id: UUID) -> CheckedInvoice | None:
    """One invoice."""
    row = session.scalar(sa.select(SupplierInvoiceRow).where(SupplierInvoiceRow.id == invoice_id))
    return None if row is None else _invoice(row)


def found(session: TenantSession, carrier_id: UUID | None, limit: int) -> list[CheckedInvoice]:
    """Invoices of a carrier, or of all, the newest first."""
    row = SupplierInvoiceRow
    query = sa.select(row)
    if carrier_id is not None:
        query = query.where(row.carrier_id == carrier_id)
    newest = query.order_by(row.checked_at.desc(), row.id.desc()).limit(limit)
    return [_invoice(each) for each in session.scalars(newest)]


def lines_of(session: TenantSession, invoice_id: UUID) -> list[CheckedLine]:
    """The checked lines of an invoice in their order."""
    row = SupplierInvoiceLineRow
    query = sa.select(row).where(row.supplier_invoice_id == invoice_id).order_by(row.line)
    return [
        CheckedLine(
            **{name: getattr(each, name) for name in LINE_FACTS},
            agreement=Agreement(each.agreement),
        )
        for each in session.scalars(query)
    ]


def _invoice(row: SupplierInvoiceRow) -> CheckedInvoice:
    return value_of(CheckedInvoice, row, verdict=Agreement(row.verdict))
