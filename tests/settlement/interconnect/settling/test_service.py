"""What is agreed in an exchange is booked once, beside what we declared.

October is declared with 10.00 XDR to receive and 2.52 to pay (`exchange.OCTOBER`).
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from currencies.money import shown
from settlement.disputes.objections import service as objections
from settlement.insight.service import verify
from settlement.interconnect.exchange.keeping import service as keeping
from settlement.interconnect.exchange.messages import ExchangeMessage
from settlement.interconnect.reconciling import service as reconciling
from settlement.interconnect.settling import service
from settlement.ledger import service as ledger
from settlement.periods import service as periods
from statements.declaration import Bucket
from statements.exchange.message import Message, MessageKind, Settled
from statements.exchange.writing import message_xml
from tenants.clock import HeldClock
from tenants.session import TenantSession
from tests.settlement.interconnect.exchange import Exchange, an_exchange, their_answer
from tests.settlement.interconnect.exchanging.carrier import Carrier

DECLARED = {"carrier_receivable": "10.00 XDR", "carrier_payable": "-2.52 XDR"}


@pytest.fixture
def exchange(session: TenantSession) -> Exchange:
    return an_exchange(session)


@pytest.fixture
def carrier(session: TenantSession, exchange: Exchange) -> Carrier:
    found = Carrier(session, exchange)
    found.counts()
    found.says(found.totals())
    return found


def owed(session: TenantSession) -> dict[str, str]:
    """What the carrier owes us, and we it."""
    accounts = {each.account.value: shown(each.amount) for each in ledger.balances(session)}
    return {account: accounts[account] for account in DECLARED}


def result(session: TenantSession) -> dict[str, str]:
    """What was earned and spent."""
    accounts = {each.account.value: shown(each.amount) for each in ledger.balances(session)}
    return {account: accounts[account] for account in ("carrier_revenue", "carrier_cost")}


def we_say(
    session: TenantSession, kind: MessageKind, incoming: str, outgoing: str
) -> ExchangeMessage:
    amounts = [Settled("incoming", Decimal(incoming)), Settled("outgoing", Decimal(outgoing))]
    return objections.settle(session, "IC-atlantic", "2026-10", kind, amounts)


def dearer(by: str) -> Callable[[Bucket], Bucket]:
    """They count each of two incoming buckets dearer."""

    def change(bucket: Bucket) -> Bucket:
        if bucket.destination != "Poland":
            return bucket
        return replace(bucket, amount=bucket.amount + Decimal(by), rate=None)

    return change


def test_a_proposal_of_ours_that_is_accepted_is_booked_beside_what_was_declared(
    session: TenantSession, carrier: Carrier
) -> None:
    ours = we_say(session, MessageKind.PROPOSAL, "10.30", "2.50")
    assert owed(session) == DECLARED

    accepted = carrier.says(
        carrier.settles(MessageKind.ACCEPTANCE, "2.50", "10.30", in_reply_to=ours.message_id)
    )

    assert accepted.verdict == "accepted"
    # 10.30 - 10.00 = 0.30 more to receive, 2.52 - 2.50 = 0.02 less to pay.
    assert owed(session) == {"carrier_receivable": "10.30 XDR", "carrier_payable": "-2.50 XDR"}
    assert result(session) == {"carrier_revenue": "-10.30 XDR", "carrier_cost": "2.50 XDR"}
    for direction in ("incoming", "outgoing"):
        purpose = f"accepted variance {direction}"
        assert ledger.booked(session, "exchange_message", ours.id, purpose)
    assert verify(session) == []


def test_a_counter_proposal_that_we_accept_is_booked_at_its_own_amount(
    session: TenantSession, carrier: Carrier
) -> None:
    ours = we_say(session, MessageKind.PROPOSAL, "10.30", "2.52")
    carrier.says(
        carrier.settles(MessageKind.COUNTER_PROPOSAL, "2.52", "9.90", in_reply_to=ours.message_id)
    )

    we_say(session, MessageKind.ACCEPTANCE, "9.90", "2.52")

    assert owed(session) == {"carrier_receivable": "9.90 XDR", "carrier_payable": "-2.52 XDR"}
    assert verify(session) == []


def test_what_was_declared_is_agreed_without_an_entry(
    session: TenantSession, carrier: Carrier
) -> None:
    carrier.says(carrier.settles(MessageKind.PROPOSAL, "2.52", "10.00"))
    entries = len(list(ledger.journal(session)))

    we_say(session, MessageKind.ACCEPTANCE, "10.00", "2.52")

    assert owed(session) == DECLARED
    assert len(list(ledger.journal(session))) == entries
    assert verify(session) == []


def test_silence_books_a_proposal_with_the_day_after_the_window(
    session: TenantSession, carrier: Carrier
) -> None:
    we_say(session, MessageKind.PROPOSAL, "10.30", "2.52")
    clock = session.clock
    assert isinstance(clock, HeldClock)
    sent = clock.now()
    periods.open_period(session, "2026-12")

    clock.move_to(sent + dt.timedelta(days=30))
    assert service.book_unsettled(session) == []
    assert owed(session) == DECLARED
    clock.move_to(sent + dt.timedelta(days=31))
    settled = service.book_unsettled(session)

    assert [(each.direction, shown(each.difference)) for each in settled] == [
        ("incoming", "0.30 XDR"),
        ("outgoing", "0.00 XDR"),
    ]
    assert owed(session)["carrier_receivable"] == "10.30 XDR"
    assert service.book_unsettled(session) == []
    assert verify(session) == []


def test_a_message_that_comes_again_books_nothing_more(
    session: TenantSession, carrier: Carrier
) -> None:
    ours = we_say(session, MessageKind.PROPOSAL, "10.30", "2.52")
    acceptance = carrier.settles(
        MessageKind.ACCEPTANCE, "2.52", "10.30", in_reply_to=ours.message_id
    )
    carrier.says(acceptance)

    assert carrier.says(acceptance).verdict == "refused"
    again = service.book_agreed(
        session, carrier.exchange.agreement_id, carrier.exchange.ours.period_id
    )

    assert again == []
    assert owed(session)["carrier_receivable"] == "10.30 XDR"


def test_what_is_agreed_counts_instead_of_what_a_comparison_accepted(
    session: TenantSession, carrier: Carrier
) -> None:
    """Within 0.5 % of 10.00: 0.04 is accepted by comparison, 0.30 agreed, 0.02 compared later."""
    exchange = carrier.exchange
    first = their_answer(session, exchange.ours, dearer("0.02"))
    reconciling.answer(session, exchange.carrier_id, first)
    assert owed(session)["carrier_receivable"] == "10.04 XDR"

    ours = we_say(session, MessageKind.PROPOSAL, "10.30", "2.52")
    carrier.says(
        carrier.settles(MessageKind.ACCEPTANCE, "2.52", "10.30", in_reply_to=ours.message_id)
    )
    assert owed(session)["carrier_receivable"] == "10.30 XDR"
    later = their_answer(session, exchange.ours, dearer("0.01"), number="ATL-8")
    reconciling.answer(session, exchange.carrier_id, later)

    assert owed(session)["carrier_receivable"] == "10.30 XDR"
    assert verify(session) == []


def test_a_proposal_that_replaces_what_was_agreed_books_the_change_only(
    session: TenantSession, carrier: Carrier
) -> None:
    first = we_say(session, MessageKind.PROPOSAL, "10.30", "2.52")
    carrier.says(
        carrier.settles(MessageKind.ACCEPTANCE, "2.52", "10.30", in_reply_to=first.message_id)
    )
    second = objections.settle(
        session, "IC-atlantic", "2026-10", MessageKind.PROPOSAL,
        [
            Settled("incoming", Decimal("9.80"), Decimal("10.30")),
            Settled("outgoing", Decimal("2.52"), Decimal("2.52")),
        ],
        replaces=first.message_id,
    )  # fmt: skip
    assert owed(session)["carrier_receivable"] == "10.30 XDR"

    carrier.says(
        carrier.settles(MessageKind.ACCEPTANCE, "2.52", "9.80", in_reply_to=second.message_id)
    )

    assert owed(session)["carrier_receivable"] == "9.80 XDR"
    booked = ledger.booked(session, "exchange_message", second.id, "accepted variance incoming")
    assert {shown(each.amount) for each in booked.entry.postings} == {"0.50 XDR"}
    assert verify(session) == []


def test_an_objection_books_nothing(session: TenantSession, carrier: Carrier) -> None:
    ours = we_say(session, MessageKind.PROPOSAL, "10.30", "2.52")

    carrier.says(carrier.settles(MessageKind.OBJECTION, "0", "0.30", in_reply_to=ours.message_id))

    assert owed(session) == DECLARED
    assert service.book_unsettled(session) == []


def they_propose(carrier: Carrier, incoming: str, outgoing: str) -> str:
    """Their proposal, told from our side; its id."""
    kept = carrier.settles(MessageKind.PROPOSAL, outgoing, incoming)
    number = f"ATL/{carrier.sequence + 1}"
    assert carrier.says(kept).verdict == "accepted"
    return number


def test_an_acceptance_that_they_refuse_is_taken_back_by_an_entry(
    session: TenantSession, carrier: Carrier
) -> None:
    """We accept 10.30 and 2.50; our message does not get through, so nothing is agreed."""
    they_propose(carrier, "10.30", "2.50")
    ours = we_say(session, MessageKind.ACCEPTANCE, "10.30", "2.50")
    assert owed(session) == {"carrier_receivable": "10.30 XDR", "carrier_payable": "-2.50 XDR"}
    entries = [each.entry for each in ledger.journal(session)]

    assert carrier.refuses(ours) == "accepted"

    assert owed(session) == DECLARED
    journal = [each.entry for each in ledger.journal(session)]
    assert journal[: len(entries)] == entries and len(journal) == len(entries) + 2
    assert service.book_unsettled(session) == []
    assert verify(session) == []


def test_what_is_accepted_again_is_booked_again(session: TenantSession, carrier: Carrier) -> None:
    they_propose(carrier, "10.30", "2.50")
    for _ in range(2):
        carrier.refuses(we_say(session, MessageKind.ACCEPTANCE, "10.30", "2.50"))
        assert owed(session) == DECLARED

    we_say(session, MessageKind.ACCEPTANCE, "10.30", "2.50")

    assert owed(session) == {"carrier_receivable": "10.30 XDR", "carrier_payable": "-2.50 XDR"}
    assert verify(session) == []


def test_what_was_compared_while_we_had_agreed_counts_once_they_refuse(
    session: TenantSession, carrier: Carrier
) -> None:
    """R53: 10.04 is within 0.5 % of 10.00, so 0.04 are posted; compared anew, 0.02 less."""
    exchange = carrier.exchange
    they_propose(carrier, "10.30", "2.52")
    ours = we_say(session, MessageKind.ACCEPTANCE, "10.30", "2.52")
    compared = their_answer(session, exchange.ours, dearer("0.02"))
    reconciling.answer(session, exchange.carrier_id, compared)
    assert owed(session)["carrier_receivable"] == "10.30 XDR"

    carrier.refuses(ours)

    assert owed(session)["carrier_receivable"] == "10.04 XDR"
    assert reconciling.book_unsettled(session) == []
    later = their_answer(session, exchange.ours, dearer("0.01"), number="ATL-8")
    reconciling.answer(session, exchange.carrier_id, later)
    assert owed(session)["carrier_receivable"] == "10.02 XDR"
    assert verify(session) == []


def test_silence_agrees_to_what_they_refused_to_hear_us_accept(
    session: TenantSession, carrier: Carrier
) -> None:
    they_propose(carrier, "10.30", "2.52")
    carrier.refuses(we_say(session, MessageKind.ACCEPTANCE, "10.30", "2.52"))
    periods.open_period(session, "2026-12")
    clock = session.clock
    assert isinstance(clock, HeldClock)
    clock.move_to(clock.now() + dt.timedelta(days=31))

    service.book_unsettled(session)

    assert owed(session)["carrier_receivable"] == "10.30 XDR"
    assert service.book_unsettled(session) == []
    assert verify(session) == []


def test_a_refused_replacement_leaves_what_was_agreed_before(
    session: TenantSession, carrier: Carrier
) -> None:
    first = we_say(session, MessageKind.PROPOSAL, "10.30", "2.52")
    accepted = carrier.settles(
        MessageKind.ACCEPTANCE, "2.52", "10.30", in_reply_to=first.message_id
    )
    carrier.says(accepted)
    carrier.says(
        message_xml(
            Message(
                MessageKind.PROPOSAL, carrier.header(), replaces=first.message_id,
                settled=(
                    Settled("incoming", Decimal("2.52"), Decimal("2.52")),
                    Settled("outgoing", Decimal("9.80"), Decimal("10.30")),
                ),
            )
        )
    )  # fmt: skip
    ours = we_say(session, MessageKind.ACCEPTANCE, "9.80", "2.52")
    assert owed(session)["carrier_receivable"] == "9.80 XDR"

    carrier.refuses(ours)

    assert owed(session)["carrier_receivable"] == "10.30 XDR"
    assert verify(session) == []


def test_what_later_messages_build_on_is_refused_no_more(
    session: TenantSession, carrier: Carrier
) -> None:
    ours = we_say(session, MessageKind.PROPOSAL, "10.30", "2.52")
    carrier.says(
        carrier.settles(MessageKind.ACCEPTANCE, "2.52", "10.30", in_reply_to=ours.message_id)
    )

    assert carrier.refuses(ours) == "refused"

    last = keeping.messages(session)[-1]
    assert [each.code for each in last.reasons] == ["too-late"]
    assert owed(session)["carrier_receivable"] == "10.30 XDR"
