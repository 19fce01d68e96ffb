"""Disputes over HTTP: what one side does not accept, and how it ends."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from currencies.fields import MoneyField
from settlement.disputes import service
from settlement.disputes.dispute import Dispute, Reason, Side, Status
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

disputes = Blueprint("disputes", __name__, url_prefix="/disputes")

OWN = ("own-disputes:write", "own-exchange:write")


class DisputeSchema(Schema):
    """A disputed part of a document."""

    id = fields.UUID(dump_only=True)
    document_id = fields.UUID(required=True)
    document_line = fields.String(load_default="", validate=validate.Length(max=100))
    reconciliation_id = fields.UUID(dump_only=True, allow_none=True)
    reconciliation_line = fields.Integer(dump_only=True, allow_none=True)
    raised_by = fields.Enum(Side, by_value=True, load_default=Side.US)
    reason = fields.Enum(Reason, by_value=True, required=True)
    narrative = fields.String(load_default="", validate=validate.Length(max=2000))
    disputed = MoneyField(required=True)
    status = fields.Enum(Status, by_value=True, dump_only=True)
    consequence = fields.String(dump_only=True)
    is_held = fields.Boolean(dump_only=True)
    opened_at = fields.AwareDateTime(dump_only=True)
    settled_at = fields.AwareDateTime(dump_only=True, allow_none=True)
    credit_id = fields.UUID(dump_only=True, allow_none=True)
    adjusted_at = fields.AwareDateTime(dump_only=True, allow_none=True)
    held = MoneyField(dump_only=True)
    settled = MoneyField(dump_only=True, allow_none=True)
    variance = MoneyField(dump_only=True, allow_none=True)
    comparison_id = fields.UUID(dump_only=True, allow_none=True)
    cause = fields.String(dump_only=True, allow_none=True)
    supplier_invoice_id = fields.UUID(dump_only=True, allow_none=True)
    supplier_invoice_line = fields.Integer(dump_only=True, allow_none=True)
    objection_id = fields.UUID(dump_only=True, allow_none=True)
    returned_file_id = fields.UUID(dump_only=True, allow_none=True)


class DisputeQuery(Schema):
    """Which disputes to list."""

    status = fields.Enum(Status, by_value=True, load_default=None)


class DifferenceSchema(Schema):
    """A compared line that one side does not accept."""

    reconciliation_id = fields.UUID(required=True)
    line = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    reason = fields.Enum(Reason, by_value=True, required=True)
    narrative = fields.String(load_default="", validate=validate.Length(max=2000))


class SettlementSchema(Schema):
    """How the other side answered."""

    is_accepted = fields.Boolean(required=True, truthy={True}, falsy={False})


class CreditSchema(Schema):
    """The document that credits an accepted dispute."""

    credit_id = fields.UUID(required=True)


@disputes.get("")
@requires("disputes:read", *OWN)
@disputes.response(200, DisputeSchema(many=True))
@disputes.arguments(DisputeQuery, location="query")
def list_disputes(query: dict[str, Any]) -> list[Dispute]:
    """Disputes, the newest first; a partner or carrier sees its own."""
    return service.disputes(g.session, **query)


@disputes.get("/<uuid:dispute_id>")
@requires("disputes:read", *OWN)
@disputes.response(200, DisputeSchema)
def show_dispute(dispute_id: UUID) -> Dispute:
    """One dispute and what has to happen next."""
    return service.dispute(g.session, dispute_id)


@disputes.post("")
@requires("disputes:write", *OWN)
@disputes.response(201, DisputeSchema)
@disputes.arguments(DisputeSchema)
def raise_dispute(body: dict[str, Any]) -> Dispute:
    """Dispute an amount of an issued document; the rest stays payable."""
    return service.raise_dispute(g.session, **body)


@disputes.post("/differences")
@requires("disputes:write", "own-exchange:write")
@disputes.response(201, DisputeSchema)
@disputes.arguments(DifferenceSchema)
def dispute_difference(body: dict[str, Any]) -> Dispute:
    """Dispute the variance of one line of a reconciliation."""
    return service.dispute_difference(g.session, **body)


@disputes.post("/<uuid:dispute_id>/withdrawal")
@requires("disputes:write", *OWN)
@disputes.response(200, DisputeSchema)
def withdraw_dispute(dispute_id: UUID) -> Dispute:
    """Take a dispute back; the document stands as issued."""
    return service.withdraw(g.session, dispute_id)


@disputes.post("/<uuid:dispute_id>/settlement")
@requires("disputes:write")
@disputes.response(200, DisputeSchema)
@disputes.arguments(SettlementSchema)
def settle_dispute(body: dict[str, Any], dispute_id: UUID) -> Dispute:
    """Accept or reject a dispute."""
    return service.settle(g.session, dispute_id, is_accepted=body["is_accepted"])


@disputes.post("/<uuid:dispute_id>/credit")
@requires("disputes:write")
@disputes.response(200, DisputeSchema)
@disputes.arguments(CreditSchema)
def credit_dispute(body: dict[str, Any], dispute_id: UUID) -> Dispute:
    """Note the credit note that carries out an accepted dispute."""
    return service.credited(g.session, dispute_id, body["credit_id"])
