"""An invoice in instalments: agreed once, paid in order, reminded of and charged by their days."""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from uuid import UUID

import pytest

from currencies.money import money, shown
from i18n.errors import DomainError
from settlement.account_statements import service as account_statements
from settlement.billing import service as billing
from settlement.billing.changing import service as changing
from settlement.disputes import service as disputes
from settlement.disputes.dispute import Reason, Side
from settlement.insight.service import verify
from settlement.parties import service as parties
from settlement.periods import service as periods
from settlement.receipts import service as receipts
from settlement.receipts.instalments import service
from settlement.receipts.instalments.plan import (
    DisputedForInstalments,
    Instalment,
    InstalmentsAgreedAlready,
    InstalmentsDoNotTie,
    NoSuchPlan,
    NothingOpenForInstalments,
    PlanIsOver,
    PlanWithoutReason,
)
from settlement.receipts.interest import service as interest
from settlement.receipts.reminding import service as reminding
from settlement.receipts.writing_off import service as writing_off
from settlement.receipts.writing_off.write_off import WrittenOffBeyondOpen
from statements import service as statements
from statements.account_statement import check_account
from statements.document import Kind
from statements.service import NoSuchDocument
from tenants.session import TenantSession
from tests.settlement.billing.builders import a_customer, charged, october, policies

GoTo = Callable[[str], dt.date]
Invoice = tuple[UUID, GoTo]


@pytest.fixture
def invoice(session: TenantSession) -> Iterator[Invoice]:
    """An invoice of 2 November over 123.00, due on the 16th, and the way to a day."""
    where = october(session)
    for kind in (Kind.REMINDER, Kind.INTEREST_NOTE, Kind.ADJUSTING_CREDIT):
        statements.open_series(session, kind, f"{kind.value}/{{number}}")
    charged(session, where, a_customer(session), "100.00")
    periods.close(session, "2026-10")
    [issued] = billing.bill_period(session, "2026-10").issued
    assert issued.due_on == dt.date(2026, 11, 16)
    for code in ("2026-11", "2026-12", "2027-01", "2027-02"):
        periods.open_period(session, code)
    began, today = session.now(), periods.today(session)

    def go_to(day: str) -> dt.date:
        on = dt.date.fromisoformat(day)
        session.clock.move_to(began + (on - today))
        return on

    yield issued.id, go_to
    session.clock.move_to(began)


def agreed(session: TenantSession, invoice_id: UUID, *parts: str) -> service.PlanStanding:
    """A plan of parts like `2026-12-01 41.00`."""
    named = [part.split() for part in parts]
    wanted = [Instalment(dt.date.fromisoformat(on), money(much, "PLN")) for on, much in named]
    return service.agree(session, invoice_id, wanted, "asked for by letter")


def in_three(session: TenantSession, invoice_id: UUID) -> service.PlanStanding:
    return agreed(session, invoice_id, "2026-12-01 41.00", "2027-01-01 41.00", "2027-02-01 41.00")


def open_parts(session: TenantSession) -> list[tuple[str, str]]:
    found = receipts.open_invoices(session, "C-1", "PLN")
    return [(each.due_on.isoformat(), shown(each.open)) for each in found]


def paid(session: TenantSession, reference: str, amount: str) -> UUID:
    return receipts.receive(
        session, "C-1", reference, money(amount, "PLN"), periods.today(session)
    ).id


def test_what_is_proposed_is_equal_months_apart_and_keeps_nothing(
    session: TenantSession, invoice: Invoice
) -> None:
    invoice_id, _go_to = invoice

    found = service.propose(session, invoice_id, 4)

    assert [(each.due_on.isoformat(), shown(each.amount)) for each in found.instalments] == [
        ("2026-12-02", "30.75 PLN"),
        ("2027-01-02", "30.75 PLN"),
        ("2027-02-02", "30.75 PLN"),
        ("2027-03-02", "30.75 PLN"),
    ]
    assert service.plans(session) == []
    policies(session, '{"instalment_months": "3"}')
    again = service.propose(session, invoice_id, 2)
    assert [each.due_on.isoformat() for each in again.instalments] == ["2027-02-02", "2027-05-02"]


