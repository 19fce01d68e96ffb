"""Disputes hold an amount, never a document; nobody disputes more than there is, or another's."""

import datetime as dt
from dataclasses import replace

import pytest

from currencies.money import money, shown
from i18n.errors import DomainError
from settlement.disputes import service
from settlement.disputes.dispute import Consequence, Dispute, Reason, Side, Status
from settlement.insight.service import verify
from settlement.insight.work_list import service as work_list
from settlement.interconnect import service as interconnect
from settlement.interconnect.reconciling import service as reconciling
from settlement.periods import service as periods
from statements import service as statements
from statements.document import Kind
from statements.filing import Filed, Filing
from statements.service import NoSuchDocument
from tenants.principal import Principal, Role
from tenants.session import TenantSession
from tests.settlement.interconnect.exchange import an_exchange, their_answer
from tests.settlement.parties.builders import a_registered_party
from tests.statements.builders import a_line, an_invoice

RATE = Reason.RATE


@pytest.fixture
def statement(session: TenantSession) -> Filed:
    """An issued document of 100.00 + 23.00 VAT in two lines, L1 60.00 and L2 40.00 net."""
    statements.open_series(session, Kind.INVOICE, "FV/{number}")
    statements.open_series(session, Kind.CREDIT_NOTE, "KOR/{number}")
    party = a_registered_party(session)
    lines = [a_line("60.00", "L1"), a_line("40.00", "L2")]
    draft = an_invoice(lines, number="", issued_on=None)
    return statements.issue(session, draft, Filing(party.id, "test"), session.now().date())


def a_dispute(session: TenantSession, statement: Filed, amount: str, line: str = "") -> Dispute:
    return service.raise_dispute(
        session, document_id=statement.id, disputed=money(amount), reason=RATE, document_line=line
    )


def as_party(session: TenantSession, statement: Filed, *, own: bool = True) -> None:
    """Go on as a user of the party of the document, or of another one."""
    party_id = statement.filing.party_id if own else session.ids.new()
    session.principal = Principal("portal", Role.PARTNER_USER, party_id=party_id)


def test_an_open_dispute_holds_its_amount_and_no_more(
    session: TenantSession, statement: Filed
) -> None:
    assert shown(service.disputed_amount(session, statement.id)) == "0.00 PLN"

    a_dispute(session, statement, "20.00 PLN", "L1")
    a_dispute(session, statement, "5.00 PLN")

    assert shown(service.disputed_amount(session, statement.id)) == "25.00 PLN"
    assert service.disputed_amounts(session, [statement.id, session.ids.new()]) == {
        statement.id: money("25.00 PLN")
    }


@pytest.mark.parametrize(
    ("end", "held", "consequence"),
    [
        ("withdraw", "0.00 PLN", Consequence.STANDS),
        ("reject", "0.00 PLN", Consequence.STANDS),
        ("accept", "20.00 PLN", Consequence.CREDIT),
    ],
)
def test_how_a_dispute_ends_says_what_follows(
    session: TenantSession, statement: Filed, end: str, held: str, consequence: Consequence
) -> None:
    raised = a_dispute(session, statement, "20.00 PLN")

    if end == "withdraw":
        ended = service.withdraw(session, raised.id)
    else:
        ended = service.settle(session, raised.id, is_accepted=end == "accept")

    assert ended.consequence is consequence
    assert ended.settled_at == session.now()
    assert shown(service.disputed_amount(session, statement.id)) == held
    with pytest.raises(DomainError, match="cannot become withdrawn"):
        service.withdraw(session, raised.id)


def test_the_credit_of_an_accepted_dispute_ends_the_hold(
    session: TenantSession, statement: Filed
) -> None:
    raised = a_dispute(session, statement, "20.00 PLN", "L1")
    with pytest.raises(service.NothingToCredit, match="is open"):
        service.credited(session, raised.id, statement.id)
    service.settle(session, raised.id, is_accepted=True)
    today = session.now().date()
    note = statements.issue_credit(
        session, statement.id, {"L1": money("16.26 PLN")}, "credit:L1", today
    )

    with pytest.raises(service.NotItsCredit):
        service.credited(session, raised.id, statement.id)
    done = service.credited(session, raised.id, note.id)

    assert done.consequence is Consequence.DONE
    assert shown(service.disputed_amount(session, statement.id)) == "0.00 PLN"
    with pytest.raises(service.NothingToCredit):
        service.credited(session, raised.id, note.id)


