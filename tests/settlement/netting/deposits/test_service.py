"""A deposit is owed to the carrier, raises what it may owe, and pays what it owes.

October is declared with 10.00 XDR to receive and 2.52 to pay; today is 2 November 2026.
"""

import datetime as dt
from decimal import Decimal
from uuid import UUID

import pytest

from currencies.money import money, shown
from i18n.errors import DomainError
from settlement.disputes import service as disputes
from settlement.disputes.dispute import Reason, Side
from settlement.insight.service import verify
from settlement.interconnect.credit_limits import service as credit_limits
from settlement.interconnect.receiving import NotACarrier
from settlement.ledger import service as ledger
from settlement.netting.deposits import service
from settlement.netting.deposits.deposit import (
    Deposit,
    DepositToldDifferently,
    MoreThanIsLeft,
    MoreThanIsOwed,
    NoSuchDeposit,
)
from settlement.parties.party import Kind
from settlement.payouts.owing import service as owing
from settlement.periods import service as periods
from settlement.receipts import service as receipts
from settlement.receipts.receipt import NotReceivable, ReceiptReferenceMissing, ReceivedLater
from tenants.session import TenantSession
from tests.settlement.interconnect.exchange import Exchange, an_exchange
from tests.settlement.parties.builders import a_registered_party

TODAY = dt.date(2026, 11, 2)


@pytest.fixture
def exchange(session: TenantSession) -> Exchange:
    found = an_exchange(session)
    periods.open_period(session, "2026-11")
    return found


def left_with_us(session: TenantSession, carrier_id: UUID, amount: str = "20.00 XDR") -> Deposit:
    return service.receive(session, carrier_id, "DEP/1", money(amount), TODAY)


def books(session: TenantSession) -> dict[str, str]:
    wanted = ("bank", "carrier_deposit", "carrier_receivable", "carrier_payable")
    sums = {each.account.value: shown(each.amount) for each in ledger.balances(session)}
    return {name: sums[name] for name in wanted if name in sums}


def test_a_deposit_is_owed_and_pays_nothing_by_itself(
    session: TenantSession, exchange: Exchange
) -> None:
    deposit = left_with_us(session, exchange.carrier_id)

    assert books(session) == {
        "bank": "20.00 XDR", "carrier_deposit": "-20.00 XDR", "carrier_receivable": "10.00 XDR",
        "carrier_payable": "-2.52 XDR",
    }  # fmt: skip
    assert deposit.left == deposit.amount
    assert left_with_us(session, exchange.carrier_id) == deposit
    with pytest.raises(DepositToldDifferently):
        left_with_us(session, exchange.carrier_id, "21.00 XDR")
    assert verify(session) == []


def test_it_raises_what_the_carrier_may_owe_by_what_is_left(
    session: TenantSession, exchange: Exchange
) -> None:
    credit_limits.set_limit(session, exchange.carrier_id, Decimal(10), "XDR", (50,))
    deposit = left_with_us(session, exchange.carrier_id, "10.01 XDR")

    # 10.00 owed of 20.01 is not yet one half; once 1.00 is given back, of 19.01, it is.
    (state,) = credit_limits.states(session)
    assert (state.secured, state.reached) == (Decimal("10.01"), ())
    service.give_back(session, deposit.id, money("1.00 XDR"))
    (state,) = credit_limits.states(session)
    assert (state.secured, state.reached) == (Decimal("9.01"), (50,))


def test_it_pays_what_the_carrier_owes(session: TenantSession, exchange: Exchange) -> None:
    deposit = left_with_us(session, exchange.carrier_id)

    after = service.set_off(session, deposit.id, money("7.50 XDR"))

    assert shown(after.left) == "12.50 XDR"
    (open_still,) = receipts.open_invoices(session, "atlantic", "XDR")
    assert shown(open_still.open) == "2.50 XDR"
    assert books(session)["carrier_receivable"] == "2.50 XDR"
    with pytest.raises(MoreThanIsOwed, match=r"owes 2\.50 XDR"):
        service.set_off(session, deposit.id, money("2.51 XDR"))
    service.set_off(session, deposit.id, money("2.50 XDR"))
    assert receipts.open_invoices(session, "atlantic", "XDR") == []
    assert verify(session) == []


def test_what_is_disputed_is_not_set_off(session: TenantSession, exchange: Exchange) -> None:
    deposit = left_with_us(session, exchange.carrier_id)
    assert exchange.ours.document_id is not None
    disputes.raise_dispute(
        session, document_id=exchange.ours.document_id, document_line="incoming",
        disputed=money("4.00 XDR"), reason=Reason.RATE, raised_by=Side.THEM,
    )  # fmt: skip

    with pytest.raises(MoreThanIsOwed, match=r"owes 6\.00 XDR"):
        service.set_off(session, deposit.id, money("6.01 XDR"))


def test_what_is_given_back_is_paid_by_the_next_batch(
    session: TenantSession, exchange: Exchange
) -> None:
    deposit = left_with_us(session, exchange.carrier_id)

    service.give_back(session, deposit.id, money("20.00 XDR"))

    # The declaration is due in thirty days; what is given back is due at once.
    (owed,) = owing.candidates(session, "XDR", TODAY)
    assert shown(owed.balance) == "22.52 XDR"
    assert [shown(each.amount) for each in owed.later] == ["2.52 XDR"]
    assert (
        "carrier_deposit" not in books(session) or books(session)["carrier_deposit"] == "0.00 XDR"
    )
    assert verify(session) == []


@pytest.mark.parametrize("amount", ["0 XDR", "-1 XDR", "1.001 XDR", "20.01 XDR", "1.00 EUR"])
def test_no_more_is_used_than_is_left(
    session: TenantSession, exchange: Exchange, amount: str
) -> None:
    deposit = left_with_us(session, exchange.carrier_id)

    for use in (service.set_off, service.give_back):
        with pytest.raises(MoreThanIsLeft, match=r"20\.00 XDR is left"):
            use(session, deposit.id, money(amount))


@pytest.mark.parametrize(
    ("reference", "amount", "day", "error"),
    [
        ("DEP/1", "0 XDR", TODAY, NotReceivable),
        (" ", "1 XDR", TODAY, ReceiptReferenceMissing),
        ("DEP/1", "1 XDR", dt.date(2026, 11, 3), ReceivedLater),
    ],
)
def test_what_is_no_deposit_is_refused(
    session: TenantSession,
    exchange: Exchange,
    reference: str,
    amount: str,
    day: dt.date,
    error: type[DomainError],
) -> None:
    with pytest.raises(error):
        service.receive(session, exchange.carrier_id, reference, money(amount), day)


def test_only_carriers_leave_deposits_and_only_those_kept_are_used(session: TenantSession) -> None:
    partner = a_registered_party(session, "studio", kind=Kind.PARTNER)

    with pytest.raises(NotACarrier):
        left_with_us(session, partner.id)
    with pytest.raises(NoSuchDeposit):
        service.give_back(session, session.ids.new(), money("1 XDR"))
