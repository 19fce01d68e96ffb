"""TAP files that never came over HTTP: listed, and told to who sent them."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from settlement.interconnect.roaming.missing_files import service
from settlement.interconnect.roaming.missing_files.missing import MissingFiles
from settlement.interconnect.roaming.returning.api import SentRapFileSchema
from settlement.interconnect.roaming.returning.sent_rap import SentRapFile
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

missing_tap_files = Blueprint("missing_tap_files", __name__, url_prefix="/roaming/missing-files")


class MissingFilesSchema(Schema):
    """Numbers of one network's files that are missing from a source; those not told of yet."""

    source = fields.String()
    sender = fields.String()
    recipient = fields.String()
    since = fields.AwareDateTime()
    numbers = fields.List(fields.Integer())
    untold = fields.List(fields.Integer())


class TellingSchema(Schema):
    """The source, and the network whose files are missing from it."""

    source = fields.String(required=True, validate=validate.Length(min=1, max=64))
    sender = fields.String(required=True, validate=validate.Length(equal=5))


@missing_tap_files.get("")
@requires("interconnect:read")
@missing_tap_files.response(200, MissingFilesSchema(many=True))
def list_missing() -> list[MissingFiles]:
    """What never came, by source and network; a month cannot close while a number is missing."""
    return service.missing_files(g.session)


@missing_tap_files.post("/returns")
@requires("interconnect:write")
@missing_tap_files.response(201, SentRapFileSchema)
@missing_tap_files.arguments(TellingSchema)
def tell(body: dict[str, Any]) -> SentRapFile:
    """Write the RAP file that tells a network which of its files never came."""
    return service.tell(g.session, **body)
