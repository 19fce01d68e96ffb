"""Propose a payout batch, approve or reject it, write its payment file, confirm that it left.

Four eyes are compared as people, not as names: a key acts for the person it belongs to. What is
approved is a digest of everything in the batch; it is computed again at approval and at export, so
a changed account or balance voids the batch instead of being paid (Y5). Approving twice pays once.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from currencies.money import money
from i18n.errors import Invalid
from i18n.locale import Words, _
from settlement.exchange_differences import service as differences
from settlement.ledger import service as ledger
from settlement.parties import service as parties
from settlement.parties.bank_account import BankAccount
from settlement.parties.party import Party
from settlement.payouts import store
from settlement.payouts.credit_transfer import BankParty, Transfer, credit_transfer_xml
from settlement.payouts.gateway import check_file
from settlement.payouts.owing import service as owing
from settlement.payouts.payout import (
    Account,
    Decision,
    Outcome,
    Status,
    content_hash,
)
from settlement.payouts.payout_batch import (
    ApproverUnknown,
    BatchNotApproved,
    BatchNotProposed,
    BatchWaiting,
    ContentChanged,
    MakerMayNotApprove,
    NoSuchBatch,
    NotExported,
    NothingToPay,
    PayoutBatch,
)
from settlement.payouts.payout_entries import approval_entries, sent_entries
from settlement.payouts.proposing import batch_number, decisions, end_to_end_id
from settlement.periods import service as periods
from settlement.self_billing.carrying.balance import threshold_for
from tenants.directory.service import own_tenant
from tenants.session import TenantSession


class PaysInThePast(Invalid):
    """A batch cannot pay on {pays_on}, which is over. Choose {today} or a later day."""


class ReasonMissing(Invalid):
    """Batch {number} is rejected without a reason. Say why it must not be paid."""


def propose(
    session: TenantSession, currency: str, pays_on: dt.date, run_id: UUID | None = None
) -> PayoutBatch:
    """Propose to pay what partners and carriers are owed in a currency, from our account in it.

    Raises PaysInThePast, BatchWaiting, NoBankAccount, NothingToPay or ThresholdUnreadable.
    """
    today = periods.today(session)
    if pays_on < today:
        raise PaysInThePast(pays_on=pays_on.isoformat(), today=today.isoformat())
    ledger.hold_book(session)
    waiting = store.waiting(session, currency)
    if waiting is not None:
        raise BatchWaiting(number=waiting.number, currency=currency)
    own = parties.bank_account(session, None, currency)
    tenant = own_tenant(session)
    candidates = owing.candidates(session, currency, pays_on)
    found = decisions(candidates, threshold_for(tenant.policies, currency), pays_on)
    _must_pay_somebody(found, currency, pays_on)
    return _keep(session, own, pays_on, found, run_id)


def batch(session: TenantSession, batch_id: UUID) -> PayoutBatch:
    """One batch with its lines. Raises NoSuchBatch."""
    row = store.row(session, batch_id)
    if row is None:
        raise NoSuchBatch(batch=batch_id)
    return store.as_batches(session, [row])[0]


def batches(session: TenantSession, status: Status | None = None) -> list[PayoutBatch]:
    """Batches with their lines, the newest first."""
    return store.as_batches(session, store.rows(session, status.value if status else None))


def approve(session: TenantSession, batch_id: UUID) -> PayoutBatch:
    """Approve a batch and reserve what it pays; approving it again changes nothing.

    Raises NoSuchBatch, ApproverUnknown, MakerMayNotApprove, BatchNotProposed or ContentChanged.
    """
    principal = session.principal
    principal.require("payouts:approve")
    ledger.hold_book(session)
    row = _held(session, batch_id)
    if row.status in (Status.APPROVED, Status.SENT):
        return batch(session, batch_id)
    if row.status != Status.PROPOSED:
        raise BatchNotProposed(number=row.number, status=row.status)
    if principal.user_id is None:
        raise ApproverUnknown
    if principal.user_id == row.proposed_by_id or principal.name == row.proposed_by:
        raise MakerMayNotApprove(number=row.number, proposed_by=row.proposed_by)
    _must_be_as_proposed(session, row)
    _must_still_be_owed(session, row)
    row.status = Status.APPROVED
    row.approved_by, row.approved_by_id = principal.name, principal.user_id
    row.approved_at = session.now()
    session.flush()
    approved = batch(session, batch_id)
    today = periods.today(session)
    bearing = periods.booking_period(session, today)
    payable = owing.payable_on(session, [each.party_id for each in approved.paid])
    ledger.post(session, approval_entries(approved, payable, bearing.id, today))
    return approved


def reject(session: TenantSession, batch_id: UUID, reason: str) -> PayoutBatch:
    """Reject a batch, for a reason that the trail keeps.

    An approved batch can be taken back while it has no payment file; what it reserved is payable
    again. Raises NoSuchBatch, ReasonMissing or BatchNotProposed.
    """
    ledger.hold_book(session)
    row = _held(session, batch_id)
    if not reason.strip():
        raise ReasonMissing(number=row.number)
    was_approved = row.status == Status.APPROVED and row.file_sha256 is None
    if row.status != Status.PROPOSED and not was_approved:
        raise BatchNotProposed(number=row.number, status=row.status)
    session.explain(reason.strip())
    row.status = Status.REJECTED
    session.flush()
    rejected = batch(session, batch_id)
    if was_approved:
        _release(session, rejected)
    return rejected


def export(session: TenantSession, batch_id: UUID) -> bytes:
    """The payment file of an approved batch; the same bytes every time.

    Raises NoSuchBatch, BatchNotApproved, ContentChanged or PaymentFileInvalid.
    """
    row = _held(session, batch_id)
    if row.file_sha256 is not None:
        return session.files.get(row.file_sha256)
    if row.status != Status.APPROVED:
        raise BatchNotApproved(number=row.number, status=row.status)
    _must_be_as_proposed(session, row)
    xml = _file(session, batch(session, batch_id))
    check_file(xml, row.number)
    row.file_sha256 = session.files.put(xml)
    session.flush()
    return xml


def exported(session: TenantSession, batch_id: UUID) -> bytes:
    """The payment file as it was written. Raises NoSuchBatch or NotExported."""
    row = store.row(session, batch_id)
    if row is None:
        raise NoSuchBatch(batch=batch_id)
    if row.file_sha256 is None:
        raise NotExported(number=row.number)
    return session.files.get(row.file_sha256)


def confirm_sent(session: TenantSession, batch_id: UUID) -> PayoutBatch:
    """Note that the bank has taken the file; confirming again changes nothing.

    Raises NoSuchBatch, BatchNotApproved or NotExported.
    """
    ledger.hold_book(session)
    row = _held(session, batch_id)
    if row.status == Status.SENT:
        return batch(session, batch_id)
    if row.status != Status.APPROVED:
        raise BatchNotApproved(number=row.number, status=row.status)
    if row.file_sha256 is None:
        raise NotExported(number=row.number)
    row.status = Status.SENT
    session.flush()
    sent = batch(session, batch_id)
    today = periods.today(session)
    bearing = periods.booking_period(session, today)
    ledger.post(session, sent_entries(sent, bearing.id, today))
    for each in sent.paid:
        differences.pay_out(session, each.party_id, each.amount, each.id, sent.pays_on)
    return sent


def _must_pay_somebody(found: Sequence[Decision], currency: str, pays_on: dt.date) -> None:
    outcomes = [each.outcome for each in found]
    if Outcome.PAID not in outcomes:
        raise NothingToPay(
            currency=currency,
            pays_on=pays_on.isoformat(),
            carried=outcomes.count(Outcome.CARRIED),
            held=outcomes.count(Outcome.HELD),
        )


def _keep(
    session: TenantSession,
    own: BankAccount,
    pays_on: dt.date,
    found: Sequence[Decision],
    run_id: UUID | None,
) -> PayoutBatch:
    earlier = store.count_of_day(session, own.currency, pays_on)
    row = store.BatchRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        number=batch_number(own.currency, pays_on, earlier),
        currency=own.currency,
        bank_account_id=own.id,
        status=Status.PROPOSED,
        pays_on=pays_on,
        run_id=run_id,
        proposed_by=session.principal.name,
        proposed_by_id=session.principal.user_id,
        proposed_at=session.now(),
        content_hash="0" * 64,
    )
    statements = owing.unpaid_statements(session, own.currency, pays_on)
    lines = [
        store.PayoutRow(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            batch_id=row.id,
            party_id=each.party_id,
            bank_account_id=each.account_id,
            end_to_end_id=end_to_end_id(row.number, line),
            currency=own.currency,
            amount=each.amount.amount,
            outcome=each.outcome,
            reason=each.reason,
            document_ids=statements.get(each.party_id, []) if each.outcome is Outcome.PAID else [],
        )
        for line, each in enumerate(found, 1)
    ]
    row.content_hash = _content_hash(session, row, lines)
    session.add(row)
    session.flush()
    session.add_all(lines)
    session.flush()
    return batch(session, row.id)


def _content_hash(
    session: TenantSession, row: store.BatchRow, lines: Sequence[store.PayoutRow]
) -> str:
    """The digest of the batch as it would be paid now: with the accounts that are in use now."""
    accounts = owing.accounts(session, row.currency)
    own = parties.bank_account(session, None, row.currency)
    said = [
        {
            "id": line.end_to_end_id,
            "party": line.party_id,
            "amount": Decimal(line.amount),
            "outcome": str(line.outcome),
            "documents": sorted(str(document) for document in line.document_ids),
            "account": _used(accounts.get(line.party_id)) if line.outcome == "paid" else None,
        }
        for line in lines
    ]
    return content_hash(row.currency, own.iban, row.pays_on, said)


def _used(account: Account | None) -> list[str] | None:
    return [account.iban, account.bic, account.holder] if account else None


def _release(session: TenantSession, rejected: PayoutBatch) -> None:
    """Reverse what the approval reserved."""
    today = periods.today(session)
    bearing = periods.booking_period(session, today)
    for each in rejected.paid:
        reserved = ledger.booked(session, "payout", each.id, "approval")
        ledger.reverse(session, reserved.id, bearing.id, today)


def _held(session: TenantSession, batch_id: UUID) -> store.BatchRow:
    row = store.held_row(session, batch_id)
    if row is None:
        raise NoSuchBatch(batch=batch_id)
    return row


def _must_be_as_proposed(session: TenantSession, row: store.BatchRow) -> None:
    lines = store.payout_rows(session, [row.id])
    if _content_hash(session, row, lines) != row.content_hash:
        raise ContentChanged(number=row.number, what=Words(_("an account or a line has changed")))


def _must_still_be_owed(session: TenantSession, row: store.BatchRow) -> None:
    owed = owing.owed(session, row.currency)
    disputed = owing.disputed(session, row.currency)
    nothing = money(0, row.currency)
    for line in store.payout_rows(session, [row.id]):
        free = owed.get(line.party_id, nothing) - disputed.get(line.party_id, nothing)
        if line.outcome == Outcome.PAID and free.amount < line.amount:
            raise ContentChanged(number=row.number, what=Words(_("less is owed now than it pays")))


def _file(session: TenantSession, approved: PayoutBatch) -> bytes:
    tenant = own_tenant(session)
    own = parties.bank_account(session, None, approved.currency)
    accounts = owing.accounts(session, approved.currency)
    numbers = owing.statement_numbers(session, approved.currency)
    assert approved.approved_at is not None, "an approved batch says when"
    return credit_transfer_xml(
        message_id=approved.number,
        created_at=approved.approved_at,
        payer=BankParty(own.holder, tenant.address, own.iban, own.bic),
        currency=approved.currency,
        pays_on=approved.pays_on,
        transfers=[
            Transfer(
                end_to_end_id=each.end_to_end_id,
                amount=each.amount,
                payee=_payee(parties.party(session, each.party_id), accounts[each.party_id]),
                remittance=" ".join(numbers[document] for document in each.document_ids)
                or approved.number,
            )
            for each in approved.paid
        ],
    )


def _payee(party: Party, account: Account) -> BankParty:
    return BankParty(account.holder, party.address, account.iban, account.bic)