@pytest.mark.parametrize(
    ("amount", "line", "code"),
    [
        # L1 is 60.00 and 23 % VAT: 73.80. The document is 123.00.
        ("73.81 PLN", "L1", "more-than-disputable"),
        ("123.01 PLN", "", "more-than-disputable"),
        ("1.00 EUR", "", "disputed-in-another-currency"),
        ("0.00 PLN", "", "nothing-disputed"),
        ("1.001 PLN", "", "not-payable"),
        ("1.00 PLN", "L9", "no-such-document-line"),
    ],
)
def test_nobody_disputes_what_is_not_there(
    session: TenantSession, statement: Filed, amount: str, line: str, code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        a_dispute(session, statement, amount, line)

    assert refused.value.code == code


def test_parts_disputed_already_count(session: TenantSession, statement: Filed) -> None:
    a_dispute(session, statement, "73.80 PLN", "L1")
    a_dispute(session, statement, "49.20 PLN", "L2")

    with pytest.raises(DomainError, match="0.00 PLN of FV/1 is left"):
        a_dispute(session, statement, "0.01 PLN")


def test_a_withdrawn_part_may_be_disputed_again(session: TenantSession, statement: Filed) -> None:
    raised = a_dispute(session, statement, "123.00 PLN")
    service.withdraw(session, raised.id)

    assert a_dispute(session, statement, "123.00 PLN").status is Status.OPEN


def test_a_party_disputes_its_own_document_as_the_other_side(
    session: TenantSession, statement: Filed
) -> None:
    ours = a_dispute(session, statement, "1.00 PLN")
    as_party(session, statement)

    theirs = a_dispute(session, statement, "2.00 PLN")

    assert theirs.raised_by is Side.THEM
    assert {each.id for each in service.disputes(session)} == {ours.id, theirs.id}
    assert service.withdraw(session, theirs.id).status is Status.WITHDRAWN
    with pytest.raises(service.NotYours):
        service.withdraw(session, ours.id)


def test_the_document_and_the_dispute_of_another_are_not_there(
    session: TenantSession, statement: Filed
) -> None:
    raised = a_dispute(session, statement, "1.00 PLN")
    as_party(session, statement, own=False)

    with pytest.raises(NoSuchDocument):
        a_dispute(session, statement, "2.00 PLN")
    with pytest.raises(service.NoSuchDispute):
        service.dispute(session, raised.id)
    assert service.disputes(session) == []


def test_a_difference_with_a_carrier_is_disputed_on_our_declaration(
    session: TenantSession,
) -> None:
    exchange = an_exchange(session)
    answer = their_answer(
        session, exchange.ours, lambda each: None if each.destination == "Iceland" else each
    )
    theirs = interconnect.receive(session, exchange.carrier_id, answer)
    found = reconciling.reconcile(session, exchange.ours.id, theirs.id)
    (missing,) = [
        number
        for number, line in enumerate(found.comparison.lines, 1)
        if line.key.destination == "Iceland"
    ]

    raised = service.dispute_difference(
        session, reconciliation_id=found.id, line=missing, reason=Reason.TRAFFIC_MISSING
    )

    # They lack 1.016667 XDR; a fraction of a cent can be disputed too.
    assert (shown(raised.disputed), raised.document_line) == ("1.02 XDR", "outgoing")
    assert raised.document_id == exchange.ours.document_id
    assert shown(service.disputed_amount(session, raised.document_id)) == "1.02 XDR"
    assert [str(finding) for finding in verify(session)] == []
    with pytest.raises(reconciling.NoSuchReconciliationLine, match="lines 1 to 4"):
        service.dispute_difference(session, reconciliation_id=found.id, line=5, reason=Reason.OTHER)


@pytest.mark.parametrize(("day", "late"), [("2026-12-02", None), ("2026-12-03", 2)])
def test_disputes_overdue_for_an_answer_stand_on_the_work_list(
    session: TenantSession,
    statement: Filed,
    monkeypatch: pytest.MonkeyPatch,
    day: str,
    late: int | None,
) -> None:
    # Opened on 2 November: thirty days later, 2 December, is the last day for an answer.
    first, second, ended = [a_dispute(session, statement, "1.00 PLN") for _ in range(3)]
    service.settle(session, ended.id, is_accepted=False)
    monkeypatch.setattr(periods, "today", lambda _session: dt.date.fromisoformat(day))

    assert work_list.late_disputes(session) == (
        None if late is None else (late, dt.date(2026, 12, 2))
    )
    assert {each.id for each in service.overdue(session)} == (
        set() if late is None else {first.id, second.id}
    )


@pytest.mark.parametrize(("days_ago", "is_overdue"), [(30, False), (31, True)])
def test_a_dispute_is_overdue_from_the_day_after_its_last(
    session: TenantSession, statement: Filed, days_ago: int, is_overdue: bool
) -> None:
    raised = a_dispute(session, statement, "1.00 PLN")
    opened = replace(raised, opened_at=raised.opened_at - dt.timedelta(days=days_ago))
    assert service.is_overdue(session, opened) is is_overdue
    ended = replace(opened, status=Status.REJECTED)
    assert not service.is_overdue(session, ended)
