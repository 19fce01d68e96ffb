"""Dispute a cause of a comparison of records, or a line of a carrier's invoice."""

from typing import Final
from uuid import UUID

from moneyed import Money

from currencies.money import money
from i18n.errors import Conflict, NotFound
from settlement.disputes import service as disputes
from settlement.disputes.dispute import Dispute, Reason
from settlement.disputes.service import Counted, Said
from settlement.interconnect import service as interconnect
from settlement.interconnect.records import service as records
from settlement.interconnect.records.service import RecordComparison
from settlement.interconnect.records.waterfall import Cause
from settlement.interconnect.supplier_invoices import service as supplier_invoices
from settlement.interconnect.supplier_invoices.checking import CheckedLine
from settlement.interconnect.traffic import Direction
from tenants.session import TenantSession

REASONS: Final = {
    Cause.MISSING_HERE: Reason.TRAFFIC_UNKNOWN,
    Cause.MISSING_THERE: Reason.TRAFFIC_MISSING,
    Cause.DUPLICATES: Reason.BILLED_TWICE,
    Cause.VOLUME: Reason.VOLUME,
    Cause.DURATION: Reason.DURATION,
    Cause.RATE: Reason.RATE,
}


class NoSuchCause(NotFound):
    """The comparison shows nothing of {cause} for {direction} traffic. Name a cause it shows."""


class NoSuchInvoiceLine(NotFound):
    """The invoice has no line {line}. It has lines 1 to {last}."""


class NotDeclaredYet(Conflict):
    """Our declaration of that month is not issued. Declare first, so that the amount is held."""


def dispute_cause(
    session: TenantSession, comparison_id: UUID, direction: Direction, cause: Cause, said: Said
) -> Dispute:
    """Dispute what one cause moves in one direction; its calls are listed by the comparison.

    Raises NoSuchRecordComparison, NoSuchCause, NotDeclaredYet and what `dispute_counted` raises.
    """
    found = records.comparison(session, comparison_id)
    variance = moved_by(found, direction, cause)
    ours = interconnect.own_declaration(
        session, found.carrier_id, found.agreement_id, found.period_id
    )
    if ours is None:
        raise NotDeclaredYet
    return disputes.dispute_counted(
        session,
        Counted(found.carrier_id, ours.document_id, direction, variance),
        said,
        comparison_id=comparison_id,
        cause=cause.value,
    )


def dispute_invoice_line(
    session: TenantSession, invoice_id: UUID, line: int, said: Said
) -> Dispute:
    """Dispute what a line of a carrier's invoice asks beside what we expect of it.

    None of our documents is concerned, so none of them waits. Raises NoSuchSupplierInvoice,
    NoSuchInvoiceLine and what `dispute_counted` raises.
    """
    invoice = supplier_invoices.invoice(session, invoice_id)
    variance = money(invoice_line(session, invoice_id, line).variance, invoice.currency)
    return disputes.dispute_counted(
        session,
        Counted(invoice.carrier_id, None, "outgoing", variance),
        said,
        supplier_invoice_id=invoice_id,
        supplier_invoice_line=line,
    )


def moved_by(found: RecordComparison, direction: Direction, cause: Cause) -> Money:
    """What one cause moves in one direction, theirs less ours. Raises NoSuchCause."""
    amounts = {
        (each.waterfall.direction, part.cause): part.amount
        for each in found.directions
        for part in each.waterfall.parts
    }
    if (direction, cause) not in amounts:
        raise NoSuchCause(cause=cause.value, direction=direction)
    return money(amounts[direction, cause], found.currency)


def invoice_line(session: TenantSession, invoice_id: UUID, line: int) -> CheckedLine:
    """One line of a checked invoice. Raises NoSuchSupplierInvoice or NoSuchInvoiceLine."""
    lines = supplier_invoices.lines_of(session, invoice_id)
    if not 1 <= line <= len(lines):
        raise NoSuchInvoiceLine(line=line, last=len(lines))
    return lines[line - 1]


def reason_of(cause: Cause) -> Reason:
    """What is held to be wrong where a cause is disputed."""
    return REASONS.get(cause, Reason.OTHER)
