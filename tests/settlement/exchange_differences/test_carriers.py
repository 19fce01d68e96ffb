"""What carriers pay and are paid gains or loses like what customers and partners do (R74)."""

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal

import pytest

from currencies.fx_rate import FxRate
from currencies.money import money, shown
from currencies.service import load_rates
from settlement.exchange_differences import service
from settlement.insight.service import verify
from settlement.interconnect.reconciling import service as reconciling
from settlement.ledger.accounts import Account
from settlement.netting import service as netting
from settlement.netting.deposits import service as deposits
from settlement.parties import service as parties
from settlement.payouts import service as payouts
from settlement.payouts.payout_batch import PayoutBatch
from settlement.periods import service as periods
from settlement.receipts import service as receipts
from statements.declaration import Bucket
from tenants.session import TenantSession
from tests.settlement.billing.builders import policies
from tests.settlement.exchange_differences.test_service import DATES, FRIDAY, MONDAY, balance
from tests.settlement.interconnect.exchange import Exchange, an_exchange, their_answer
from tests.settlement.payouts import builders

DUE, BEFORE_DUE = dt.date(2026, 12, 2), dt.date(2026, 12, 1)


def xdr(session: TenantSession, rate: str, on: dt.date) -> None:
    load_rates(session, [FxRate("NBP-B", "XDR", "PLN", 1, Decimal(rate), on, on)])


@pytest.fixture
def exchange(session: TenantSession) -> Exchange:
    """Declared on 2 November at 5.00: 10.00 XDR from the carrier, and 2.52 XDR to it."""
    policies(session, json.dumps(DATES).replace("NBP-A", "NBP-B"))
    found = an_exchange(session)
    builders.november(session, "XDR")
    account = "Atlantic", builders.PARTNER_IBAN, None, "XDR"
    parties.set_bank_account(session, found.carrier_id, *account)
    xdr(session, "5.0000", FRIDAY)
    xdr(session, "5.2000", MONDAY)
    return found


def receive(session: TenantSession, amount: str, reference: str = "ATL/1"):
    return receipts.receive(session, "atlantic", reference, money(amount), MONDAY)


def settled(session: TenantSession) -> list[tuple[str, Decimal, Decimal, Decimal]]:
    return [
        (each.document_line, each.amount, each.released, each.gain)
        for each in service.settlements(session)
    ]


def paid(session: TenantSession, on: dt.date) -> PayoutBatch:
    """Pay what is due on a day: proposed by one person, approved by another."""
    proposer = session.principal
    batch = payouts.propose(session, "XDR", on)
    session.principal = builders.APPROVER
    payouts.approve(session, batch.id)
    session.principal = proposer
    payouts.export(session, batch.id)
    return payouts.confirm_sent(session, batch.id)


@pytest.mark.usefixtures("exchange")
def test_a_carrier_that_pays_in_parts_releases_what_was_booked(session: TenantSession) -> None:
    first = receive(session, "7.50 XDR")
    receive(session, "4.00 XDR", "ATL/2")

    # 10.00 x 5.00 = 50.00 were booked; 7.50 and 2.50 came at 5.20.
    assert settled(session) == [
        ("incoming", Decimal("7.50"), Decimal("37.50"), Decimal("1.50")),
        ("incoming", Decimal("2.50"), Decimal("12.50"), Decimal("0.50")),
    ]
    assert balance(session, Account.FX_DIFFERENCE) == "-2.00 PLN"
    receipts.bounce(session, first.id, MONDAY)
    assert verify(session) == []


def test_a_carrier_paid_at_a_higher_rate_costs_more(
    session: TenantSession, exchange: Exchange
) -> None:
    xdr(session, "5.5000", BEFORE_DUE)

    paid(session, DUE)

    # 2.52 x 5.50 = 13.86 were paid for 2.52 x 5.00 = 12.60; what the carrier owes is untouched.
    assert settled(session) == [("outgoing", Decimal("2.52"), Decimal("12.60"), Decimal("-1.26"))]
    assert service.settlements(session)[0].document_id == exchange.ours.document_id
    assert balance(session, Account.FX_DIFFERENCE) == "1.26 PLN"
    assert verify(session) == []


def test_a_deposit_given_back_pays_no_declaration_before_it_is_due(
    session: TenantSession, exchange: Exchange
) -> None:
    left = deposits.receive(session, exchange.carrier_id, "DEP/1", money("20.00 XDR"), MONDAY)
    deposits.give_back(session, left.id, money("20.00 XDR"))

    batch = paid(session, BEFORE_DUE)

    assert [shown(each.amount) for each in batch.paid] == ["20.00 XDR"]
    assert settled(session) == []
    xdr(session, "5.5000", BEFORE_DUE)
    paid(session, DUE)
    # The declaration is paid a day later, by the rate of its own payment: 2.52 x (5.00 - 5.50).
    assert settled(session) == [("outgoing", Decimal("2.52"), Decimal("12.60"), Decimal("-1.26"))]
    assert verify(session) == []


def test_an_offset_settles_both_directions_and_the_rest_is_valued(
    session: TenantSession, exchange: Exchange
) -> None:
    netting.declare(session, "ATL", ["atlantic"], {"XDR": money("1.00 XDR")})
    [proposed] = netting.propose(session, "ATL")
    session.principal = builders.APPROVER
    netting.agree(session, proposed.id, exchange.carrier_id, "letter 7")

    netting.book(session, proposed.id)

    # 2.52 x 5.20 = 13.104: 0.50 are gained of what they owe and lost of what we owe.
    assert sorted(settled(session)) == [
        ("incoming", Decimal("2.52"), Decimal("12.60"), Decimal("0.50")),
        ("outgoing", Decimal("2.52"), Decimal("12.60"), Decimal("-0.50")),
    ]
    assert balance(session, Account.FX_DIFFERENCE) == "0.00 PLN"
    # Of what they owe 7.48 are left, booked at 37.40; at 5.30 they are 39.644.
    xdr(session, "5.3000", dt.date(2026, 11, 30))
    periods.open_period(session, "2026-12")
    valued = service.revalue(session, "2026-11")
    [row] = service.revaluations(session, "2026-11")
    assert (row.document_line, row.open, row.carried) == (
        "incoming", Decimal("7.48"), Decimal("37.40"),
    )  # fmt: skip
    assert (valued.items, shown(valued.gain)) == (1, "2.24 PLN")
    assert service.revalue(session, "2026-11").added == 0


def cheaper(bucket: Bucket) -> Bucket:
    """Of each of the two days of incoming traffic 0.02 less: within half a percent of 10.00."""
    less = Decimal("0.02") if bucket.direction == "incoming" else Decimal(0)
    return replace(bucket, amount=bucket.amount - less, rate=None)


def test_what_is_accepted_changes_the_debt_at_its_booked_rate(
    session: TenantSession, exchange: Exchange
) -> None:
    theirs = their_answer(session, exchange.ours, cheaper)
    reconciling.answer(session, exchange.carrier_id, theirs)

    receive(session, "10.00 XDR")

    # 9.96 are left to be paid, all of the debt: 49.80 were booked, 51.792 came.
    assert settled(session) == [("incoming", Decimal("9.96"), Decimal("49.80"), Decimal("1.99"))]


@pytest.mark.usefixtures("exchange")
def test_without_a_policy_a_carrier_gains_nothing(session: TenantSession) -> None:
    policies(session, "{}")

    receive(session, "7.50 XDR")

    assert settled(session) == []