def test_instalments_are_what_is_open_and_payments_fill_them_in_order(
    session: TenantSession, invoice: Invoice
) -> None:
    invoice_id, go_to = invoice
    paid(session, "W/1", "23.00")
    agreed(session, invoice_id, "2026-12-01 60.00", "2027-01-01 40.00")
    assert open_parts(session) == [("2026-12-01", "60.00 PLN"), ("2027-01-01", "40.00 PLN")]

    go_to("2026-11-20")
    receipt = paid(session, "W/2", "70.00")

    assert open_parts(session) == [("2027-01-01", "30.00 PLN")]
    assert [shown(each.amount) for each in receipts.receipt(session, receipt).paid] == ["70.00 PLN"]
    [found] = service.plans(session, invoice_id)
    assert [(shown(each.paid), shown(each.open)) for each in found.instalments] == [
        ("60.00 PLN", "0.00 PLN"),
        ("10.00 PLN", "30.00 PLN"),
    ]
    assert (found.status, found.next_due_on) == ("agreed", dt.date(2027, 1, 1))
    # The receipt bounces, and the instalments are open again.
    receipts.bounce(session, receipt, dt.date(2026, 11, 20))
    assert open_parts(session) == [("2026-12-01", "60.00 PLN"), ("2027-01-01", "40.00 PLN")]
    paid(session, "W/3", "100.00")
    [found] = service.plans(session, invoice_id)
    assert (found.status, open_parts(session)) == ("paid", [])
    assert verify(session) == []


def test_a_credit_and_what_is_given_up_lower_the_last_instalments(
    session: TenantSession, invoice: Invoice
) -> None:
    invoice_id, go_to = invoice
    in_three(session, invoice_id)
    go_to("2026-11-20")

    changing.adjust_invoice(session, invoice_id, {"1": money("-40.00 PLN")}, "agreed")
    writing_off.write_off(session, invoice_id, money("3.00 PLN"), "not worth a letter")

    # 49.20 with tax and 3.00 are taken from the end: 41.00 and 11.20.
    assert open_parts(session) == [("2026-12-01", "41.00 PLN"), ("2027-01-01", "29.80 PLN")]
    with pytest.raises(WrittenOffBeyondOpen):
        writing_off.write_off(session, invoice_id, money("70.81 PLN"), "gone")
    writing_off.write_off(session, invoice_id, money("70.80 PLN"), "gone")
    assert open_parts(session) == []


def test_a_plan_is_withdrawn_with_a_reason_and_another_agreed(
    session: TenantSession, invoice: Invoice
) -> None:
    invoice_id, _go_to = invoice
    plan = in_three(session, invoice_id).plan

    with pytest.raises(PlanWithoutReason):
        service.withdraw(session, plan.id, " ")
    found = service.withdraw(session, plan.id, " the customer pays at once ")

    assert found.status == "withdrawn"
    assert found.plan.end is not None
    assert (found.plan.end.reason, found.plan.end.recorded_by) == (
        "the customer pays at once",
        session.principal.name,
    )
    assert open_parts(session) == [("2026-11-16", "123.00 PLN")]
    with pytest.raises(PlanIsOver):
        service.withdraw(session, plan.id, "again")
    with pytest.raises(NoSuchPlan):
        service.withdraw(session, UUID(int=1), "nobody")
    agreed(session, invoice_id, "2026-12-01 61.50", "2027-01-01 61.50")
    assert [each.status for each in service.plans(session)] == ["agreed", "withdrawn"]
    assert open_parts(session) == [("2026-12-01", "61.50 PLN"), ("2027-01-01", "61.50 PLN")]


