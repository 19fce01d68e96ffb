"""RAP files that never came over HTTP: listed and waived."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from mediation.api import GapSchema
from settlement.disputes.returned_calls.missing_returns import service
from settlement.disputes.returned_calls.missing_returns.missing import MissingReturns
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

missing_rap_files = Blueprint(
    "missing_rap_files", __name__, url_prefix="/roaming/missing-rap-files"
)


class MissingReturnsSchema(Schema):
    """What never came of one network."""

    carrier_id = fields.UUID()
    sender = fields.String()
    recipient = fields.String()
    gaps = fields.List(fields.Nested(GapSchema))


class RapWaiverSchema(Schema):
    """The number of a network's RAP file that need not come, and why."""

    sender = fields.String(required=True, validate=validate.Length(equal=5))
    number = fields.Integer(required=True, strict=True, validate=validate.Range(1, 99_999))
    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))


@missing_rap_files.get("")
@requires("interconnect:read")
@missing_rap_files.response(200, MissingReturnsSchema(many=True))
def list_missing() -> list[MissingReturns]:
    """What never came and is not waived, by network."""
    return service.missing_returns(g.session)


@missing_rap_files.post("/waivers")
@requires("interconnect:write")
@missing_rap_files.response(200, MissingReturnsSchema(many=True))
@missing_rap_files.arguments(RapWaiverSchema)
def waive(body: dict[str, Any]) -> list[MissingReturns]:
    """Declare that a RAP file will not come; answers with what is still missing."""
    service.waive(g.session, body["sender"], body["number"], body["reason"])
    return service.missing_returns(g.session)
