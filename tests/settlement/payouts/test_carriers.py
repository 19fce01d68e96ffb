"""Carriers are paid what declarations say, less what is disputed, and told what it was for."""

import datetime as dt
from uuid import UUID

import pytest

from currencies.money import money, shown
from settlement.disputes import service as disputes
from settlement.disputes.dispute import Reason
from settlement.insight.service import verify
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.parties import service as parties
from settlement.payouts import service
from settlement.payouts.advising import service as advising
from settlement.payouts.payout_batch import NothingToPay, PayoutBatch
from statements import service as statements
from statements.document import Kind
from statements.payout_advice import PayoutAdvice
from tenants.session import TenantSession
from tests.settlement.interconnect.exchange import Exchange, an_exchange
from tests.settlement.payouts.builders import APPROVER, PARTNER_IBAN, november


@pytest.fixture
def exchange(session: TenantSession) -> Exchange:
    """A declared October: 10.00 XDR from the carrier and 2.52 to it, which has an account."""
    found = an_exchange(session)
    november(session, "XDR")
    parties.set_bank_account(session, found.carrier_id, "Atlantic", PARTNER_IBAN, None, "XDR")
    return found


def disputed(session: TenantSession, exchange: Exchange, line: str, amount: str) -> UUID:
    assert exchange.ours.document_id is not None
    return disputes.raise_dispute(
        session,
        document_id=exchange.ours.document_id,
        document_line=line,
        disputed=money(amount, "XDR"),
        reason=Reason.RATE,
    ).id


# October is declared on 2 November and due 30 days later, a Wednesday.
DUE = dt.date(2026, 12, 2)
A_DAY = dt.timedelta(days=1)


def proposed(session: TenantSession, pays_on: dt.date = DUE) -> PayoutBatch:
    return service.propose(session, "XDR", pays_on)


def sent(session: TenantSession) -> PayoutBatch:
    batch = proposed(session)
    session.principal = APPROVER
    service.approve(session, batch.id)
    service.export(session, batch.id)
    return service.confirm_sent(session, batch.id)


def lines(batch: PayoutBatch) -> list[tuple[str, str, str]]:
    return [(each.outcome.value, shown(each.amount), each.reason) for each in batch.payouts]


def balances(session: TenantSession, *accounts: Account) -> dict[str, str]:
    found = ledger.balances(session, *accounts)
    return {each.account.value: shown(each.amount) for each in found}


def test_a_carrier_is_paid_what_is_not_disputed_and_the_rest_when_the_dispute_ends(
    session: TenantSession, exchange: Exchange
) -> None:
    dispute = disputed(session, exchange, "outgoing", "0.52")
    disputed(session, exchange, "incoming", "3.00")

    batch = sent(session)

    assert lines(batch) == [("held", "0.52 XDR", "disputed"), ("paid", "2.00 XDR", "")]
    (paid,) = batch.paid
    assert paid.document_ids == (exchange.ours.document_id,)
    assert exchange.ours.message_id.encode() in service.exported(session, batch.id)
    accounts = (Account.CARRIER_PAYABLE, Account.PARTNER_PAYABLE, Account.BANK)
    assert balances(session, *accounts) == {"carrier_payable": "-0.52 XDR", "bank": "-2.00 XDR"}
    disputes.withdraw(session, dispute)
    assert lines(proposed(session)) == [("paid", "0.52 XDR", "")]
    assert verify(session) == []


def test_a_carrier_is_not_paid_before_its_declaration_is_due(
    session: TenantSession, exchange: Exchange
) -> None:
    disputed(session, exchange, "outgoing", "0.52")

    with pytest.raises(NothingToPay, match="1 carried, 1 held"):
        proposed(session, DUE - A_DAY)


def test_an_approval_taken_back_owes_the_carrier_again(
    session: TenantSession, exchange: Exchange
) -> None:
    batch = proposed(session)
    session.principal = APPROVER
    service.approve(session, batch.id)
    assert balances(session, Account.CARRIER_PAYABLE) == {"carrier_payable": "0.00 XDR"}

    service.reject(session, batch.id, "wrong account")

    assert balances(session, Account.CARRIER_PAYABLE) == {"carrier_payable": "-2.52 XDR"}
    assert verify(session) == []


def test_a_carrier_is_told_which_declaration_was_paid(
    session: TenantSession, exchange: Exchange
) -> None:
    statements.open_series(session, Kind.PAYOUT_ADVICE, "AP/{number}")
    disputed(session, exchange, "outgoing", "0.52")
    batch = sent(session)

    (advice,) = advising.advise(session, batch.id).issued

    said = statements.content(session, advice.id)
    assert isinstance(said, PayoutAdvice)
    assert [(each.document, shown(each.paid)) for each in said.items] == [
        (exchange.ours.message_id, "2.52 XDR"),
        ("Inne operacje na koncie rozliczeniowym", "-0.52 XDR"),
    ]
    assert shown(advice.gross) == "2.00 XDR"
