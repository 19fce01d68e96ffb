"""Give up what a customer will never pay; who shares the risk gives back the shares of it."""

from fractions import Fraction
from uuid import UUID

from currencies.money import Money, money, shown, total
from settlement.agreements import service as agreements
from settlement.agreements.sharing_terms import terms_from_plain
from settlement.billing.refunding import service as refunding
from settlement.ledger import service as ledger
from settlement.periods import service as periods
from settlement.receipts import service as receipts
from settlement.receipts.applying import OpenInvoice
from settlement.receipts.writing_off import store
from settlement.receipts.writing_off.write_off import (
    NothingOpenToWriteOff,
    WriteOff,
    WrittenOffBeyondOpen,
    check_write_off,
    write_off_entry,
)
from statements import service as statements
from tenants.session import TenantSession


def write_off(session: TenantSession, invoice_id: UUID, amount: Money, reason: str) -> WriteOff:
    """Write off an amount, with tax, of what is still to be paid of an invoice, and book it.

    Of the invoice's shared revenue the same part is taken back from payees, where the terms share
    the credit risk. Raises NotToWriteOff, WriteOffWithoutReason, NothingOpenToWriteOff,
    WrittenOffBeyondOpen, NoSuchDocument, NoSuchPeriod and RefundExceeds.
    """
    reason = reason.strip()
    check_write_off(amount, reason)
    ledger.hold_book(session)
    filed = statements.document(session, invoice_id)
    found = _open(session, invoice_id, filed.filing.party_id, amount)
    earlier = [each.amount for each in write_offs(session, invoice_id)]
    before = sum(earlier, money(0, str(amount.currency.code)))
    today = periods.today(session)
    row = store.WriteOffRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        document_id=invoice_id,
        currency=str(amount.currency.code),
        amount=amount.amount,
        reason=reason,
        written_off_on=today,
        recorded_by=session.principal.name,
        recorded_at=session.now(),
    )
    store.add(session, row)
    written, bearing = _as_write_off(row), periods.booking_period(session, today)
    entry = write_off_entry(written, filed.filing.party_id, found.number, bearing.id)
    ledger.post(session, [entry])
    so_far = before + amount
    asked = Fraction(receipts.asked(session, invoice_id)) + Fraction(so_far.amount)
    parts = Fraction(before.amount) / asked, Fraction(so_far.amount) / asked
    refunding.lose(session, invoice_id, parts, _sharing_losses(session), reason)
    return written


def write_offs(session: TenantSession, invoice_id: UUID | None = None) -> list[WriteOff]:
    """Write-offs, of one invoice or all, the earliest first."""
    return [_as_write_off(row) for row in store.write_offs(session, invoice_id)]


def _open(session: TenantSession, invoice_id: UUID, party_id: UUID, amount: Money) -> OpenInvoice:
    code = str(amount.currency.code)
    found = receipts.open_of_party(session, party_id, code)
    parts = [each for each in found if each.document_id == invoice_id]
    if not parts:
        raise NothingOpenToWriteOff(document=invoice_id)
    open_ = total((each.open for each in parts), code)
    if amount > open_:
        raise WrittenOffBeyondOpen(number=parts[0].number, open=shown(open_))
    return parts[0]


def _sharing_losses(session: TenantSession) -> set[UUID]:
    """The versions of terms whose payees give back their shares of what is lost."""
    return {
        terms_id
        for terms_id, each in agreements.terms_by_id(session).items()
        if each.kind == "revenue_share" and terms_from_plain(each.sharing).shares_losses
    }


def _as_write_off(row: store.WriteOffRow) -> WriteOff:
    return WriteOff(
        id=row.id,
        document_id=row.document_id,
        amount=money(row.amount, row.currency),
        reason=row.reason,
        written_off_on=row.written_off_on,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
    )
