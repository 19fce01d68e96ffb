"""Acceptance of self-billed documents over HTTP: where one stands, accept it, object to it."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from settlement.self_billing.acceptance import service
from settlement.self_billing.acceptance.service import Acceptance
from settlement.self_billing.acceptance.standing import Standing
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

acceptances = Blueprint(
    "acceptances",
    __name__,
    url_prefix="/self-billed-documents",
    description="What partners say of invoices issued in their names.",
)

TEXT = validate.Length(max=1000)


class AcceptanceSchema(Schema):
    """Where a self-billed document stands, and the answer that counts."""

    document_id = fields.UUID(attribute="document.id")
    number = fields.String(attribute="document.number")
    standing = fields.Enum(Standing, by_value=True)
    last_on = fields.Date()
    answered_by = fields.String(attribute="answer.answered_by")
    answered_at = fields.AwareDateTime(attribute="answer.answered_at")
    reason = fields.String(attribute="answer.reason")
    reference = fields.String(attribute="answer.reference")


class AcceptedSchema(Schema):
    """The letter in which a partner accepted, where we note it."""

    reference = fields.String(load_default="", validate=TEXT)


class ObjectedSchema(Schema):
    """What is wrong, and the letter that says so, where we note it."""

    reason = fields.String(required=True, validate=TEXT)
    reference = fields.String(load_default="", validate=TEXT)


@acceptances.get("/<uuid:document_id>/acceptance")
@requires("documents:read", "own-statements:read")
@acceptances.response(200, AcceptanceSchema)
def one_acceptance(document_id: UUID) -> Acceptance:
    """Where a document stands today."""
    return service.acceptance(g.session, document_id)


@acceptances.post("/<uuid:document_id>/acceptance")
@requires("documents:issue", "own-disputes:write")
@acceptances.response(200, AcceptanceSchema)
@acceptances.arguments(AcceptedSchema)
def accept(body: dict[str, Any], document_id: UUID) -> Acceptance:
    """Accept a document, or note that its partner accepted."""
    return service.accept(g.session, document_id, body["reference"])


@acceptances.post("/<uuid:document_id>/objection")
@requires("documents:issue", "own-disputes:write")
@acceptances.response(200, AcceptanceSchema)
@acceptances.arguments(ObjectedSchema)
def object_to(body: dict[str, Any], document_id: UUID) -> Acceptance:
    """Object to a document, or note that its partner objected."""
    return service.object_to(g.session, document_id, body["reason"], body["reference"])
