"""Record what customers and carriers pay, put it to what they owe, take back what bounces.

Whoever changes what is paid takes the tenant's book first, so two receipts never pay the same part
of an invoice.
"""

import datetime as dt
from collections.abc import Collection
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from currencies.money import Money, scaled
from settlement.billing.out_of_turn import service as out_of_turn
from settlement.exchange_differences import service as differences
from settlement.exchange_differences.debt import Payment
from settlement.ledger import service as ledger
from settlement.parties import service as parties
from settlement.parties.party import Kind, Party
from settlement.periods import service as periods
from settlement.receipts import store
from settlement.receipts.applying import OpenInvoice, apply
from settlement.receipts.declared import service as declared
from settlement.receipts.instalments import service as instalments
from settlement.receipts.receipt import (
    NobodyWhoPays,
    NoSuchReceipt,
    Receipt,
    bounces_now,
    check_received,
)
from settlement.receipts.receipt_entry import OWED_BY, PURPOSE, SOURCE, receipt_entry
from settlement.sharing.refunds import paid_part
from tenants.session import TenantSession


def receive(
    session: TenantSession, payer: str, reference: str, amount: Money, received_on: dt.date
) -> Receipt:
    """Record money of a customer or carrier, by its code, book it and put it to what it owes.

    A carrier pays our declarations by the rules by which a customer pays invoices. The same
    reference with the same facts is the receipt that is there. Raises NoSuchParty, NobodyWhoPays,
    NotReceivable, ReceiptReferenceMissing, ReceivedLater, ReceiptToldDifferently or NoSuchPeriod.
    """
    party = parties.party_by_code(session, payer)
    if party.kind not in OWED_BY:
        raise NobodyWhoPays(party=payer, kind=party.kind.value)
    today, reference = periods.today(session), reference.strip()
    check_received(amount, reference, received_on, today)
    ledger.hold_book(session)
    for known in store.receipts(session, reference=reference):
        known.must_be(party.id, amount, received_on)
        return known
    row = store.ReceiptRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        party_id=party.id,
        reference=reference,
        currency=str(amount.currency.code),
        amount=amount.amount,
        received_on=received_on,
        recorded_by=session.principal.name,
        recorded_at=session.now(),
        bounced_on=None,
    )
    session.add(row)
    session.flush()
    bearing = periods.booking_period(session, today)
    entry = receipt_entry(receipt(session, row.id), OWED_BY[party.kind], bearing.id, today)
    ledger.post(session, [entry])
    _invoice_proformas(session, receipt(session, row.id))
    _apply(session, party.id, row.currency, dt.date.min)
    return receipt(session, row.id)


def bounce(session: TenantSession, receipt_id: UUID, bounced_on: dt.date) -> Receipt:
    """Take a receipt back: its invoices are open again and its entry is reversed, once.

    Raises NoSuchReceipt, BouncedOutsideItsTime, BouncedOnAnotherDay or NoSuchPeriod.
    """
    ledger.hold_book(session)
    row = store.receipt_row(session, receipt_id)
    if row is None:
        raise NoSuchReceipt(receipt=receipt_id)
    known, today = receipt(session, receipt_id), periods.today(session)
    if not bounces_now(known, bounced_on, today):
        return known
    for each in known.paid:
        _pay(session, known.id, each.document_id, scaled(each.amount, -1), bounced_on)
    row.bounced_on = bounced_on
    session.flush()
    differences.take_back(session, known.id, bounced_on)
    booked = ledger.booked(session, SOURCE, known.id, PURPOSE)
    ledger.reverse(session, booked.id, periods.booking_period(session, today).id, today)
    _apply(session, known.party_id, row.currency, bounced_on)
    return receipt(session, receipt_id)


def receipt(session: TenantSession, receipt_id: UUID) -> Receipt:
    """One receipt. Raises NoSuchReceipt."""
    for each in store.receipts(session, receipt_id=receipt_id):
        return each
    raise NoSuchReceipt(receipt=receipt_id)


def receipts(session: TenantSession, payer: str | None = None) -> list[Receipt]:
    """Receipts, of one payer or all, the earliest received first. Raises NoSuchParty."""
    party_id = None if payer is None else parties.party_by_code(session, payer).id
    return store.receipts(session, party_id=party_id)


def open_invoices(session: TenantSession, payer: str, currency: str) -> list[OpenInvoice]:
    """What a customer or carrier has still to pay, the oldest due first; instalments one by one.

    Raises NoSuchParty.
    """
    return _open(session, parties.party_by_code(session, payer), currency)


def open_of_party(session: TenantSession, party_id: UUID, currency: str) -> list[OpenInvoice]:
    """What a customer has still to pay, by its id, the oldest due first; instalments one by one."""
    return instalments.in_parts(session, store.open_invoices(session, party_id, currency))


def open_of_all(session: TenantSession) -> list[tuple[dt.date, Money]]:
    """What all customers have still to pay, by the day it is due; instalments one by one."""
    planned = instalments.parts(session)
    found = [(each.invoice.due_on, each.invoice.open) for of in planned.values() for each in of]
    return [*store.open_of_all(session, planned), *found]


def asked(session: TenantSession, document_id: UUID) -> Decimal:
    """What an invoice asks for with all that changes it, write-offs too; zero of none."""
    return next((owed for _, owed, _ in store.paid(session, [document_id])), Decimal(0))


def paid_parts(session: TenantSession, documents: Collection[UUID]) -> dict[UUID, Fraction]:
    """Which part of what each invoice asks for, with all that changes it, is paid; from 0 to 1."""
    return {
        document_id: paid_part(Fraction(owed), Fraction(paid))
        for document_id, owed, paid in store.paid(session, documents)
    }


def _invoice_proformas(session: TenantSession, paid: Receipt) -> None:
    """Turn the proformas into invoices that the payment names and covers, the earliest first."""
    left = paid.amount
    currency = str(left.currency.code)
    for each in out_of_turn.open_proformas(session, paid.party_id, currency):
        is_named = each.number.casefold() in paid.reference.casefold()
        if is_named and each.gross <= left:
            out_of_turn.invoice_proforma(session, each.id)
            left -= each.gross


def _apply(session: TenantSession, party_id: UUID, currency: str, since: dt.date) -> None:
    """Put what is unapplied to what is open, the earliest received first."""
    payer = parties.party(session, party_id)
    payments: list[Payment] = []
    line = "incoming" if payer.kind is Kind.CARRIER else ""
    for each in store.receipts(session, party_id=party_id, currency=currency):
        applied, _ = apply(each.unapplied, _open(session, payer, currency))
        for part in applied:
            on = max(each.received_on, part.invoice.issued_on, since)
            _pay(session, each.id, part.invoice.document_id, part.amount, on)
            payments.append(Payment(part.invoice.document_id, part.amount, each.id, on, line))
        session.flush()
    differences.settle(session, payments, "settlement")


def _open(session: TenantSession, payer: Party, currency: str) -> list[OpenInvoice]:
    if payer.kind is Kind.CARRIER:
        return declared.open_of_carrier(session, payer.id, currency)
    return open_of_party(session, payer.id, currency)


def _pay(
    session: TenantSession, receipt_id: UUID, document_id: UUID, amount: Money, on: dt.date
) -> None:
    session.add(
        store.PaidRow(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            receipt_id=receipt_id,
            document_id=document_id,
            amount=amount.amount,
            applied_on=on,
        )
    )
