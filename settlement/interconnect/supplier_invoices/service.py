"""Take in a carrier's invoice, check it line by line, and keep what was found.

It is taken in whole or refused whole, under a number that the carrier used once; its bytes are kept
as they came. Checking books nothing: what is payable is what was declared and accepted.
"""

from dataclasses import replace
from typing import Final
from uuid import UUID

from i18n.errors import Invalid
from settlement.interconnect.comparison import Tolerance
from settlement.interconnect.expected_cost import service as expected_cost
from settlement.interconnect.expected_cost.expected import ExpectedCost
from settlement.interconnect.receiving import NoSuchAgreementBetweenUs
from settlement.interconnect.supplier_invoices import store
from settlement.interconnect.supplier_invoices.checking import (
    CheckedInvoice,
    CheckedLine,
    checked,
    sums,
    verdict_on,
)
from settlement.interconnect.supplier_invoices.invoice import (
    MOST_BYTES,
    Head,
    HeadMissing,
    NoSuchSupplierInvoice,
    SupplierInvoice,
    SupplierInvoiceRepeated,
    require_tied,
)
from settlement.interconnect.supplier_invoices.table_reading import (
    InvoiceLayout,
    csv_rows,
    read_table,
)
from settlement.interconnect.supplier_invoices.ubl_reading import read_ubl_invoice
from settlement.interconnect.supplier_invoices.workbook import FIRST_BYTES, workbook_rows
from tenants.session import TenantSession

BOM: Final = b"\xef\xbb\xbf"


class SupplierInvoiceTooLarge(Invalid):
    """The invoice is larger than {limit} bytes. Ask the carrier to split it."""


class InvoicedInAnotherCurrency(Invalid):
    """The invoice is in {currency}, agreement {agreement} in {agreed}. Ask the carrier for one in
    {agreed}.
    """


def take_in(
    session: TenantSession,
    carrier_id: UUID,
    content: bytes,
    layout: InvoiceLayout,
    said: Head | None = None,
) -> CheckedInvoice:
    """Read, check and keep an invoice: UBL, CSV or XLSX, told apart by how the file begins.

    `said` is what stands beside the file; where the file says it too, the file counts. Raises
    SupplierInvoiceTooLarge, XmlRefused, NotAUblInvoice, ColumnMissing, TableUnreadable,
    SupplierInvoiceRefused, HeadMissing, SupplierInvoiceDoesNotTie, NoSuchAgreementBetweenUs,
    InvoicedInAnotherCurrency, SupplierInvoiceRepeated and what `expected_cost` raises.
    """
    if len(content) > MOST_BYTES:
        raise SupplierInvoiceTooLarge(limit=MOST_BYTES)
    invoice = _completed(_read(content, layout), said or Head())
    require_tied(invoice)
    store.hold_carrier(session, carrier_id)
    expected = _expected(session, carrier_id, invoice)
    head = invoice.head
    if store.is_known(session, carrier_id, head.number):
        raise SupplierInvoiceRepeated(number=head.number)
    tolerance = Tolerance(expected.tolerance, expected.tolerance_amount)
    lines = checked(invoice.lines, expected.lines, tolerance)
    amount, expected_amount = sums(lines)
    assert head.issued_on is not None, "a completed head has its day"
    kept = CheckedInvoice(
        id=session.ids.new(),
        carrier_id=carrier_id,
        agreement=expected.agreement,
        number=head.number,
        issued_on=head.issued_on,
        currency=head.currency,
        amount=amount,
        expected_amount=expected_amount,
        tolerance=expected.tolerance,
        tolerance_amount=expected.tolerance_amount,
        verdict=verdict_on(lines, tolerance),
        sha256=session.files.put(content),
        checked_at=session.now(),
    )
    store.add(session, kept, lines)
    return kept


def invoices(
    session: TenantSession, *, carrier_id: UUID | None = None, limit: int = 200
) -> list[CheckedInvoice]:
    """Invoices taken in, the newest first."""
    return store.found(session, carrier_id, limit)


def invoice(session: TenantSession, invoice_id: UUID) -> CheckedInvoice:
    """One invoice. Raises NoSuchSupplierInvoice."""
    found = store.by_id(session, invoice_id)
    if found is None:
        raise NoSuchSupplierInvoice(invoice=invoice_id)
    return found


def lines_of(session: TenantSession, invoice_id: UUID) -> list[CheckedLine]:
    """Its lines beside what was expected. Raises NoSuchSupplierInvoice."""
    return store.lines_of(session, invoice(session, invoice_id).id)


def bytes_of(session: TenantSession, invoice_id: UUID) -> bytes:
    """The file as it came. Raises NoSuchSupplierInvoice."""
    return session.files.get(invoice(session, invoice_id).sha256)


def _read(content: bytes, layout: InvoiceLayout) -> SupplierInvoice:
    if content.startswith(FIRST_BYTES):
        return SupplierInvoice(Head(), read_table(workbook_rows(content), layout))
    if content.removeprefix(BOM).lstrip()[:1] == b"<":
        return read_ubl_invoice(content)
    return SupplierInvoice(Head(), read_table(csv_rows(content, layout.delimiter), layout))


def _completed(read: SupplierInvoice, said: Head) -> SupplierInvoice:
    head = Head(
        number=read.head.number or said.number,
        issued_on=read.head.issued_on or said.issued_on,
        currency=read.head.currency or said.currency,
        agreement=read.head.agreement or said.agreement,
        net=said.net if read.head.net is None else read.head.net,
    )
    for field in ("number", "issued_on", "currency"):
        if not getattr(head, field):
            raise HeadMissing(field=field)
    return replace(read, head=head)


def _expected(session: TenantSession, carrier_id: UUID, invoice: SupplierInvoice) -> ExpectedCost:
    """What we expect under the agreement that the invoice is about."""
    starts_on = min(line.starts_on for line in invoice.lines)
    until = max(line.until for line in invoice.lines)
    found = expected_cost.expected_cost(session, carrier_id, starts_on, until)
    wanted = invoice.head.agreement
    own = [each for each in found if wanted in ("", each.agreement)]
    if not own or (len(own) > 1 and not wanted):
        raise (
            HeadMissing(field="agreement") if own else NoSuchAgreementBetweenUs(agreement=wanted)
        )
    if own[0].currency != invoice.head.currency:
        raise InvoicedInAnotherCurrency(
            currency=invoice.head.currency, agreement=own[0].agreement, agreed=own[0].currency
        )
    return own[0]
