"""A value is proposed, countered and accepted; it is credited or booked, and the rest is free."""

from dataclasses import replace
from decimal import Decimal

import pytest

from currencies.money import money, shown
from settlement.disputes import service as disputes
from settlement.disputes.claims import service as claims
from settlement.disputes.dispute import Consequence, Reason, Side, Status
from settlement.disputes.objections import service as objections
from settlement.disputes.service import CreditOfAnotherValue, Said
from settlement.disputes.values import service
from settlement.insight.service import verify
from settlement.interconnect import service as interconnect
from settlement.interconnect.reconciling import service as reconciling
from settlement.interconnect.supplier_invoices import service as supplier_invoices
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.periods import service as periods
from statements import service as statements
from statements.declaration import Bucket
from statements.document import Kind
from statements.exchange.message import MessageKind, Settled
from statements.filing import Filing
from tenants.principal import Principal, Role
from tenants.session import TenantSession
from tests.settlement.interconnect.exchange import (
    Exchange,
    an_exchange,
    rated_traffic,
    their_answer,
)
from tests.settlement.interconnect.exchanging.carrier import Carrier
from tests.settlement.interconnect.supplier_invoices.test_service import HEAD, PLAIN, TABLE
from tests.settlement.parties.builders import a_registered_party
from tests.statements.builders import a_line, an_invoice


def owed(session: TenantSession, account: Account) -> str:
    (only,) = ledger.balances(session, account)
    return shown(only.amount)


def test_a_difference_settled_at_a_value_is_booked_with_it(session: TenantSession) -> None:
    """They lack calls to Iceland: they would take 1.02 less. We give way by 0.40 of it."""
    exchange = an_exchange(session)
    answer = their_answer(
        session, exchange.ours, lambda each: None if each.destination == "Iceland" else each
    )
    theirs = interconnect.receive(session, exchange.carrier_id, answer)
    found = reconciling.reconcile(session, exchange.ours.id, theirs.id)
    (line,) = [
        number
        for number, each in enumerate(found.comparison.lines, 1)
        if each.key.destination == "Iceland"
    ]
    raised = disputes.dispute_difference(
        session, reconciliation_id=found.id, line=line, reason=Reason.VOLUME, raised_by=Side.THEM
    )
    before = owed(session, Account.CARRIER_PAYABLE)
    staff, portal = (
        session.principal,
        Principal("portal", Role.CARRIER_USER, party_id=exchange.carrier_id),
    )

    service.propose(session, raised.id, money("0.20 XDR"))
    session.principal = portal
    with pytest.raises(service.NothingToAdjust):
        service.adjust(session, raised.id)
    service.propose(session, raised.id, money("0.40 XDR"), "Half of the calls had no answer.")
    session.principal = staff
    settled = service.accept(session, raised.id, 2)

    assert (settled.status, settled.consequence) == (Status.ACCEPTED, Consequence.ADJUST)
    assert shown(disputes.disputed_amount(session, raised.document_id)) == "0.40 XDR"
    done = service.adjust(session, raised.id)
    assert done.consequence is Consequence.DONE
    assert shown(disputes.disputed_amount(session, raised.document_id)) == "0.00 XDR"
    # Owed was 2.52 XDR; what we owe stands in credit.
    assert (before, owed(session, Account.CARRIER_PAYABLE)) == ("-2.52 XDR", "-2.12 XDR")
    assert [str(finding) for finding in verify(session)] == []
    with pytest.raises(service.NothingToAdjust):
        service.adjust(session, raised.id)


def test_what_the_tolerance_booked_too_much_is_taken_back(session: TenantSession) -> None:
    """They say 10.04 to our 10.00; half a percent lets it stand. They get 0.02 of the 0.04."""
    exchange = an_exchange(session)

    def four_more(each: Bucket) -> Bucket:
        is_second = each.day.day == 2
        return replace(each, amount=each.amount + Decimal("0.04")) if is_second else each

    answer = their_answer(session, exchange.ours, four_more)
    theirs = interconnect.receive(session, exchange.carrier_id, answer)
    found = reconciling.reconcile(session, exchange.ours.id, theirs.id)
    (line,) = [n for n, each in enumerate(found.comparison.lines, 1) if each.variance]
    assert owed(session, Account.CARRIER_RECEIVABLE) == "10.04 XDR"
    raised = disputes.dispute_difference(
        session, reconciliation_id=found.id, line=line, reason=Reason.RATE, raised_by=Side.THEM
    )
    service.propose(session, raised.id, money("0.02 XDR"))
    service.accept(session, raised.id, 1, Side.THEM)

    service.adjust(session, raised.id)

    assert owed(session, Account.CARRIER_RECEIVABLE) == "10.02 XDR"


