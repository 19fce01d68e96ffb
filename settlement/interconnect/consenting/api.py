"""Consent to corrections over HTTP: the carrier's own, or noted by us from its letter."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from settlement.interconnect.consenting import service
from settlement.interconnect.consents.consent import Consent, Status
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

correction_consents = Blueprint(
    "correction_consents",
    __name__,
    url_prefix="/exchange/declarations",
    description="Corrections of accepted months wait for the other side's consent.",
)

WRITE = ("corrections:approve", "own-exchange:write")
TEXT = validate.Length(max=500)


class CorrectionConsentSchema(Schema):
    """A correction that needs consent, and what was answered."""

    declaration_id = fields.UUID()
    status = fields.Enum(Status, by_value=True)
    asked_by = fields.String()
    asked_at = fields.AwareDateTime()
    answered_by = fields.String(allow_none=True)
    answered_at = fields.AwareDateTime(allow_none=True)
    reference = fields.String()
    reason = fields.String()


class CorrectionAgreedSchema(Schema):
    """The letter that one of ours notes; a carrier's user leaves it out."""

    reference = fields.String(load_default="", validate=TEXT)


class CorrectionRefusedSchema(CorrectionAgreedSchema):
    """Why it is refused."""

    reason = fields.String(required=True, validate=TEXT)


@correction_consents.post("/<uuid:declaration_id>/consent")
@requires(*WRITE)
@correction_consents.response(200, CorrectionConsentSchema)
@correction_consents.arguments(CorrectionAgreedSchema)
def agree(body: dict[str, Any], declaration_id: UUID) -> Consent:
    """Agree to a correction of an accepted month; it is booked at once."""
    return service.agree(g.session, declaration_id, body["reference"])


@correction_consents.post("/<uuid:declaration_id>/refusal")
@requires(*WRITE)
@correction_consents.response(200, CorrectionConsentSchema)
@correction_consents.arguments(CorrectionRefusedSchema)
def refuse(body: dict[str, Any], declaration_id: UUID) -> Consent:
    """Refuse a correction of an accepted month; nothing of it is booked."""
    return service.refuse(g.session, declaration_id, body["reason"], body["reference"])
