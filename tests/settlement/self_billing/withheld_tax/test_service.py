"""Tax withheld is given back by credits and certified by year, tied to the book (R89)."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from uuid import UUID

import pytest

from currencies.fx_rate import FxRate
from currencies.money import money, shown
from currencies.service import load_rates
from settlement.disputes import service as disputes
from settlement.disputes.dispute import Reason, Side
from settlement.insight.service import verify
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.ledger.entry import Entry, credit, debit
from settlement.periods import service as periods
from settlement.self_billing import service as self_billing
from settlement.self_billing.withheld_tax import jobs, service
from settlement.taxation.withholding import service as withholding
from statements import service as statements
from statements.document import Kind
from statements.filing import CSV, JSON, PDF
from statements.withholding_certificate import WithholdingCertificate, by_rate, local_sums
from tenants.session import TenantSession
from tests.settlement.books import a_rating_run
from tests.settlement.self_billing.test_service import (
    AMERICAN,
    a_partner,
    balances,
    document_of,
    october,
    shared,
)

USD = {"currency": "USD", "earned_in": "USD", "steps": []}
YEAR = dt.date(2026, 1, 1)


@pytest.fixture
def partner(session: TenantSession) -> Iterator[UUID]:
    """20 % is withheld of 63.00 USD for October; then it is December, and 5 % by a treaty."""
    began = session.now()
    where = october(session)
    found = a_partner(session, **AMERICAN)
    withholding.enter_rate(session, "US", Decimal("0.20"), YEAR, Decimal("0.05"))
    shared(session, where, found, **USD)
    periods.close(session, "2026-10")
    self_billing.issue_statements(session, "2026-10")
    withholding.enter_certificate(session, found, "6166", dt.date(2026, 12, 1), dt.date(2028, 1, 1))
    go_to(session, dt.date(2026, 12, 1))
    yield found
    session.clock.move_to(began)


def rates_of_november(session: TenantSession) -> None:
    """4.0000 PLN for a dollar on every day but the last, on which it is 3.9000."""
    days = [dt.date(2026, 10, 26) + dt.timedelta(days=place) for place in range(36)]
    load_rates(
        session,
        [
            FxRate(
                "NBP-A",
                "USD",
                "PLN",
                1,
                Decimal("3.9000" if day == days[-1] else "4.0000"),
                day,
                day,
            )
            for day in days
        ],
    )


def go_to(session: TenantSession, day: dt.date) -> None:
    session.clock.move_to(session.now() + (day - periods.today(session)))


def told(session: TenantSession, partner: UUID, code: str, amount: str, **facts: object) -> str:
    """The number of the partner's statement over a month."""
    period = periods.open_period(session, code)
    where = a_rating_run(session, period.id), period.id
    shared(session, where, partner, amount, **(USD | facts))
    periods.close(session, code)
    [issued] = self_billing.issue_statements(session, code).issued
    return issued.number


def document_findings(session: TenantSession) -> list[str]:
    """What is wrong of documents and their entries; the shares here are of no real split."""
    names = ("P3", "P4", "L7 what is issued", "L7 what is booked")
    return [str(each) for each in verify(session) if each.check.startswith(names)]


def test_a_credit_gives_tax_back_at_the_rate_it_was_withheld(session: TenantSession, partner: UUID):
    number = told(session, partner, "2026-11", "-13.00")

    document = document_of(session, number)
    # 20 % of 13.00, though the treaty would now withhold 5 %.
    [back] = document.withholdings
    assert (document.kind, back.rate, shown(back.amount)) == (
        Kind.SELF_BILLED_CREDIT,
        Decimal("0.20"),
        "2.60 USD",
    )
    assert shown(document.totals.to_pay) == "10.40 USD"
    found = balances(session)
    assert found["partner_payable"] == ["-40.00 USD"]
    assert found["withholding_payable"] == ["-10.00 USD"]
    assert document_findings(session) == []


def test_no_more_is_given_back_than_was_withheld_this_year(session: TenantSession, partner: UUID):
    number = told(session, partner, "2026-11", "-100.00")

    [back] = document_of(session, number).withholdings
    assert (shown(back.base), shown(back.amount)) == ("63.00 USD", "12.60 USD")
    assert "withholding_payable" not in balances(session)


