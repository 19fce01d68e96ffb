"""Two tenants full of canaries, each with people of every role and two of every kind of party.

Everything is made through the services a user would reach. Every name carries `CNRY-` and whose it
is, so that one text search over an answer finds anything that crossed a wall. Within a tenant,
partners, carriers and customers are competitors: side 1 is the one who asks, side 2 the other.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from mediation import service as mediation
from mediation.sources import service as sources
from mediation.suspense import service as suspense
from settlement.parties.party import Kind, Party
from settlement.periods.service import open_period
from statements import service as statements
from statements.document import Kind as DocumentKind
from statements.filing import Filing
from tenants.directory import service as directory
from tenants.jobs import service as jobs
from tenants.people import service as people
from tenants.persistence.database import Database
from tenants.principal import SYSTEM, Role
from tenants.session import TenantSession, transaction
from tests.settlement.parties.builders import a_registered_party
from tests.statements.builders import a_buyer, an_invoice
from tests.tenants.people.builders import PASSWORD
from tests.world import a_tenant

PORTALS = {
    Role.PARTNER_USER: Kind.PARTNER,
    Role.CARRIER_USER: Kind.CARRIER,
    Role.CUSTOMER_USER: Kind.CUSTOMER,
}
STAFF = [role for role in Role if role not in PORTALS and role is not Role.SYSTEM]


# Each tenant has a month that the other does not.
MONTHS = {"alpha": "2026-10", "beta": "2026-09"}


@dataclass
class Tenant:
    """The ids of one tenant by kind, each role's cookie and key, and the ids of a portal's own."""

    code: str
    id: UUID
    ids: dict[str, str] = field(default_factory=dict)
    own: dict[tuple[Role, int], dict[str, str]] = field(default_factory=dict)
    keys: dict[Role, str] = field(default_factory=dict)
    cookies: dict[Role, str] = field(default_factory=dict)

    def ids_of(self, role: Role, side: int = 1) -> Mapping[str, str]:
        """The ids this role may name; for a portal role those of its own party come first."""
        return self.ids | self.own.get((role, side), {})


def canary(code: str, what: str) -> str:
    """A text that must never be seen by anybody but its owner."""
    return f"CNRY-{code}-{what}"


def assemble(database: Database, code: str) -> Tenant:
    """One tenant with everything in it."""
    tenant = Tenant(code, a_tenant(code).id)
    with transaction(database, tenant.id, SYSTEM, "tests.world") as session:
        directory.create_tenant(session, a_tenant(code, name=canary(code, "tenant")))
        tenant.ids["period"] = open_period(session, MONTHS[code]).code
        _usage(session, tenant)
        _work(session, tenant)
        for role, kind in PORTALS.items():
            for side in (1, 2):
                party = _party(session, tenant, kind, side)
                tenant.own[role, side] = _papers(session, tenant, party)
        tenant.ids |= tenant.own[Role.CUSTOMER_USER, 1]
        for role in (*STAFF, *PORTALS):
            _person(session, tenant, role)
    return tenant


def _party(session: TenantSession, tenant: Tenant, kind: Kind, side: int) -> Party:
    name = canary(tenant.code, f"{kind.value}{side}")
    return a_registered_party(session, name, kind=kind, name=name)


def _papers(session: TenantSession, tenant: Tenant, party: Party) -> dict[str, str]:
    kind = DocumentKind.INVOICE
    statements.open_series(session, kind, "FV/{year}/{number:06}")
    draft = an_invoice(number="", issued_on=None, buyer=a_buyer(name=party.name))
    filed = statements.issue(
        session, draft, Filing(party.id, f"invoice:2026-10:{party.code}"), dt.date(2026, 11, 10)
    )
    return {"party": str(party.id), "document": str(filed.id)}


def _usage(session: TenantSession, tenant: Tenant) -> None:
    source = canary(tenant.code, "source")
    sources.register_source(session, source, source, "events", {"kind": "content"})
    # Without a time it waits in suspense.
    event = {
        "id": canary(tenant.code, "event"),
        "source": "/shop",
        "type": "usage.content",
        "specversion": "1.0",
        "data": {"product": canary(tenant.code, "product")},
    }
    mediation.ingest_events(session, source, [event])
    (batch,) = mediation.batches(session)
    (record,) = suspense.open_suspense(session, limit=1)
    tenant.ids |= {"source": source, "batch": str(batch.id), "suspense": str(record.id)}


def _work(session: TenantSession, tenant: Tenant) -> None:
    schedule = canary(tenant.code, "schedule")
    jobs.set_schedule(session, name=schedule, job="none", cron="0 0 1 1 *", time_zone="UTC")
    run = jobs.ask_for_run(session, "none", {"for": canary(tenant.code, "run")})
    tenant.ids |= {"schedule": schedule, "run": str(run)}


def _person(session: TenantSession, tenant: Tenant, role: Role) -> None:
    party = tenant.own.get((role, 1), {}).get("party")
    user = people.create_user(
        session,
        email=f"{role.value}@{tenant.code}.example",
        name=canary(tenant.code, role.value),
        role=role,
        password=PASSWORD,
        party_id=UUID(party) if party else None,
    )
    tenant.keys[role] = people.issue_api_key(
        session, tenant.code, name=role.value, role=role, user_id=user.id
    )
    entered = people.sign_in(session, tenant.code, user.email, PASSWORD)
    assert entered is not None
    tenant.cookies[role] = entered.cookie
    # Somebody to act upon who is not the one acting.
    if role is Role.READ_ONLY:
        other = people.create_user(
            session,
            email=f"other@{tenant.code}.example",
            name=canary(tenant.code, "other"),
            role=role,
            password=PASSWORD,
        )
        people.issue_api_key(session, tenant.code, name="other", role=role, user_id=other.id)
        key = next(key for key in people.api_keys(session) if key.user_id == other.id)
        tenant.ids |= {"user": str(other.id), "api_key": str(key.id)}
