"""A tenant in the middle of its work, as the pages show it: a closed October and what came of it.

One file with records that wait, customers billed, a document held, a partner's statement, a
carrier whose declaration differs from ours, and people of every role. Everything is made through
the services of the concepts, except charges, which are rows as rating leaves them.
"""

import datetime as dt
from dataclasses import dataclass, field, replace
from uuid import UUID

import sqlalchemy as sa

from currencies import service as currencies
from mediation import service as mediation
from mediation.sources import service as sources
from settlement.agreements.numbers import service as numbers
from settlement.billing import service as billing
from settlement.interconnect import service as interconnect
from settlement.interconnect.reconciling import service as reconciling
from settlement.interconnect.records import service as records
from settlement.parties import service as parties
from settlement.parties.party import Kind as PartyKind
from settlement.payouts import service as payouts
from settlement.periods import service as periods
from settlement.self_billing import service as self_billing
from statements import service as statements
from statements.declaration import Bucket
from statements.document import Kind
from statements.filing import Filing
from tenants.directory import service as directory
from tenants.people import service as people
from tenants.persistence.database import Database
from tenants.principal import SYSTEM, Principal, Role
from tenants.session import TenantSession, transaction
from tests.mediation.sources import MAPPING, ZONE, delimited_file
from tests.settlement.billing.builders import OWN_IBAN, a_customer
from tests.settlement.books import a_charge_line, a_share, an_agreement
from tests.settlement.interconnect.exchange import a_rate, rated_traffic, their_answer
from tests.settlement.interconnect.records.sent import Line, land_numbers, their_records
from tests.settlement.payouts.builders import PARTNER_IBAN
from tests.statements.builders import a_buyer, an_invoice
from tests.tenants.people.builders import PASSWORD
from tests.world import a_tenant

SERIES = {
    Kind.INVOICE: "FV/{year}/{month:02}/{number:04}",
    Kind.CREDIT_NOTE: "FK/{year}/{month:02}/{number:04}",
    Kind.SELF_BILLED_INVOICE: "RS/{year}/{month:02}/{number:04}",
    Kind.SELF_BILLED_CREDIT: "RK/{year}/{month:02}/{number:04}",
    Kind.DECLARATION: "D/{year}/{month:02}/{number:04}",
}
PORTALS = {
    Role.PARTNER_USER: PartyKind.PARTNER,
    Role.CARRIER_USER: PartyKind.CARRIER,
    Role.CUSTOMER_USER: PartyKind.CUSTOMER,
}
SERVICES = (("voice", "118.40"), ("sms", "12.00"), ("content", "36.50"), ("recurring", "49.00"))
TERMS = {"owner": "operator", "shares": [{"payee": "P-1", "rate": "0.70"}]}
STEPS = [{"payee": "P-1", "amount": "25.55"}, {"payee": "operator", "amount": "10.95"}]


@dataclass
class World:
    """The tenant's code, each role's address and cookie, and the ids that pages are asked with."""

    code: str = "alpha"
    emails: dict[Role, str] = field(default_factory=dict)
    cookies: dict[Role, str] = field(default_factory=dict)
    parties: dict[PartyKind, UUID] = field(default_factory=dict)
    held: UUID | None = None
    reconciliation: UUID | None = None
    records: UUID | None = None
    payout_batch: UUID | None = None
    answer: bytes = b""


def a_month(database: Database, code: str = "alpha") -> World:
    """The tenant after its October."""
    world = World(code)
    tenant = a_tenant(code)
    with transaction(database, tenant.id, SYSTEM, "tests.world") as session:
        directory.create_tenant(session, tenant)
        for kind, template in SERIES.items():
            statements.open_series(session, kind, template)
        parties.set_bank_account(session, None, "Alpha Telekom", OWN_IBAN, None, "PLN")
        currencies.load_rates(session, [a_rate()])
        numbers.import_numbers(session, "Warsaw", "48221000000", "48221000004", 30)
        _october(session, world)
        _november(session)
        for role in Role:
            if role is not Role.SYSTEM:
                _person(session, world, role)
        world.payout_batch = _proposed(session, world)
    return world


def _proposed(session: TenantSession, world: World) -> UUID:
    """A payout batch that the finance maker has proposed."""
    email = world.emails[Role.FINANCE_MAKER]
    maker = next(user for user in people.users(session) if user.email == email)
    session.principal = Principal(email, maker.role, maker.id)
    return payouts.propose(session, "PLN", dt.date(2026, 11, 10)).id