def test_tax_is_withheld_from_commissions_too(session: TenantSession, partner: UUID):
    number = told(session, partner, "2026-11", "10.00", cause="commission")

    [held] = document_of(session, number).withholdings
    assert (shown(held.base), shown(held.amount)) == ("10.00 USD", "0.50 USD")


class Working:
    """A run of a job in the session of a test."""

    def __init__(self, session: TenantSession) -> None:
        self.session = session

    @contextmanager
    def transaction(self, _name: str) -> Iterator[TenantSession]:
        yield self.session


def test_a_certificate_says_the_tax_of_a_year_by_rate_as_the_book_does(
    session: TenantSession, partner: UUID
):
    told(session, partner, "2026-11", "10.00")
    rates_of_november(session)
    statements.open_series(session, Kind.WITHHOLDING_CERTIFICATE, "WHT/{year}/{number:03}")
    with pytest.raises(service.WithholdingYearNotOver, match="2027-01-01"):
        service.issue_year(session, 2026)

    go_to(session, dt.date(2027, 1, 1))
    [issued] = service.issue_year(session, 2026).issued

    assert (issued.number, shown(issued.gross)) == ("WHT/2027/001", "13.10 USD")
    assert {file.media_type for file in issued.files} == {PDF, CSV}
    found = statements.content(session, issued.id)
    assert isinstance(found, WithholdingCertificate)
    assert [
        (str(each.rate), shown(each.base), shown(each.withheld)) for each in by_rate(found)
    ] == [
        ("0.05", "10.00 USD", "0.50 USD"),
        ("0.2", "63.00 USD", "12.60 USD"),
    ]
    # 63.00 at 4.0000 and, issued on 1 December, 10.00 at the 3.9000 of the business day before.
    sums = local_sums(found)
    assert sums is not None
    assert [shown(each) for each in sums] == ["291.00 PLN", "52.35 PLN"]
    [owed] = ledger.balances(session, Account.WITHHOLDING_PAYABLE)
    assert shown(owed.amount) == "-13.10 USD"
    assert (
        b'"withheld": {\n   "amount": "13.10"' in statements.download(session, issued.id, JSON)[1]
    )
    again = service.issue_year(session, 2026).issued
    assert [each.id for each in again] == [issued.id]
    told_by_job = jobs.certify_year(Working(session))  # type: ignore[arg-type]
    assert told_by_job == {"year": 2026, "issued": 1, "parked": []}
    assert service.issue_year(session, 2025).issued == ()
    assert document_findings(session) == []
    with pytest.raises(disputes.AccountNotDisputed):
        disputes.raise_dispute(
            session,
            document_id=issued.id,
            disputed=money("1.00 USD"),
            reason=Reason.RATE,
            raised_by=Side.THEM,
        )


def test_without_the_rate_of_its_day_tax_is_not_certified(session: TenantSession, partner: UUID):
    statements.open_series(session, Kind.WITHHOLDING_CERTIFICATE, "WHT/{year}/{number:03}")
    go_to(session, dt.date(2027, 1, 1))

    run = service.issue_year(session, 2026)

    [parked] = run.parked
    assert run.issued == () and "NBP-A" in parked.reason
    rates_of_november(session)
    assert len(service.issue_year(session, 2026).issued) == 1


def test_what_the_book_says_otherwise_is_not_certified(session: TenantSession, partner: UUID):
    statements.open_series(session, Kind.WITHHOLDING_CERTIFICATE, "WHT/{year}/{number:03}")
    due, day = money("0.01 USD"), periods.today(session)
    period = periods.open_period(session, "2026-12").id
    postings = (
        debit(Account.PARTNER_PAYABLE, due, partner),
        credit(Account.WITHHOLDING_PAYABLE, due, partner),
    )
    entry = Entry("document", session.ids.new(), "by hand", period, day, "wrong", postings)
    ledger.post(session, [entry])
    rates_of_november(session)
    go_to(session, dt.date(2027, 1, 1))

    run = service.issue_year(session, 2026)

    [parked] = run.parked
    assert run.issued == () and (parked.party, parked.currency) == ("P-1", "USD")
    assert "12.61 USD" in parked.reason and "12.60 USD" in parked.reason
