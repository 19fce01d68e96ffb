"""An operator with issued documents, choices of channels, and the job that delivers."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from settlement.app.console import AtOnce
from settlement.delivery import jobs, service
from settlement.delivery.choice import Choice
from settlement.delivery.delivery import Channel, Delivery
from settlement.delivery.printing import jobs as printing
from settlement.parties.party import Party
from statements import service as statements
from statements.document import Kind
from statements.filing import Filing
from tenants.clock import HeldClock
from tenants.directory import service as directory
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.randomness import SeededRandomness
from tenants.session import TenantSession, reading, transaction
from tenants.settings import settings_from_environment
from tests.settlement.parties.builders import a_registered_party
from tests.statements.builders import an_invoice
from tests.world import a_tenant

ALPHA = a_tenant("alpha").id
TENTH = dt.date(2026, 11, 10)
NOON = dt.datetime(2026, 11, 10, 12, 0, tzinfo=dt.UTC)
SENDER = "rechnung@alpha.example"
READER = "anna@nowak.example"


def an_operator(database: Database, **policies: str) -> None:
    """The tenant alpha, which sends from an address of its own."""
    tenant = a_tenant("alpha", policies={"delivery_sender": SENDER} | policies)
    with transaction(database, ALPHA, SYSTEM, "tests.set_up") as session:
        directory.create_tenant(session, tenant)
        statements.open_series(session, Kind.INVOICE, "FV/{year}/{number:04}")


def a_customer(session: TenantSession, code: str = "nowak", **facts: Any) -> Party:
    """A customer with an e-mail address."""
    return a_registered_party(session, code, **({"email": READER} | facts))


def issued(session: TenantSession, party_id: UUID, purpose: str = "1") -> UUID:
    """An invoice of the tenth of November."""
    draft = an_invoice(number="", issued_on=None)
    return statements.issue(session, draft, Filing(party_id, purpose), TENTH).id


def chosen(session: TenantSession, channel: Channel = Channel.EMAIL, **facts: Any) -> None:
    """A choice of the house, or of the party that is named."""
    service.set_choice(session, Choice(channel, **({"valid_from": TENTH} | facts)))


def delivered(database: Database, minutes: int = 0, **settings: str) -> Mapping[str, Any]:
    """Run the job, so many minutes after noon of the tenth."""
    clock = HeldClock(NOON + dt.timedelta(minutes=minutes))
    database.clock = clock
    database.settings = replace(database.settings, **settings)
    return jobs.send(AtOnce(database, ALPHA, SYSTEM, {}, lambda done, total: None))


def all_of_them(database: Database) -> list[Delivery]:
    """Every delivery of the tenant."""
    with reading(database, ALPHA, SYSTEM) as session:
        return service.deliveries(session)


def deliver_elsewhere(url: str, home: str, minutes: int, settings: dict[str, str]) -> None:
    """The same in a process of its own, which may be killed."""

    own = replace(settings_from_environment(), data_folder=Path(home), **settings)
    database = Database(url, own, HeldClock(NOON), SeededRandomness(2 + minutes))
    try:
        delivered(database, minutes)
    finally:
        database.close()


def print_elsewhere(url: str, home: str) -> None:
    """Print in a process of its own, which may be killed."""
    own = replace(settings_from_environment(), data_folder=Path(home))
    database = Database(url, own, HeldClock(NOON), SeededRandomness(99))
    try:
        printing.print_all(AtOnce(database, ALPHA, SYSTEM, {}, lambda done, total: None))
    finally:
        database.close()