def test_instalments_are_refused_where_there_is_nothing_certain_to_agree_on(
    session: TenantSession, invoice: Invoice
) -> None:
    invoice_id, _go_to = invoice

    def refused(error: type[DomainError], *parts: str) -> None:
        with pytest.raises(error):
            agreed(session, invoice_id, *(parts or ("2026-12-01 61.50", "2027-01-01 61.50")))

    refused(InstalmentsDoNotTie, "2026-12-01 61.50", "2027-01-01 61.49")
    with pytest.raises(PlanWithoutReason):
        service.agree(session, invoice_id, [], " ")
    with pytest.raises(NoSuchDocument):
        service.propose(session, UUID(int=1), 2)
    doubt = disputes.raise_dispute(
        session,
        document_id=invoice_id,
        reason=Reason.VOLUME,
        disputed=money("10.00 PLN"),
        narrative="not ours",
        raised_by=Side.THEM,
    )
    refused(DisputedForInstalments)
    disputes.withdraw(session, doubt.id)
    agreed(session, invoice_id, "2026-12-01 61.50", "2027-01-01 61.50")
    refused(InstalmentsAgreedAlready)
    paid(session, "W/1", "123.00")
    refused(NothingOpenForInstalments)


def test_reminders_go_by_the_days_of_the_instalments(
    session: TenantSession, invoice: Invoice
) -> None:
    invoice_id, go_to = invoice
    policies(session, '{"reminder_days": "7, 21"}')
    in_three(session, invoice_id)

    # The invoice itself has been due for weeks.
    go_to("2026-12-07")
    assert reminding.due(session) == []
    go_to("2026-12-08")
    [letter] = reminding.issue(session).issued
    assert shown(letter.gross) == "41.00 PLN"
    said = statements.content(session, letter.id)
    assert [(item.due_on.isoformat(), shown(item.amount)) for item in said.items] == [
        ("2026-12-01", "41.00 PLN")
    ]
    assert [(item.instalment, item.instalments) for item in said.items] == [(1, 3)]
    assert reminding.issue(session).issued == ()

    # The first was reminded once; the second one begins with its own first reminder.
    go_to("2026-12-22")
    assert [each.level for each in reminding.due(session)] == [2]
    paid(session, "W/1", "41.00")
    go_to("2027-01-08")
    [due] = reminding.due(session)
    assert (due.level, shown(due.amount)) == (1, "41.00 PLN")
    [letter] = reminding.issue(session).issued
    assert reminding.due(session) == []

    # Without the plan the invoice is due by itself, and was never reminded of.
    service.withdraw(session, service.plans(session)[0].plan.id, "not kept")
    [due] = reminding.due(session)
    assert (due.level, shown(due.amount)) == (1, "82.00 PLN")
    assert verify(session) == []


def test_interest_is_due_after_the_days_of_the_instalments(
    session: TenantSession, invoice: Invoice
) -> None:
    invoice_id, go_to = invoice
    interest.set_rate(session, "PL", dt.date(2026, 1, 1), Decimal("0.1"))
    # Agreed four days late: those four bear interest on 123.00.
    go_to("2026-11-20")
    plan = in_three(session, invoice_id).plan

    def bearing(day: str) -> list[tuple[str, int, str]]:
        found = interest.late(session, "C-1", "PLN", go_to(day))
        return [
            (each.starts_on.isoformat(), each.days, shown(each.principal))
            for late in found
            for each in late.stretches
        ]

    late = ("2026-11-17", 4, "123.00 PLN")
    assert bearing("2026-12-01") == [late]
    assert bearing("2026-12-11") == [late, ("2026-12-02", 10, "41.00 PLN")]
    # Withdrawn on the 11th: from the next day on all of it is late.
    service.withdraw(session, plan.id, "not kept")
    assert bearing("2026-12-16") == [
        late,
        ("2026-12-02", 10, "41.00 PLN"),
        ("2026-12-12", 5, "123.00 PLN"),
    ]


