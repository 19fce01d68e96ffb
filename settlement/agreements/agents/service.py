"""Say who sold a contract and who stands above an agent, each from a local day on."""

import datetime as dt
from collections import defaultdict
from uuid import UUID

from i18n.locale import Words, _
from settlement.agreements.agent import (
    AgentChange,
    AgentChangedLater,
    Network,
    NetworkCircle,
    NotAnAgent,
    SuperiorChange,
    SuperiorChangedLater,
)
from settlement.agreements.agents import store
from settlement.agreements.contract import require_within
from settlement.agreements.contracts import service as contracts
from settlement.parties import service as parties
from settlement.parties.party import Kind, Party
from tenants.session import TenantSession
from tenants.values import value_of


def set_agent(
    session: TenantSession, contract_id: UUID, agent_id: UUID | None, on: dt.date
) -> AgentChange:
    """Say who sold a contract, or looks after it, from a local day of its customer on.

    Raises NoSuchContract, NoSuchParty, NotAnAgent, OutsideTheContract and AgentChangedLater.
    """
    contract = contracts.contract(session, contract_id)
    if agent_id is not None:
        _agent(session, agent_id)
    days = contract.valid_from, contract.valid_until
    require_within(
        Words(_("contract {number}"), number=contract.number), on, contract.valid_until, *days
    )
    store.lock(session)
    for each in agents_of(session, contract_id):
        if each.valid_from >= on:
            raise AgentChangedLater(number=contract.number, on=each.valid_from)
    row = store.ContractAgentRow(
        tenant_id=session.tenant_id,
        contract_id=contract_id,
        valid_from=on,
        agent_id=agent_id,
        recorded_at=session.now(),
        recorded_by=session.principal.name,
    )
    session.add(row)
    session.flush()
    return value_of(AgentChange, row)


def set_superior(
    session: TenantSession, agent_id: UUID, superior_id: UUID | None, on: dt.date
) -> SuperiorChange:
    """Say who stands above an agent from a local day on; nobody may come to stand above himself.

    Raises NoSuchParty, NotAnAgent, SuperiorChangedLater and NetworkCircle.
    """
    agent = _agent(session, agent_id)
    store.lock(session)
    for each in superiors_of(session, agent_id):
        if each.valid_from >= on:
            raise SuperiorChangedLater(agent=agent.code, on=each.valid_from)
    if superior_id is not None:
        superior = _agent(session, superior_id)
        known = network(session)
        for day in known.days_after(on):
            if agent_id in (superior_id, *known.above(superior_id, day)):
                raise NetworkCircle(superior=superior.code, agent=agent.code, on=day)
    row = store.AgentSuperiorRow(
        tenant_id=session.tenant_id,
        agent_id=agent_id,
        valid_from=on,
        superior_id=superior_id,
        recorded_at=session.now(),
        recorded_by=session.principal.name,
    )
    session.add(row)
    session.flush()
    return value_of(SuperiorChange, row)


def agents_of(session: TenantSession, contract_id: UUID) -> list[AgentChange]:
    """Who sold and looked after a contract, the earliest first. Raises NoSuchContract."""
    contracts.contract(session, contract_id)
    return [value_of(AgentChange, row) for row in store.agents(session, contract_id)]


def superiors_of(session: TenantSession, agent_id: UUID) -> list[SuperiorChange]:
    """Who stood and stands above an agent, the earliest first. Raises NoSuchParty, NotAnAgent."""
    _agent(session, agent_id)
    return [value_of(SuperiorChange, row) for row in store.superiors(session, agent_id)]


def network(session: TenantSession, known_at: dt.datetime | None = None) -> Network:
    """All agents of contracts, and all above them; with an instant, as it was known then."""
    agents: dict[UUID, list[AgentChange]] = defaultdict(list)
    for sold in store.agents(session):
        if known_at is None or sold.recorded_at <= known_at:
            agents[sold.contract_id].append(value_of(AgentChange, sold))
    superiors: dict[UUID, list[SuperiorChange]] = defaultdict(list)
    for placed in store.superiors(session):
        if known_at is None or placed.recorded_at <= known_at:
            superiors[placed.agent_id].append(value_of(SuperiorChange, placed))
    return Network(agents, superiors)


def _agent(session: TenantSession, agent_id: UUID) -> Party:
    party = parties.party(session, agent_id)
    if party.kind is not Kind.PARTNER:
        raise NotAnAgent(party=party.code, kind=party.kind.value)
    return party
