"""Who sold what in a story: agents of contracts, those above them, and their commissions."""

import datetime as dt

from settlement.agreements import service as agreements
from settlement.agreements.agents import service as agents
from settlement.agreements.contracts import service as contracts
from settlement.app.scenario.story import Story
from settlement.parties import service as parties
from tenants.session import TenantSession

ALWAYS = dt.date(2026, 1, 1)


def set_network(session: TenantSession, story: Story) -> None:
    """Everybody's place in the network, and what is agreed about commissions."""
    known = {party.code: party for party in parties.parties(session, "partner")}
    for told in story.partners:
        if told["superior"]:
            superior = known[told["superior"]].id
            agents.set_superior(session, known[told["code"]].id, superior, ALWAYS)
    for told in story.customers:
        if told["agent"]:
            contract = contracts.contract_by_number(session, f"K-{told['code']}")
            agents.set_agent(session, contract.id, known[told["agent"]].id, contract.valid_from)
    for told in story.commissions:
        agent = known[told["agent"]]
        agreements.agree_commission(
            session,
            told["code"],
            agent.id,
            told["currency"] or agent.currency,
            told["terms"],
            told["valid_from"],
            told["valid_until"],
        )
