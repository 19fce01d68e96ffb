"""VAT numbers over HTTP: check one, enter a check made elsewhere, decide where none will do."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from settlement.taxation.number_checks import service
from settlement.taxation.number_checks.gateway import configured
from settlement.taxation.number_checks.number_check import Answer, DomesticDecision, NumberCheck
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

vat_checks = Blueprint(
    "vat_checks",
    __name__,
    url_prefix="/parties",
    description="Checks of VAT numbers, which reverse charge rests on.",
)

TEXT = validate.Length(min=1, max=200)


class NumberCheckSchema(Schema):
    """A check as it is kept; `request_identifier` is the service's own name for it."""

    id = fields.UUID()
    party_id = fields.UUID()
    number = fields.String()
    requester = fields.String()
    service = fields.String()
    answer = fields.Enum(Answer, by_value=True, attribute="told.answer")
    request_identifier = fields.String(attribute="told.request_identifier")
    name = fields.String(attribute="told.name")
    address = fields.String(attribute="told.address")
    detail = fields.String(attribute="told.detail")
    checked_at = fields.AwareDateTime()
    checked_by = fields.String()


class EnteredCheckSchema(Schema):
    """A check that a person made at a service; without a time, it was made now."""

    service = fields.String(required=True, validate=TEXT)
    is_valid = fields.Boolean(required=True)
    request_identifier = fields.String(required=True, validate=TEXT)
    checked_at = fields.AwareDateTime(load_default=None, allow_none=True)


class DomesticDecisionSchema(Schema):
    """A month for which a party is charged domestic VAT, and why."""

    party_id = fields.UUID(dump_only=True)
    period = fields.String(required=True, validate=validate.Length(max=7))
    reason = fields.String(required=True, validate=TEXT)
    decided_at = fields.AwareDateTime(dump_only=True)
    decided_by = fields.String(dump_only=True)


@vat_checks.get("/<uuid:party_id>/vat-checks")
@requires("parties:read")
@vat_checks.response(200, NumberCheckSchema(many=True))
def list_vat_checks(party_id: UUID) -> list[NumberCheck]:
    """Every check of the party's VAT numbers, the newest first."""
    return service.checks_of(g.session, party_id)


@vat_checks.post("/<uuid:party_id>/vat-checks")
@requires("parties:write")
@vat_checks.response(201, NumberCheckSchema)
def check_vat_number(party_id: UUID) -> NumberCheck:
    """Ask the service that is configured, and keep what came of it."""
    return service.check(g.session, party_id, configured(g.session.database.settings))


@vat_checks.post("/<uuid:party_id>/vat-checks/entered")
@requires("parties:write")
@vat_checks.response(201, NumberCheckSchema)
@vat_checks.arguments(EnteredCheckSchema)
def enter_vat_check(body: dict[str, Any], party_id: UUID) -> NumberCheck:
    """Keep a check that a person made at the service itself."""
    return service.enter(g.session, party_id, **body)


@vat_checks.get("/<uuid:party_id>/domestic-vat")
@requires("parties:read")
@vat_checks.response(200, DomesticDecisionSchema(many=True))
def list_domestic_decisions(party_id: UUID) -> list[DomesticDecision]:
    """Months for which somebody decided on domestic VAT, the newest first."""
    return service.decisions_of(g.session, party_id)


@vat_checks.post("/<uuid:party_id>/domestic-vat")
@requires("documents:issue")
@vat_checks.response(201, DomesticDecisionSchema)
@vat_checks.arguments(DomesticDecisionSchema)
def decide_on_domestic_vat(body: dict[str, Any], party_id: UUID) -> DomesticDecision:
    """Charge the party domestic VAT for a month, because its number cannot be relied on."""
    return service.decide(g.session, party_id, **body)
