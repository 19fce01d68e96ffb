"""A carrier pays our declarations as a customer pays invoices."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from currencies.money import money, shown
from settlement.disputes import service as disputes
from settlement.disputes.dispute import Reason
from settlement.insight.service import verify
from settlement.interconnect.reconciling import service as reconciling
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.ledger.entry import Entry, credit, debit
from settlement.periods import service as periods
from settlement.receipts import service
from settlement.receipts.declared import service as declared
from settlement.receipts.receipt import Receipt
from statements.declaration import Bucket
from tenants.session import TenantSession
from tests.settlement.interconnect.exchange import Exchange, an_exchange, their_answer


def paid(session: TenantSession, amount: str, reference: str = "ATL/1") -> Receipt:
    today = periods.today(session)
    return service.receive(session, "atlantic", reference, money(amount, "XDR"), today)


def still_open(session: TenantSession) -> list[str]:
    return [shown(each.open) for each in service.open_invoices(session, "atlantic", "XDR")]


def receivable(session: TenantSession) -> str:
    (line,) = ledger.balances(session, Account.CARRIER_RECEIVABLE)
    return shown(line.amount)


# Of October 10.00 XDR are declared for the carrier to pay, and 2.52 for us.
def exchanged(session: TenantSession) -> Exchange:
    exchange = an_exchange(session)
    periods.open_period(session, "2026-11")
    return exchange


def test_a_carrier_pays_its_declaration_in_parts_and_the_rest_waits(
    session: TenantSession,
) -> None:
    exchange = exchanged(session)

    first, second = paid(session, "7.50"), paid(session, "4.00", "ATL/2")

    assert [(each.document_id, shown(each.amount)) for each in first.paid] == [
        (exchange.ours.document_id, "7.50 XDR")
    ]
    assert (shown(second.paid[0].amount), shown(second.unapplied)) == ("2.50 XDR", "1.50 XDR")
    assert still_open(session) == []
    assert receivable(session) == "-1.50 XDR"
    assert verify(session) == []


def test_what_bounced_is_open_again_and_unapplied_money_pays_it(session: TenantSession) -> None:
    exchanged(session)
    first = paid(session, "7.50")
    paid(session, "4.00", "ATL/2")

    service.bounce(session, first.id, first.received_on)

    assert still_open(session) == ["6.00 XDR"]
    assert receivable(session) == "6.00 XDR"
    assert verify(session) == []


def test_what_is_accepted_within_tolerance_is_paid_too(session: TenantSession) -> None:
    exchange = exchanged(session)

    # Two days of incoming traffic, each 0.02 dearer: 0.04 of 10.00 are within half a percent.
    def dearer(bucket: Bucket) -> Bucket:
        is_ours = bucket.direction == "incoming"
        more = Decimal("0.02") if is_ours else Decimal(0)
        return replace(bucket, amount=bucket.amount + more, rate=None)

    theirs = their_answer(session, exchange.ours, dearer)
    reconciling.answer(session, exchange.carrier_id, theirs)

    assert still_open(session) == ["10.04 XDR"]


def test_what_was_set_off_is_not_asked_for_again(session: TenantSession) -> None:
    exchange = exchanged(session)
    set_off(session, exchange, "4.00")

    assert still_open(session) == ["6.00 XDR"]
    assert shown(paid(session, "10.00").unapplied) == "4.00 XDR"


def test_what_we_owe_is_told_apart_and_a_dispute_says_of_which_side(
    session: TenantSession,
) -> None:
    exchange = exchanged(session)
    assert exchange.ours.document_id is not None
    for line, amount in (("incoming", "3.00"), ("outgoing", "0.52")):
        disputes.raise_dispute(
            session,
            document_id=exchange.ours.document_id,
            document_line=line,
            disputed=money(amount, "XDR"),
            reason=Reason.RATE,
        )

    of_it = declared.open_of_carrier(session, exchange.carrier_id, "XDR")
    to_it = declared.open_to_carrier(session, exchange.carrier_id, "XDR")

    assert [(shown(each.open), shown(each.disputed)) for each in of_it] == [
        ("10.00 XDR", "3.00 XDR")
    ]
    assert [(shown(each.open), shown(each.disputed)) for each in to_it] == [
        ("2.52 XDR", "0.52 XDR")
    ]


def set_off(session: TenantSession, exchange: Exchange, amount: str) -> None:
    """What an offset books: less to receive, and less to pay."""
    value = money(amount, "XDR")
    postings = (
        debit(Account.CARRIER_PAYABLE, value, exchange.carrier_id),
        credit(Account.CARRIER_RECEIVABLE, value, exchange.carrier_id),
    )
    day = dt.date(2026, 11, 2)
    period = periods.period(session, "2026-11").id
    ledger.post(
        session, [Entry("offset", session.ids.new(), "booking", period, day, "O/1", postings)]
    )
