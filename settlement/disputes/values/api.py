"""Values of disputes over HTTP: proposed by either side, accepted by the other, carried out."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from currencies.fields import MoneyField
from settlement.disputes.api import OWN, DisputeSchema
from settlement.disputes.dispute import Dispute, Side
from settlement.disputes.values import service
from settlement.disputes.values.value import ProposedValue
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

dispute_values = Blueprint("dispute_values", __name__, url_prefix="/disputes")


class DisputeValueSchema(Schema):
    """A value proposed to settle a dispute at."""

    place = fields.Integer(dump_only=True)
    proposed_by = fields.Enum(Side, by_value=True, load_default=Side.US)
    value = MoneyField(required=True)
    words = fields.String(load_default="", validate=validate.Length(max=2000))
    proposed_at = fields.AwareDateTime(dump_only=True)


class ValueAcceptedSchema(Schema):
    """Which proposal is accepted, and by whom where our people write it down."""

    accepted_by = fields.Enum(Side, by_value=True, load_default=Side.US)


class CreditedLineSchema(Schema):
    """The line of the invoice to credit, where the dispute names none."""

    line = fields.String(load_default="", validate=validate.Length(max=100))


@dispute_values.get("/<uuid:dispute_id>/values")
@requires("disputes:read", *OWN)
@dispute_values.response(200, DisputeValueSchema(many=True))
def list_values(dispute_id: UUID) -> list[ProposedValue]:
    """The values proposed so far, in their order."""
    return service.proposals(g.session, dispute_id)


@dispute_values.post("/<uuid:dispute_id>/values")
@requires("disputes:write", *OWN)
@dispute_values.response(201, DisputeValueSchema)
@dispute_values.arguments(DisputeValueSchema)
def propose_value(body: dict[str, Any], dispute_id: UUID) -> ProposedValue:
    """Propose at which value the dispute ends, or counter the other side's proposal."""
    return service.propose(g.session, dispute_id, body["value"], body["words"], body["proposed_by"])


@dispute_values.post("/<uuid:dispute_id>/values/<int:place>/acceptance")
@requires("disputes:write", *OWN)
@dispute_values.response(200, DisputeSchema)
@dispute_values.arguments(ValueAcceptedSchema)
def accept_value(body: dict[str, Any], dispute_id: UUID, place: int) -> Dispute:
    """Accept the last proposal of the other side."""
    return service.accept(g.session, dispute_id, place, body["accepted_by"])


@dispute_values.post("/<uuid:dispute_id>/adjustment")
@requires("disputes:write")
@dispute_values.response(200, DisputeSchema)
def adjust_dispute(dispute_id: UUID) -> Dispute:
    """Book the adjusting entry of an accepted difference."""
    return service.adjust(g.session, dispute_id)


@dispute_values.post("/<uuid:dispute_id>/credit-note")
@requires("disputes:write")
@dispute_values.response(200, DisputeSchema)
@dispute_values.arguments(CreditedLineSchema)
def issue_credit_note(body: dict[str, Any], dispute_id: UUID) -> Dispute:
    """Issue the credit note of an accepted dispute of an invoice."""
    return service.credit(g.session, dispute_id, body["line"])
