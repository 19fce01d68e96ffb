"""Statements: what each partner is owed, explained, in its currency, booked, once."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest

from currencies.fx_rate import FxRate
from currencies.money import shown
from currencies.rounding_ledger import service as rounding_ledger
from currencies.rounding_ledger.posted_fraction import DOCUMENT, FX
from currencies.service import load_rates
from settlement.agreements.policies import CHOICES
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.parties import service as parties
from settlement.parties.party import Kind as PartyKind
from settlement.parties.party import Party
from settlement.periods import service as periods
from settlement.self_billing import service
from settlement.taxation.withholding import service as withholding
from statements import service as statements
from statements.document import Document, Kind
from statements.filing import CSV, PDF, XML
from tenants.directory.tenant import Address
from tenants.session import TenantSession
from tests.settlement.billing.builders import checked
from tests.settlement.books import a_rating_run, a_share, an_agreement

CRACOW = Address("ul. Muzyczna 3", "31-140", "Kraków", "PL")
GERMAN = {"country": "DE", "tax_id": "DE136695976", "currency": "EUR"}
AMERICAN = {
    "country": "US",
    "tax_id": "",
    "currency": "USD",
    "address": Address("1 Main Street", "43004", "Columbus", "US"),
}
STEPS = [
    {"takes": "store fee", "amount": "10.00"},
    {"payee": "P-1", "amount": "63.00"},
    {"payee": "P-2", "amount": "20.00"},
    {"payee": "operator", "amount": "7.00"},
]


def a_partner(session: TenantSession, code: str = "P-1", **changes: object) -> UUID:
    facts: dict[str, object] = {
        "id": session.ids.new(),
        "kind": PartyKind.PARTNER,
        "code": code,
        "name": f"{code} sp. z o.o.",
        "country": "PL",
        "address": CRACOW,
        "language": "en",
        "currency": "PLN",
        "time_zone": "Europe/Warsaw",
        "tax_id": "PL6762484560",
    }
    return parties.register(session, Party(**(facts | changes))).id  # type: ignore[arg-type]


def october(session: TenantSession) -> tuple[UUID, UUID]:
    statements.open_series(session, Kind.SELF_BILLED_INVOICE, "RS/{year}/{month:02}/{number:04}")
    statements.open_series(session, Kind.SELF_BILLED_CREDIT, "RK/{year}/{month:02}/{number:04}")
    period = periods.open_period(session, "2026-10")
    return a_rating_run(session, period.id), period.id


def shared(
    session: TenantSession,
    where: tuple[UUID, UUID],
    partner: UUID,
    amount: str = "63.00",
    currency: str = "PLN",
    earned_in: str = "PLN",
    **changes: object,
) -> None:
    agreement, terms = an_agreement(
        session, partner, f"RS-{session.ids.new().hex[-8:]}", currency=currency
    )
    facts = {"gross": Decimal(100), "base": Decimal(90), "steps": STEPS} | changes
    facts["currency"] = earned_in
    a_share(session, *where, terms, agreement, partner, amount, **facts)


def document_of(session: TenantSession, number: str) -> Document:
    [found] = [each for each in statements.documents(session) if each.number == number]
    document = statements.content(session, found.id)
    assert isinstance(document, Document)
    return document


def balances(session: TenantSession) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in ledger.balances(session):
        if line.amount.amount:
            found.setdefault(line.account.value, []).append(shown(line.amount))
    return found


def test_a_partner_gets_one_self_billed_invoice_in_three_forms(session: TenantSession):
    where = october(session)
    shared(session, where, a_partner(session))
    periods.close(session, "2026-10")

    run = service.issue_statements(session, "2026-10")

    [issued] = run.issued
    assert (issued.kind, issued.number) == (Kind.SELF_BILLED_INVOICE, "RS/2026/11/0001")
    assert [shown(each) for each in (issued.net, issued.tax, issued.gross)] == [
        "63.00 PLN",
        "14.49 PLN",
        "77.49 PLN",
    ]
    assert {file.media_type for file in issued.files} == {PDF, XML, CSV}
    document = document_of(session, issued.number)
    assert (document.seller.reference, document.buyer.name) == (
        "P-1",
        "Alpha Telekom sp. z o.o.",
    )
    printed = dict(document.policies)
    assert set(printed) >= set(CHOICES["revenue_share"])
    assert (printed["trial_base"], printed["total_conversion"]) == ("zero", "per_currency")


def test_the_statement_shows_how_the_share_came_about_and_no_one_else_s(session: TenantSession):
    where = october(session)
    shared(session, where, a_partner(session))
    periods.close(session, "2026-10")

    [issued] = service.issue_statements(session, "2026-10").issued

    [derivation] = document_of(session, issued.number).derivations
    assert [(step.label, shown(step.amount), step.formula) for step in derivation.steps] == [
        ("Revenue", "100.00 PLN", ""),
        ("less store fee", "-10.00 PLN", ""),
        ("Left to share", "90.00 PLN", ""),
        ("Your share", "63.00 PLN", "70%"),
    ]
    assert "P-2" not in str(document_of(session, issued.number))


def test_what_was_accrued_becomes_payable_with_the_tax(session: TenantSession):
    where = october(session)
    shared(session, where, a_partner(session))
    periods.close(session, "2026-10")

    service.issue_statements(session, "2026-10")

    assert balances(session) == {
        "partner_cost": ["63.00 PLN"],
        "partner_payable": ["-77.49 PLN"],
        "vat_receivable": ["14.49 PLN"],
    }


def test_a_partner_abroad_is_paid_in_its_currency_without_tax(session: TenantSession):
    where = october(session)
    partner = checked(session, a_partner(session, address=CRACOW, **GERMAN))
    friday = dt.date(2026, 10, 30)
    load_rates(session, [FxRate("ECB", "EUR", "PLN", 1, Decimal("4.2500"), friday, friday)])
    agreement, terms = an_agreement(
        session,
        partner,
        currency="EUR",
        terms={"products": ["QUIZ"], "fixing": {"source": "ECB", "pivot": "EUR"}},
    )
    a_share(session, *where, terms, agreement, partner, "425.01", steps=STEPS)
    periods.close(session, "2026-10")

    [issued] = service.issue_statements(session, "2026-10").issued

    document = document_of(session, issued.number)
    assert (shown(issued.gross), document.lines[0].tax.category) == ("100.00 EUR", "AE")
    step = document.derivations[0].steps[-1]
    assert (step.label, shown(step.amount)) == ("In EUR", "100.00 EUR")
    assert "1 EUR = 4.25 PLN (ECB" in step.formula
    assert balances(session) == {
        "partner_cost": ["425.01 PLN"],
        "partner_payable": ["-100.00 EUR"],
        "currency_position": ["100.00 EUR", "-425.01 PLN"],
        # By reverse charge we owe 23 % of 100.00 ourselves, and deduct it.
        "vat_payable": ["-23.00 EUR"],
        "vat_receivable": ["23.00 EUR"],
    }
    # 425.01 / 4.25 is 100.00 and 1/425.
    told = [
        each.rounded.fraction
        for each in rounding_ledger.of_source(session, DOCUMENT, issued.id)
        if each.rounded.cause == FX
    ]
    assert told == [Fraction(1, 425)]


def test_a_partner_from_outside_the_union_is_outside_its_tax(session: TenantSession):
    where = october(session)
    ohio = Address("1 Main Street", "43004", "Columbus", "US")
    partner = a_partner(session, country="US", tax_id="", address=ohio, currency="USD")
    facts: dict[str, object] = {"gross": Decimal(63), "steps": []}
    shared(session, where, partner, currency="USD", earned_in="USD", **facts)
    periods.close(session, "2026-10")

    run = service.issue_statements(session, "2026-10")

    assert run.parked == ()
    assert document_of(session, run.issued[0].number).lines[0].tax.category == "O"


@pytest.mark.parametrize(
    ("certificate_until", "rate", "kept", "paid"),
    [
        # 20 % by law; 10 % by treaty with a certificate, which does not count on its last day.
        (None, "0.20", "12.60 USD", "50.40 USD"),
        (dt.date(2026, 11, 3), "0.10", "6.30 USD", "56.70 USD"),
        (dt.date(2026, 11, 2), "0.20", "12.60 USD", "50.40 USD"),
    ],
)
def test_tax_is_withheld_from_a_partner_abroad(
    session: TenantSession, certificate_until: dt.date | None, rate: str, kept: str, paid: str
):
    where = october(session)
    partner = a_partner(session, **AMERICAN)
    start = dt.date(2026, 1, 1)
    withholding.enter_rate(session, "US", Decimal("0.20"), start, Decimal("0.10"))
    if certificate_until is not None:
        withholding.enter_certificate(session, partner, "6166-1", start, certificate_until)
    shared(session, where, partner, currency="USD", earned_in="USD", steps=[])
    periods.close(session, "2026-10")

    [issued] = service.issue_statements(session, "2026-10").issued

    [held] = document_of(session, issued.number).withholdings
    assert (held.rate, shown(held.amount)) == (Decimal(rate), kept)
    assert ("6166-1" in held.description) == (rate == "0.10")
    totals = document_of(session, issued.number).totals
    assert [shown(each) for each in (totals.payable, totals.to_pay)] == ["63.00 USD", paid]
    found = balances(session)
    assert found["partner_payable"] == [f"-{paid}"]
    assert found["withholding_payable"] == [f"-{kept}"]


def test_nothing_is_withheld_at_home_or_of_what_is_taken_back(session: TenantSession):
    where = october(session)
    for country in ("PL", "US"):
        withholding.enter_rate(session, country, Decimal("0.20"), dt.date(2026, 1, 1))
    shared(session, where, a_partner(session))
    abroad = a_partner(session, "P-2", **AMERICAN)
    shared(session, where, abroad, "-5.00", currency="USD", earned_in="USD", steps=[])
    periods.close(session, "2026-10")

    issued = service.issue_statements(session, "2026-10").issued

    assert [document_of(session, each.number).withholdings for each in issued] == [(), ()]
    assert "withholding_payable" not in balances(session)


def test_running_twice_tells_once(session: TenantSession):
    where = october(session)
    shared(session, where, a_partner(session))
    periods.close(session, "2026-10")

    first = service.issue_statements(session, "2026-10")
    again = service.issue_statements(session, "2026-10")

    assert (len(first.issued), again.issued, again.parked) == (1, (), ())
    assert balances(session)["partner_payable"] == ["-77.49 PLN"]


def test_a_missing_rate_parks_that_partner_only(session: TenantSession):
    where = october(session)
    german = checked(session, a_partner(session, country="DE", tax_id="DE136695976"))
    shared(session, where, german, currency="EUR")
    shared(session, where, a_partner(session, "P-2"))
    periods.close(session, "2026-10")

    run = service.issue_statements(session, "2026-10")

    assert [each.number for each in run.issued] == ["RS/2026/11/0001"]
    assert [(each.party, each.currency) for each in run.parked] == [("P-1", "EUR")]
    assert "names no fixing" in run.parked[0].reason


def test_more_refunded_than_earned_is_a_credit(session: TenantSession):
    where = october(session)
    shared(session, where, a_partner(session), "-63.00", gross=Decimal(-100), base=Decimal(-90))
    periods.close(session, "2026-10")

    [issued] = service.issue_statements(session, "2026-10").issued

    assert (issued.kind, shown(issued.gross)) == (Kind.SELF_BILLED_CREDIT, "77.49 PLN")
    assert balances(session)["partner_payable"] == ["77.49 PLN"]


def test_a_finer_share_is_rounded_and_the_rest_is_booked(session: TenantSession):
    where = october(session)
    shared(session, where, a_partner(session), "63.004")
    periods.close(session, "2026-10")

    service.issue_statements(session, "2026-10")

    found = balances(session)
    assert "partner_accrued" not in found
    assert found["rounding_difference"] == ["-0.004 PLN"]


def test_an_open_period_is_not_told(session: TenantSession):
    where = october(session)
    shared(session, where, a_partner(session))

    with pytest.raises(periods.PeriodNotClosed):
        service.issue_statements(session, "2026-10")


def test_a_link_of_somebody_s_chain_settles_in_its_own_currency(session: TenantSession):
    where = october(session)
    aggregator, owner = a_partner(session, "P-1"), a_partner(session, "P-2")
    agreement, terms = an_agreement(session, aggregator)
    a_share(session, *where, terms, agreement, aggregator, "1.40", position=1)
    a_share(session, *where, terms, agreement, owner, "5.60", position=2, level=2)
    periods.close(session, "2026-10")

    run = service.issue_statements(session, "2026-10")

    assert [shown(each.net) for each in run.issued] == ["1.40 PLN", "5.60 PLN"]


def test_the_accounts_of_partners_hold_only_what_is_payable(session: TenantSession):
    where = october(session)
    shared(session, where, a_partner(session))
    periods.close(session, "2026-10")
    service.issue_statements(session, "2026-10")

    [payable] = ledger.balances(session, Account.PARTNER_PAYABLE)

    assert parties.party(session, payable.party_id or UUID(int=0)).code == "P-1"


def test_what_fails_for_one_partner_of_a_set_parks_that_partner_alone(
    session: TenantSession, monkeypatch: pytest.MonkeyPatch
):
    """The others are issued under consecutive numbers, as if it had never been in the set."""
    where = october(session)
    partners = {code: a_partner(session, code) for code in ("P-1", "P-2", "P-3")}
    for partner in partners.values():
        shared(session, where, partner)
    periods.close(session, "2026-10")
    entry_of = service.statement_entry

    def failing(document_id: UUID, party_id: UUID, *rest: object) -> object:
        if party_id == partners["P-2"]:
            raise periods.PeriodClosed(code="2026-11", closed_on="today")
        return entry_of(document_id, party_id, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(service, "statement_entry", failing)
    run = service.issue_statements(session, "2026-10")

    assert [each.number for each in run.issued] == ["RS/2026/11/0001", "RS/2026/11/0002"]
    assert [each.party for each in run.parked] == ["P-2"]
    monkeypatch.undo()
    [left] = service.issue_statements(session, "2026-10").issued
    assert (left.number, left.filing.party_id) == ("RS/2026/11/0003", partners["P-2"])
    issues = [each for each in ledger.journal(session) if each.entry.purpose == "issue"]
    assert len(issues) == 3


@pytest.mark.parametrize("at_once", [1, 2])
def test_statements_are_the_same_however_many_are_issued_together(
    session: TenantSession, monkeypatch: pytest.MonkeyPatch, at_once: int
):
    """Documents, verdicts, forms and postings to the byte: at home, abroad, a credit, a chain."""
    where = october(session)
    cracow = a_partner(session, "P-1")
    berlin = checked(session, a_partner(session, "P-2", **GERMAN))
    ohio, label = a_partner(session, "P-3", **AMERICAN), a_partner(session, "P-4")
    for partner, amount in ((cracow, "63.00"), (label, "-5.00"), (cracow, "0.334")):
        shared(session, where, partner, amount)
    shared(session, where, berlin, currency="EUR", earned_in="EUR")
    shared(session, where, ohio, currency="USD", earned_in="USD", steps=[])
    agreement, terms = an_agreement(session, cracow, "RS-CHAIN")
    a_share(session, *where, terms, agreement, label, "5.60", position=2, level=2)
    periods.close(session, "2026-10")

    def told() -> tuple[dict[str, object], list[object]]:
        with session.begin_nested() as all_of_it:
            run = service.issue_statements(session, "2026-10")
            documents = {
                each.number: (
                    statements.content(session, each.id),
                    each.verdict,
                    {file.media_type: file.sha256 for file in each.files},
                )
                for each in run.issued
            }
            book = [
                (each.n, each.entry.narrative, each.entry.postings)
                for each in ledger.journal(session)
            ]
            all_of_it.rollback()
        session.expire_all()
        return documents, book

    together = told()
    monkeypatch.setattr(service, "DRAFTS_AT_ONCE", at_once)

    assert told() == together
    assert len(together[0]) == 4
