"""The job that delivers: `delivery.send`.

What was issued and chosen is lined up; each delivery that is due is taken up, sent and its answer
kept, in transactions of its own with the sending in between. A delivery that fails does not stop
the others. Then the networks are asked what became of what they took.
"""

from collections import Counter
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol
from uuid import UUID

from settlement.delivery import service
from settlement.delivery.delivery import Answer, Channel, Delivery, State
from settlement.delivery.dropping.service import drop
from settlement.delivery.mailing.service import mail
from settlement.delivery.networks.service import ksef, peppol
from settlement.delivery.parcel import Way
from tenants.directory.service import own_tenant
from tenants.persistence.database import Database
from tenants.principal import Principal
from tenants.session import TenantSession, reading
from tenants.settings import Settings

NETWORKS = (Channel.PEPPOL, Channel.KSEF)


class Doing(Protocol):
    """Who works for which tenant, and how it commits."""

    @property
    def database(self) -> Database: ...

    @property
    def tenant_id(self) -> UUID: ...

    @property
    def principal(self) -> Principal: ...

    def transaction(self, name: str) -> AbstractContextManager[TenantSession]:
        """A transaction of this work, committed at its end."""
        ...

    def progress(self, done: int, total: int) -> None:
        """Show how far the work is."""
        ...


def _ways(settings: Settings) -> dict[Channel, Way]:
    """The channels that send by themselves."""
    return {
        Channel.EMAIL: mail(settings),
        Channel.SFTP: drop(settings),
        Channel.PEPPOL: peppol(settings),
        Channel.KSEF: ksef(settings),
    }


def send(work: Doing) -> Mapping[str, Any]:
    """Deliver what is due; returns how many came to which state."""
    open_ways = _ways(work.database.settings)
    with work.transaction("delivery.line-up") as session:
        lined_up = service.line_up(session)
        service.show_in_portal(session)
    with reading(work.database, work.tenant_id, work.principal) as session:
        tenant = own_tenant(session).code
        due = service.due(session, list(open_ways))
    told: Counter[str] = Counter()
    for done, found in enumerate(due, 1):
        told[_deliver(work, open_ways[found.channel], tenant, found).value] += 1
        work.progress(done, len(due))
    told.update(_ask(work, open_ways, tenant))
    return {"lined_up": lined_up, **dict(told)}


def _deliver(work: Doing, way: Way, tenant: str, found: Delivery) -> State:
    """Send one delivery, or find out what became of a try that was cut off."""
    obstacle = way.obstacle(tenant)
    if obstacle:
        with work.transaction("delivery.hold") as session:
            service.hold(session, found, obstacle)
        return State.HELD
    if found.state is State.SENDING:
        return _find_out(work, way, found)
    with work.transaction("delivery.claim") as session:
        parcel = service.claim(session, found)
    if parcel is None:
        return State.HELD
    return _keep(work, parcel.delivery_id, parcel.place, way.send(parcel))


def _find_out(work: Doing, way: Way, found: Delivery) -> State:
    with reading(work.database, work.tenant_id, work.principal) as session:
        parcel = service.parcel_of(session, found)
    answer = None if isinstance(parcel, str) else way.found(parcel)
    unclear = Answer(State.UNCLEAR, "cut off while it was sent; find out, then send it again")
    return _keep(work, found.id, len(found.steps), answer or unclear)


def _ask(work: Doing, open_ways: Mapping[Channel, Way], tenant: str) -> Counter[str]:
    """Ask the networks what became of what they took."""
    with reading(work.database, work.tenant_id, work.principal) as session:
        awaited = service.sent(session, NETWORKS)
    told: Counter[str] = Counter()
    for found in awaited:
        answer = open_ways[found.channel].asked(tenant, found.last.reference)
        if answer is not None:
            with work.transaction("delivery.ask") as session:
                told[answer.state.value] += service.arrived(session, found.id, answer)
    return told


def _keep(work: Doing, delivery_id: UUID, place: int, answer: Answer) -> State:
    with work.transaction("delivery.outcome") as session:
        return service.settle(session, delivery_id, place, answer).state
