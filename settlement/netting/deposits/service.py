"""Take deposits of carriers, set them off against what they owe, and give them back.

Whoever uses a deposit takes the tenant's book first, so the same part is never used twice.
"""

import datetime as dt
from uuid import UUID

from currencies.money import Money, money, shown
from currencies.rounding import is_payable
from settlement.exchange_differences import service as differences
from settlement.interconnect.receiving import NotACarrier
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.netting.deposits import store
from settlement.netting.deposits.deposit import (
    Deposit,
    MoreThanIsLeft,
    MoreThanIsOwed,
    NoSuchDeposit,
    Use,
)
from settlement.netting.deposits.deposit_entry import received_entry, used_entry
from settlement.netting.open_balances import service as open_balances
from settlement.parties import service as parties
from settlement.parties.party import Kind
from settlement.periods import service as periods
from settlement.receipts.receipt import check_received
from tenants.session import TenantSession


def receive(
    session: TenantSession, carrier_id: UUID, reference: str, amount: Money, received_on: dt.date
) -> Deposit:
    """Record money that a carrier left with us; the same reference with the same facts is one.

    Raises NoSuchParty, NotACarrier, NotReceivable, ReceiptReferenceMissing, ReceivedLater,
    DepositToldDifferently or NoSuchPeriod.
    """
    carrier = parties.party(session, carrier_id)
    if carrier.kind is not Kind.CARRIER:
        raise NotACarrier(party=carrier.code, kind=carrier.kind.value)
    today, reference = periods.today(session), reference.strip()
    check_received(amount, reference, received_on, today)
    ledger.hold_book(session)
    for known in store.deposits(session):
        if (known.carrier_id, known.reference) == (carrier_id, reference):
            known.must_be(amount, received_on)
            return known
    row = store.DepositRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        carrier_id=carrier_id,
        reference=reference,
        currency=str(amount.currency.code),
        amount=amount.amount,
        received_on=received_on,
        recorded_at=session.now(),
        recorded_by=session.principal.name,
    )
    session.add(row)
    session.flush()
    found = deposit(session, row.id)
    bearing = periods.booking_period(session, today)
    ledger.post(session, [received_entry(found, bearing.id, max(today, bearing.month.starts_on))])
    return found


def set_off(session: TenantSession, deposit_id: UUID, amount: Money) -> Deposit:
    """Pay with a deposit what the carrier owes without dispute, the oldest due first.

    Raises NoSuchDeposit, MoreThanIsLeft, MoreThanIsOwed, NoSuchPeriod, and what a missing rate
    raises where the debt is in another currency (R74).
    """
    held = _held(session, deposit_id, amount)
    owed = _owed(session, held)
    if amount > owed:
        raise MoreThanIsOwed(amount=shown(amount), owed=shown(owed))
    use_id, today = _use(session, held, Use.SET_OFF, amount)
    differences.set_off(session, held.carrier_id, amount, use_id, today, "receivable")
    return deposit(session, deposit_id)


def give_back(session: TenantSession, deposit_id: UUID, amount: Money) -> Deposit:
    """Owe a carrier its deposit, or a part of it, so that the next payout batch pays it.

    Raises NoSuchDeposit, MoreThanIsLeft or NoSuchPeriod.
    """
    _use(session, _held(session, deposit_id, amount), Use.GIVEN_BACK, amount)
    return deposit(session, deposit_id)


def deposit(session: TenantSession, deposit_id: UUID) -> Deposit:
    """One deposit. Raises NoSuchDeposit."""
    for each in store.deposits(session, deposit_id):
        return each
    raise NoSuchDeposit(deposit=deposit_id)


def deposits(session: TenantSession) -> list[Deposit]:
    """All deposits, those received last first."""
    return store.deposits(session)


def _held(session: TenantSession, deposit_id: UUID, amount: Money) -> Deposit:
    """A deposit under the lock of the book, of which so much may be used."""
    ledger.hold_book(session)
    found = deposit(session, deposit_id)
    is_of_it = amount.currency == found.left.currency
    if not (is_of_it and amount.amount > 0 and is_payable(amount) and amount <= found.left):
        raise MoreThanIsLeft(
            amount=shown(amount), reference=found.reference, left=shown(found.left)
        )
    return found


def _owed(session: TenantSession, held: Deposit) -> Money:
    """What the carrier owes in the currency of its deposit, less what is disputed."""
    for each in open_balances.free(session, [held.carrier_id]):
        is_its = each.amount.currency == held.left.currency
        if each.account is Account.CARRIER_RECEIVABLE and is_its:
            return each.amount
    return money(0, str(held.left.currency.code))


def _use(session: TenantSession, held: Deposit, use: Use, amount: Money) -> tuple[UUID, dt.date]:
    """Keep and book the use of a part; its id, and the present day."""
    today = periods.today(session)
    row = store.DepositUseRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        deposit_id=held.id,
        use=use.value,
        amount=amount.amount,
        recorded_at=session.now(),
        recorded_by=session.principal.name,
    )
    session.add(row)
    session.flush()
    bearing = periods.booking_period(session, today)
    booked_on = max(today, bearing.month.starts_on)
    ledger.post(session, [used_entry(held, row.id, use, amount, bearing.id, booked_on)])
    return row.id, today