def agreed_at(session: TenantSession, exchange: Exchange, incoming: str) -> None:
    """Both sides agree, in the exchange, on what they pay us; on what we pay as declared."""
    carrier = Carrier(session, exchange)
    carrier.counts()
    carrier.says(carrier.totals())
    amounts = [Settled("incoming", Decimal(incoming)), Settled("outgoing", Decimal("2.52"))]
    ours = objections.settle(session, "IC-atlantic", "2026-10", MessageKind.PROPOSAL, amounts)
    accepted = carrier.settles(
        MessageKind.ACCEPTANCE, "2.52", incoming, in_reply_to=ours.message_id
    )
    assert carrier.says(accepted).verdict == "accepted"


@pytest.mark.parametrize(
    ("agreed", "first", "second", "owed_after"),
    [
        # They say 0.20 and 0.10 more. Agreed is all of it: what they do not get is taken back.
        ("10.30", "0.05", "0.10", ("10.15 XDR", "10.15 XDR")),
        # Agreed is the first part only: the second is not in the book.
        ("10.20", "0.05", "0.10", ("10.05 XDR", "10.15 XDR")),
    ],
)
def test_what_an_exchange_agreed_is_not_booked_again(
    session: TenantSession, agreed: str, first: str, second: str, owed_after: tuple[str, str]
) -> None:
    exchange = an_exchange(session)
    more = {1: Decimal("0.20"), 2: Decimal("0.10")}

    def dearer(each: Bucket) -> Bucket:
        is_ours = each.destination == "Poland"
        return (
            replace(each, amount=each.amount + more[each.day.day], rate=None) if is_ours else each
        )

    theirs = interconnect.receive(
        session, exchange.carrier_id, their_answer(session, exchange.ours, dearer)
    )
    found = reconciling.reconcile(session, exchange.ours.id, theirs.id)
    lines = [n for n, each in enumerate(found.comparison.lines, 1) if each.variance]
    raised = [
        disputes.dispute_difference(
            session, reconciliation_id=found.id, line=n, reason=Reason.RATE, raised_by=Side.THEM
        )
        for n in lines
    ]
    agreed_at(session, exchange, agreed)

    after = []
    for each, value in zip(raised, (first, second), strict=True):
        service.propose(session, each.id, money(f"{value} XDR"))
        service.accept(session, each.id, 1, Side.THEM)
        service.adjust(session, each.id)
        after.append(owed(session, Account.CARRIER_RECEIVABLE))

    assert tuple(after) == owed_after
    assert [str(finding) for finding in verify(session)] == []


def test_an_invoice_line_settled_at_a_value_is_booked_with_the_rest(
    session: TenantSession,
) -> None:
    """They ask 0.11 too much, we get 0.06 of it: 0.05 more is payable."""
    carrier_id, _ = rated_traffic(session)
    periods.close(session, "2026-10")
    periods.open_period(session, "2026-11")
    invoice = supplier_invoices.take_in(session, carrier_id, TABLE, PLAIN, HEAD)
    raised = claims.dispute_invoice_line(session, invoice.id, 1, Said(Reason.RATE))
    service.propose(session, raised.id, money("0.06 XDR"))
    service.accept(session, raised.id, 1, Side.THEM)

    service.adjust(session, raised.id)

    assert owed(session, Account.CARRIER_PAYABLE) == "-0.05 XDR"


def test_an_invoice_settled_at_a_value_is_credited_with_it(session: TenantSession) -> None:
    """Of 60.00 + 23 % VAT they dispute 73.80 and get 12.30: 10.00 net."""
    statements.open_series(session, Kind.INVOICE, "FV/{number}")
    statements.open_series(session, Kind.CREDIT_NOTE, "KOR/{number}")
    periods.open_period(session, f"{session.now():%Y-%m}")
    party = a_registered_party(session)
    draft = an_invoice([a_line("60.00", "L1")], number="", issued_on=None)
    filed = statements.issue(session, draft, Filing(party.id, "test"), session.now().date())
    raised = disputes.raise_dispute(
        session, document_id=filed.id, disputed=money("73.80 PLN"), reason=Reason.RATE,
        document_line="L1", raised_by=Side.THEM,
    )  # fmt: skip
    service.propose(session, raised.id, money("12.30 PLN"))
    service.accept(session, raised.id, 1, Side.THEM)
    today = session.now().date()
    other = statements.issue_credit(session, filed.id, {"L1": money("1.00 PLN")}, "other", today)
    with pytest.raises(CreditOfAnotherValue, match=r"credits 1\.23 PLN, .* settled at 12\.30 PLN"):
        disputes.credited(session, raised.id, other.id)

    done = service.credit(session, raised.id)

    assert done.consequence is Consequence.DONE and done.credit_id is not None
    note = statements.document(session, done.credit_id)
    assert shown(abs(note.gross)) == "12.30 PLN"
    assert shown(disputes.disputed_amount(session, filed.id)) == "0.00 PLN"
