"""Returns to visited networks over HTTP: written from a TAP file, listed, downloaded."""

from typing import Any
from uuid import UUID

from flask import Response, g, request
from marshmallow import Schema, fields, validate

from currencies.fields import AmountField
from settlement.interconnect.roaming.returning import service
from settlement.interconnect.roaming.returning.sent_rap import ErrorNotNamed, SentRapFile
from settlement.interconnect.roaming.returning.service import Named
from tenants.web.attachment import attachment
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

sent_rap_files = Blueprint("sent_rap_files", __name__, url_prefix="/roaming/returns")

BINARY = "application/octet-stream"
CODE = validate.Range(min=1, max=99_999)


class SentRapFileSchema(Schema):
    """A RAP file that we wrote for a visited network."""

    id = fields.UUID()
    batch_id = fields.UUID(allow_none=True)
    name = fields.String()
    sender = fields.String()
    recipient = fields.String()
    sequence = fields.Integer()
    tap_sequence = fields.Integer(allow_none=True)
    returns = fields.Integer()
    amount = AmountField()
    currency = fields.String(allow_none=True)
    sha256 = fields.String()
    write_off_id = fields.UUID(allow_none=True)
    written_at = fields.AwareDateTime()
    acknowledged_at = fields.AwareDateTime(allow_none=True)
    missing = fields.List(fields.Integer())


class ReturnSchema(Schema):
    """The TAP file, the reason for which its records wait, and the error where none is usual."""

    batch_id = fields.UUID(required=True)
    reason = fields.String(load_default=None, validate=validate.Length(max=100))
    error_code = fields.Integer(load_default=None, strict=True, validate=CODE)
    item = fields.Integer(load_default=None, strict=True, validate=CODE)


@sent_rap_files.get("")
@requires("interconnect:read")
@sent_rap_files.response(200, SentRapFileSchema(many=True))
def list_returns() -> list[SentRapFile]:
    """RAP files that we wrote, the newest first."""
    return service.files(g.session)


@sent_rap_files.post("")
@requires("interconnect:write")
@sent_rap_files.response(201, SentRapFileSchema)
@sent_rap_files.arguments(ReturnSchema)
def return_batch(body: dict[str, Any]) -> SentRapFile:
    """Return what waits of a TAP file, or a refused one whole; a write-off of it is proposed."""
    code, item = body.pop("error_code"), body.pop("item")
    if (code is None) != (item is None):
        raise ErrorNotNamed(reason=body["reason"] or "this")
    error = None if code is None else Named(code, item)
    return service.return_batch(g.session, **body, error=error)


@sent_rap_files.post("/<uuid:sent_rap_file_id>/acknowledgement")
@requires("interconnect:write")
@sent_rap_files.response(200, SentRapFileSchema)
def acknowledge(sent_rap_file_id: UUID) -> SentRapFile:
    """Take in the network's word that the file came, a RAP acknowledgement in the body."""
    return service.acknowledge(g.session, sent_rap_file_id, request.get_data())


@sent_rap_files.get("/<uuid:sent_rap_file_id>/file")
@requires("numbers:read")
def download_return(sent_rap_file_id: UUID) -> Response:
    """The file, under the name that networks exchange it by; it has whole numbers."""
    found, content = service.download(g.session, sent_rap_file_id)
    return attachment(content, found.name, BINARY)
