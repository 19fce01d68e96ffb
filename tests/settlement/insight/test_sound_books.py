"""A month that went well has no findings, and one changed figure anywhere in it has."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
import sqlalchemy as sa

from currencies import service as currencies
from settlement.billing import service as billing
from settlement.insight.service import verify
from settlement.interconnect import service as interconnect
from settlement.interconnect.reconciling import service as reconciling
from settlement.parties import service as parties
from settlement.parties.party import Kind as PartyKind
from settlement.payouts import service as payouts
from settlement.periods import service as periods
from settlement.self_billing import service as self_billing
from statements import service as statements
from statements.document import Kind
from tenants.clock import HeldClock
from tenants.directory.service import create_tenant
from tenants.persistence import launcher
from tenants.persistence.database import Database, Place
from tenants.principal import SYSTEM
from tenants.randomness import SeededRandomness
from tenants.session import TenantSession
from tenants.settings import Settings
from tests.conftest import NOON, copy_of_template
from tests.settlement.billing.builders import a_customer, charged, october
from tests.settlement.books import a_share, an_agreement
from tests.settlement.insight.builders import TENANT, Intruder
from tests.settlement.interconnect.exchange import a_rate, rated_traffic, their_answer
from tests.settlement.parties.builders import a_registered_party
from tests.settlement.payouts.builders import APPROVER, MAKER, PARTNER_IBAN, TENTH
from tests.world import a_tenant

SERIES = {
    Kind.SELF_BILLED_INVOICE: "RS/{number}",
    Kind.SELF_BILLED_CREDIT: "RK/{number}",
    Kind.DECLARATION: "D/{number}",
}
STEPS = [
    {"takes": "store fee", "amount": "10.00"},
    {"payee": "melodia", "amount": "63.00"},
    {"payee": "operator", "amount": "27.00"},
]


@pytest.fixture
def session(
    server: launcher.Server, template: Place, settings: Settings
) -> Iterator[TenantSession]:
    """The application at work, on a connection that an intruder can take over."""
    assert template
    place = copy_of_template(server, "sound")
    opened = Database(place.owner_url, settings, HeldClock(NOON), SeededRandomness(1))
    with TenantSession(opened, TENANT, SYSTEM) as session:
        session.execute(sa.text("SET LOCAL ROLE saldo_app"))
        create_tenant(session, a_tenant("alpha"))
        yield session
        session.rollback()
    opened.close()


@pytest.fixture
def month(session: TenantSession) -> TenantSession:
    """October: two customers, one of them owed money back, a partner paid, a carrier reconciled."""
    where = october(session)
    for kind, template in SERIES.items():
        statements.open_series(session, kind, template)
    shared_content(session, where)
    charged(session, where, a_customer(session, "C-2"), "-4.00")
    carrier_id, _ = rated_traffic(session)
    currencies.load_rates(session, [a_rate()])
    periods.close(session, "2026-10")
    assert not billing.bill_period(session, "2026-10").parked
    assert self_billing.issue_statements(session, "2026-10").issued
    [declared] = interconnect.declare(session, "2026-10")
    assert declared.exchanged is not None
    reconciling.answer(session, carrier_id, their_answer(session, declared.exchanged))
    paid(session)
    return session


def paid(session: TenantSession) -> None:
    """The partner's payable, proposed by one, approved by another, written and sent."""
    session.principal = MAKER
    proposed = payouts.propose(session, "PLN", TENTH)
    session.principal = APPROVER
    payouts.approve(session, proposed.id)
    payouts.export(session, proposed.id)
    payouts.confirm_sent(session, proposed.id)


def shared_content(session: TenantSession, where: tuple) -> None:  # type: ignore[type-arg]
    """Content for 100.00, of which 10.00 is a fee, 63.00 the partner's and 27.00 ours."""
    period_id, run_id = where
    partner = a_registered_party(session, "melodia", kind=PartyKind.PARTNER, tax_id="PL6762484560")
    parties.set_bank_account(session, partner.id, partner.name, PARTNER_IBAN, None, "PLN")
    shares = [{"payee": "melodia", "rate": "0.70"}]
    fee = {"name": "store fee", "rate": "0.10"}
    terms: dict[str, object] = {"owner": "operator", "deductions": [fee], "shares": shares}
    agreement_id, terms_id = an_agreement(session, partner.id, terms=terms)
    charged(
        session, where, a_customer(session, "C-1"), "100.00", service="content", product="QUIZ",
        terms_id=terms_id,
    )  # fmt: skip
    facts = {"gross": Decimal(100), "base": Decimal(90), "steps": STEPS}
    for position, (party_id, amount) in enumerate(((partner.id, "63.00"), (None, "27.00"))):
        a_share(
            session, run_id, period_id, terms_id, agreement_id, party_id, amount,
            position=position, **facts,
        )  # fmt: skip


def test_a_month_that_went_well_has_no_findings(month: TenantSession) -> None:
    kinds = sorted(each.kind.value for each in statements.documents(month))
    assert kinds == ["credit_note", "declaration", "invoice", "self_billed_invoice"]

    assert [str(finding) for finding in verify(month)] == []


# What no trigger lets happen; should one ever be missing, it does not go unnoticed.
MISTAKES = {
    "UPDATE charge_lines SET amount = amount + 0.01 WHERE product = 'QUIZ'": {"S1", "P3"},
    "UPDATE shares SET amount = amount + 0.01 WHERE party_id IS NOT NULL": {"S1", "L7"},
    "DELETE FROM charge_lines WHERE side = 'carrier'": {"L7", "P1"},
    "UPDATE charge_lines SET document_id = NULL WHERE amount < 0": {"L6", "P3"},
}


def test_one_changed_figure_is_found(month: TenantSession) -> None:
    for mistake, checks in MISTAKES.items():
        with month.begin_nested() as attempt:
            intruder = Intruder(month)
            intruder.run(mistake)
            found = {finding.check[:2] for finding in intruder.findings()}
            attempt.rollback()

        assert found >= checks, mistake
