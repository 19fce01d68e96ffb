"""Agents over HTTP: who sold a contract, who stands above whom, and what they get for it."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields

from settlement.agreements import service as agreements
from settlement.agreements.agent import AgentChange, SuperiorChange
from settlement.agreements.agents import service
from settlement.agreements.agreed import AgreedTerms
from settlement.agreements.api import TermsSchema
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

contract_agents = Blueprint(
    "contract_agents",
    __name__,
    url_prefix="/contracts",
    description="Who sold a contract, from which day on.",
)
agent_superiors = Blueprint(
    "agent_superiors",
    __name__,
    url_prefix="/agents",
    description="Who stands above an agent in the network, from which day on.",
)
commissions = Blueprint(
    "commissions",
    __name__,
    url_prefix="/commissions",
    description="What agents get for what their customers are charged, level by level.",
)


class RecordedSchema(Schema):
    """Something that holds from a local day on, and who said so."""

    valid_from = fields.Date(required=True)
    recorded_at = fields.AwareDateTime(dump_only=True)
    recorded_by = fields.String(dump_only=True)


class AgentChangeSchema(RecordedSchema):
    """The partner who sold a contract, or looks after it; null for nobody from that day on."""

    agent_id = fields.UUID(required=True, allow_none=True)


class SuperiorChangeSchema(RecordedSchema):
    """The partner who stands above an agent; null for nobody from that day on."""

    superior_id = fields.UUID(required=True, allow_none=True)


@contract_agents.get("/<uuid:contract_id>/agents")
@requires("agreements:read")
@contract_agents.response(200, AgentChangeSchema(many=True))
def list_agents(contract_id: UUID) -> list[AgentChange]:
    """Who sold and looked after a contract, the earliest first."""
    return service.agents_of(g.session, contract_id)


@contract_agents.post("/<uuid:contract_id>/agents")
@requires("agreements:write")
@contract_agents.response(201, AgentChangeSchema)
@contract_agents.arguments(AgentChangeSchema)
def set_agent(body: dict[str, Any], contract_id: UUID) -> AgentChange:
    """Say who sold a contract, or looks after it from a day on."""
    return service.set_agent(g.session, contract_id, body["agent_id"], body["valid_from"])


@agent_superiors.get("/<uuid:party_id>/superiors")
@requires("agreements:read")
@agent_superiors.response(200, SuperiorChangeSchema(many=True))
def list_superiors(party_id: UUID) -> list[SuperiorChange]:
    """Who stood and stands above an agent, the earliest first."""
    return service.superiors_of(g.session, party_id)


@agent_superiors.post("/<uuid:party_id>/superiors")
@requires("agreements:write")
@agent_superiors.response(201, SuperiorChangeSchema)
@agent_superiors.arguments(SuperiorChangeSchema)
def set_superior(body: dict[str, Any], party_id: UUID) -> SuperiorChange:
    """Say who stands above an agent from a day on."""
    return service.set_superior(g.session, party_id, body["superior_id"], body["valid_from"])


@commissions.get("")
@requires("agreements:read")
@commissions.response(200, TermsSchema(many=True))
def list_commissions() -> list[AgreedTerms]:
    """Every version of every commission, by code and first day."""
    return agreements.commission_agreements(g.session)


@commissions.post("")
@requires("agreements:write")
@commissions.response(201, TermsSchema)
@commissions.arguments(TermsSchema)
def agree_commission(body: dict[str, Any]) -> AgreedTerms:
    """Agree a commission with an agent and all who sell below it, or the next version of one."""
    code, agent_id = body.pop("code"), body.pop("party_id")
    return agreements.agree_commission_at_once(g.session, code, agent_id, **body)
