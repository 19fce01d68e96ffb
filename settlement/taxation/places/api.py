"""Evidence of places over HTTP: what is known of a customer, and a piece more."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from settlement.taxation.places import service
from settlement.taxation.places.place import EvidenceKind, PlaceEvidence
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

place_evidence = Blueprint(
    "place_evidence",
    __name__,
    url_prefix="/parties",
    description="Evidence of where private customers belong for VAT.",
)


class PlaceEvidenceSchema(Schema):
    """One piece of evidence; without a day, it was told today."""

    kind = fields.Enum(EvidenceKind, by_value=True, required=True)
    country = fields.String(required=True, validate=validate.Regexp(r"^[A-Z]{2}\Z"))
    reference = fields.String(required=True, validate=validate.Length(min=1, max=200))
    told_on = fields.Date(load_default=None, allow_none=True)
    recorded_by = fields.String(dump_only=True)
    recorded_at = fields.AwareDateTime(dump_only=True)


@place_evidence.get("/<uuid:party_id>/place-evidence")
@requires("parties:read")
@place_evidence.response(200, PlaceEvidenceSchema(many=True))
def list_evidence(party_id: UUID) -> list[PlaceEvidence]:
    """All evidence of where the party belongs, the newest first."""
    return service.evidence_of(g.session, party_id)


@place_evidence.post("/<uuid:party_id>/place-evidence")
@requires("parties:write")
@place_evidence.response(201, PlaceEvidenceSchema)
@place_evidence.arguments(PlaceEvidenceSchema)
def enter_evidence(body: dict[str, Any], party_id: UUID) -> PlaceEvidence:
    """Keep a piece of evidence."""
    return service.enter(g.session, party_id, **body)