def test_interest_on_the_first_instalment_is_not_lowered_by_a_credit_of_the_last(
    session: TenantSession, invoice: Invoice
) -> None:
    invoice_id, go_to = invoice
    interest.set_rate(session, "PL", dt.date(2026, 1, 1), Decimal("0.1"))
    agreed(session, invoice_id, "2026-12-01 61.50", "2027-01-01 61.50")
    go_to("2026-11-10")
    changing.adjust_invoice(session, invoice_id, {"1": money("-40.00 PLN")}, "agreed")

    [late] = interest.late(session, "C-1", "PLN", go_to("2027-01-11"))

    assert [(each.days, shown(each.principal)) for each in late.stretches] == [
        (31, "61.50 PLN"),
        (10, "73.80 PLN"),
    ]


def test_a_plan_falls_away_only_where_the_policy_says_so(
    session: TenantSession, invoice: Invoice
) -> None:
    invoice_id, go_to = invoice
    in_three(session, invoice_id)
    go_to("2027-01-20")
    assert service.drop_missed(session) == []

    policies(session, '{"missed_instalment": "14"}')
    go_to("2026-12-15")
    assert service.drop_missed(session) == []
    on = go_to("2026-12-16")
    [found] = service.drop_missed(session)

    assert found.status == "fell_away"
    assert found.plan.end is not None
    assert found.plan.end.ended_on == on
    assert found.plan.end.reason.startswith("Raty 1, płatnej ")
    assert service.drop_missed(session) == []
    assert open_parts(session) == [("2026-11-16", "123.00 PLN")]


def test_the_statement_of_account_names_each_instalment(
    session: TenantSession, invoice: Invoice
) -> None:
    invoice_id, go_to = invoice
    party_id = parties.party_by_code(session, "C-1").id
    go_to("2026-11-10")
    in_three(session, invoice_id)
    go_to("2026-11-20")
    paid(session, "W/1", "50.00")
    go_to("2026-12-01")

    def items(until: dt.date) -> list[tuple[str, str, int, int]]:
        found = account_statements.account(session, party_id, "PLN", dt.date(2026, 11, 1), until)
        check_account(found)
        return [
            (each.due_on.isoformat(), shown(each.open), each.instalment, each.instalments)
            for each in found.open_items or ()
        ]

    assert items(dt.date(2026, 11, 10)) == [("2026-11-16", "123.00 PLN", 0, 0)]
    assert items(dt.date(2026, 11, 11)) == [
        ("2026-12-01", "41.00 PLN", 1, 3),
        ("2027-01-01", "41.00 PLN", 2, 3),
        ("2027-02-01", "41.00 PLN", 3, 3),
    ]
    assert items(dt.date(2026, 12, 1)) == [
        ("2027-01-01", "32.00 PLN", 2, 3),
        ("2027-02-01", "41.00 PLN", 3, 3),
    ]
    assert receipts.open_of_all(session) == [
        (dt.date(2027, 1, 1), money("32.00 PLN")),
        (dt.date(2027, 2, 1), money("41.00 PLN")),
    ]


def test_what_bounced_from_before_the_plan_is_no_instalment_on_the_statement_of_account(
    session: TenantSession, invoice: Invoice
) -> None:
    invoice_id, go_to = invoice
    party_id = parties.party_by_code(session, "C-1").id
    go_to("2026-11-05")
    early = paid(session, "W/1", "23.00")
    go_to("2026-11-10")
    agreed(session, invoice_id, "2026-12-01 50.00", "2027-01-01 50.00")
    bounced_on = go_to("2026-11-20")
    receipts.bounce(session, early, bounced_on)

    days = dt.date(2026, 11, 1), go_to("2026-11-21")
    found = account_statements.account(session, party_id, "PLN", *days)

    check_account(found)
    assert [
        (each.due_on.isoformat(), shown(each.open), each.instalment, each.instalments)
        for each in found.open_items or ()
    ] == [
        ("2026-11-16", "23.00 PLN", 0, 0),
        ("2026-12-01", "50.00 PLN", 1, 2),
        ("2027-01-01", "50.00 PLN", 2, 2),
    ]
