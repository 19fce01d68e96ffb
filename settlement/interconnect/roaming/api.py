"""TAP files over HTTP: written for the home networks of visitors, listed, downloaded."""

from typing import Any
from uuid import UUID

from flask import Response, g
from marshmallow import Schema, fields, validate

from currencies.fields import AmountField
from settlement.interconnect.roaming import service
from settlement.interconnect.roaming.tap_out import TapFile
from tenants.web.attachment import attachment
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

tap_files = Blueprint("tap_files", __name__, url_prefix="/roaming/tap-files")

READ = ("interconnect:read", "own-exchange:read")
SEE_NUMBERS = ("numbers:read", "own-exchange:read")


class TapFileSchema(Schema):
    """A file for one home network and month."""

    id = fields.UUID()
    carrier_id = fields.UUID()
    name = fields.String()
    sender = fields.String()
    recipient = fields.String()
    sequence = fields.Integer()
    events = fields.Integer()
    amount = AmountField()
    currency = fields.String()
    sha256 = fields.String()
    written_at = fields.AwareDateTime()


class TapFileQuery(Schema):
    """Whose files; a carrier's own user leaves it out."""

    carrier_id = fields.UUID(load_default=None)


class TapMonthSchema(Schema):
    """The agreement and closed month that are charged."""

    agreement = fields.String(required=True, validate=validate.Length(max=200))
    period = fields.String(required=True, validate=validate.Length(max=7))


@tap_files.get("")
@requires(*READ)
@tap_files.response(200, TapFileSchema(many=True))
@tap_files.arguments(TapFileQuery, location="query")
def list_files(query: dict[str, Any]) -> list[TapFile]:
    """Files written, the newest first; a carrier sees its own."""
    return service.files(g.session, **query)


@tap_files.post("")
@requires("interconnect:write")
@tap_files.response(201, TapFileSchema(many=True))
@tap_files.arguments(TapMonthSchema)
def write_files(body: dict[str, Any]) -> list[TapFile]:
    """Write the TAP 3.12 files of a closed month; asking again gives those there are."""
    return service.write_files(g.session, **body)


@tap_files.get("/<uuid:tap_file_id>/file")
@requires(*SEE_NUMBERS)
def download_file(tap_file_id: UUID) -> Response:
    """The file, under the name that networks exchange it by; it has whole numbers."""
    file, content = service.download(g.session, tap_file_id)
    return attachment(content, file.name, "application/octet-stream")
