"""Disputes of causes and of carriers' invoices over HTTP."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from settlement.disputes.api import DisputeSchema
from settlement.disputes.claims import service
from settlement.disputes.dispute import Dispute, Reason, Side
from settlement.disputes.service import Said
from settlement.interconnect.records.waterfall import Cause
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

dispute_claims = Blueprint("dispute_claims", __name__, url_prefix="/disputes")

WORDS = validate.Length(max=2000)


class CauseDisputedSchema(Schema):
    """A cause of a comparison of records that one side does not accept."""

    comparison_id = fields.UUID(required=True)
    direction = fields.String(required=True, validate=validate.OneOf(["incoming", "outgoing"]))
    cause = fields.Enum(Cause, by_value=True, required=True)
    narrative = fields.String(load_default="", validate=WORDS)
    raised_by = fields.Enum(Side, by_value=True, load_default=Side.US)


class InvoiceLineDisputedSchema(Schema):
    """A line of a carrier's invoice, numbered as the checked invoice lists it."""

    supplier_invoice_id = fields.UUID(required=True)
    line = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    reason = fields.Enum(Reason, by_value=True, required=True)
    narrative = fields.String(load_default="", validate=WORDS)


@dispute_claims.post("/causes")
@requires("disputes:write", "own-exchange:write")
@dispute_claims.response(201, DisputeSchema)
@dispute_claims.arguments(CauseDisputedSchema)
def dispute_cause(body: dict[str, Any]) -> Dispute:
    """Dispute what one cause moves between two totals."""
    said = Said(service.reason_of(body["cause"]), body.pop("narrative"), body.pop("raised_by"))
    return service.dispute_cause(g.session, **body, said=said)


@dispute_claims.post("/invoice-lines")
@requires("disputes:write")
@dispute_claims.response(201, DisputeSchema)
@dispute_claims.arguments(InvoiceLineDisputedSchema)
def dispute_invoice_line(body: dict[str, Any]) -> Dispute:
    """Dispute a line of a carrier's invoice."""
    said = Said(body["reason"], body["narrative"])
    return service.dispute_invoice_line(g.session, body["supplier_invoice_id"], body["line"], said)