def _october(session: TenantSession, world: World) -> None:
    carrier, carrier_agreement = rated_traffic(session)
    land_numbers(session, carrier_agreement)
    period = periods.period(session, "2026-10")
    customers = [
        a_customer(session, f"C-{n}", name=f"Piekarnia Nr {n} sp. z o.o.") for n in range(1, 5)
    ]
    partner = a_customer(session, "P-1", kind=PartyKind.PARTNER, name="Melodia S.A.")
    parties.set_bank_account(session, partner, "Melodia S.A.", PARTNER_IBAN, None, "PLN")
    world.parties |= {
        PartyKind.CARRIER: carrier,
        PartyKind.CUSTOMER: customers[0],
        PartyKind.PARTNER: partner,
    }
    run = _run_of(session)
    _october_file(session, period.id)
    for customer in customers:
        for service, amount in SERVICES:
            a_charge_line(session, run, period.id, customer, amount, service=service, product="")
    agreement, terms = an_agreement(session, partner, terms=TERMS)
    a_share(session, run, period.id, terms, agreement, partner, "25.55", steps=STEPS)
    periods.close(session, "2026-10")
    billing.bill_period(session, "2026-10")
    self_billing.issue_statements(session, "2026-10")
    world.held = _held_invoice(session, customers[1], period.id)
    ours = interconnect.declare(session, "2026-10")[0].exchanged
    assert ours is not None
    theirs = their_answer(session, ours, _longer_to_poland)
    world.reconciliation = reconciling.answer(session, carrier, theirs).id
    world.answer = their_answer(session, ours, number="ATL-8")
    asked = records.Asked("IC-atlantic", "2026-10")
    world.records = records.answer(session, carrier, asked, their_records(_a_call_less)).id


def _a_call_less(line: Line) -> Line | None:
    """The carrier does not have our first 120 calls, and has one 20 s longer at its price."""
    if line["record_id"].startswith("ATL-1-incoming"):
        return None
    if line["record_id"] == "ATL-2-incoming-5":
        return line | {"seconds": "120", "amount": "0.06"}
    return line


def _october_file(session: TenantSession, period_id: UUID) -> None:
    """A file of October with two calls, rated as one charged and one free call."""
    settings = {"zone": ZONE, "mapping": MAPPING}
    sources.register_source(session, "switch-1", "Switch 1", "delimited", settings)
    content = delimited_file(
        "o1;+48601234567;+48221234567;2026-10-05T09:00:00;60",
        "o2;+48601234567;+48221234567;2026-10-06T09:05:00;75",
    )
    batch = mediation.ingest(session, "switch-1", "switch-1-20261006.csv", content)
    for outcome in ("rated", "free"):
        session.execute(
            sa.text(
                "INSERT INTO batch_outcomes (tenant_id, batch_id, period_id, outcome, records)"
                " VALUES (:tenant, :batch, :period, :outcome, 1)"
            ),
            {
                "tenant": session.tenant_id,
                "batch": batch.id,
                "period": period_id,
                "outcome": outcome,
            },
        )


def _run_of(session: TenantSession) -> UUID:
    return UUID(str(session.connection().exec_driver_sql("SELECT id FROM rating_runs").scalar()))


def _longer_to_poland(bucket: Bucket) -> Bucket:
    """The carrier counted ten calls more on the first day."""
    if (bucket.day.day, bucket.direction) != (1, "incoming"):
        return bucket
    more = bucket.amount * (bucket.calls + 10) / bucket.calls
    return replace(bucket, calls=bucket.calls + 10, amount=more)


def _held_invoice(session: TenantSession, customer: UUID, period_id: UUID) -> UUID:
    """An invoice whose buyer has no country that EN 16931 knows."""
    buyer = a_buyer(name="Piekarnia Nr 2 sp. z o.o.", vat_id="6762484560")
    draft = an_invoice(number="", issued_on=None, buyer=buyer)
    filing = Filing(customer, "invoice:2026-10:by hand", period_id)
    held = statements.issue(session, draft, filing, dt.date(2026, 11, 2))
    assert not held.is_issued, "the rules have found the fault"
    return held.id


def _november(session: TenantSession) -> None:
    """A file of the running month, with three records that wait and one that came twice."""
    content = delimited_file(
        "e1;+48601234567;+48221234567;2026-11-02T09:00:00;60",
        "e2;+48601234567;+48221234567;2026-11-02T09:05:00;75",
        "e2;+48601234567;+48221234567;2026-11-02T09:05:00;75",
        "e3;+48601234567;+48221234567;;30",
        "e4;+48601234567;not a number;2026-11-02T09:10:00;30",
        "e5;+48601234567;+48221234567;2026-11-02T09:15:00;1_000",
    )
    mediation.ingest(session, "switch-1", "switch-1-20261102.csv", content)


def _person(session: TenantSession, world: World, role: Role) -> None:
    kind = PORTALS.get(role)
    email = f"{role.value.replace('_', '.')}@{world.code}.example"
    people.create_user(
        session,
        email=email,
        name=f"Anna {role.value.replace('_', ' ').title()}",
        role=role,
        password=PASSWORD,
        party_id=world.parties[kind] if kind else None,
    )
    entered = people.sign_in(session, world.code, email, PASSWORD)
    assert entered is not None
    world.emails[role], world.cookies[role] = email, entered.cookie
