"""RAP files of roaming partners over HTTP: taken in, listed, acknowledged."""

from typing import Any
from uuid import UUID

from flask import Response, g, request
from marshmallow import Schema, fields

from currencies.fields import AmountField
from i18n.locale import translator
from settlement.disputes.returned_calls import service
from settlement.disputes.returned_calls.returned import RapFile, ReturnKind
from settlement.interconnect.receiving import CarrierMissing
from settlement.interconnect.refused_files.api import acknowledgement as refusal_told
from settlement.interconnect.refused_files.service import Refusal
from settlement.interconnect.roaming.wording import wrong_text
from tenants.values import fields_of
from tenants.web.attachment import attachment
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires
from tenants.web.problems import reader_language

rap_files = Blueprint("rap_files", __name__, url_prefix="/roaming/rap-files")

READ = ("interconnect:read", "own-exchange:read")
SEE_NUMBERS = ("numbers:read", "own-exchange:read")
WRITE = ("interconnect:write", "own-exchange:write")
BINARY = "application/octet-stream"


class RapFileSchema(Schema):
    """A RAP file that a roaming partner sent us, and what it returns of our charges."""

    id = fields.UUID()
    carrier_id = fields.UUID()
    name = fields.String()
    sender = fields.String()
    recipient = fields.String()
    sequence = fields.Integer()
    returns = fields.Integer()
    amount = AmountField()
    currency = fields.String(allow_none=True)
    sha256 = fields.String()
    taken_in_at = fields.AwareDateTime()


class ReturnedCallSchema(Schema):
    """One return: an event by its place in the TAP file, a file, or numbers of files.

    `wrong` tells item and error in the reader's language.
    """

    line = fields.Integer()
    kind = fields.Enum(ReturnKind, by_value=True)
    tap_file_id = fields.UUID(allow_none=True)
    place = fields.Integer(allow_none=True)
    began = fields.String(allow_none=True)
    amount = AmountField()
    error_code = fields.Integer(allow_none=True)
    item = fields.Integer(allow_none=True)
    wrong = fields.String()
    first_number = fields.Integer(allow_none=True)
    last_number = fields.Integer(allow_none=True)


class RapFileInFullSchema(RapFileSchema):
    """The same with every return."""

    calls = fields.List(fields.Nested(ReturnedCallSchema))


class RapFilesQuery(Schema):
    """Whose files; a carrier's own user leaves it out."""

    carrier_id = fields.UUID(load_default=None)


@rap_files.get("")
@requires(*READ)
@rap_files.response(200, RapFileSchema(many=True))
@rap_files.arguments(RapFilesQuery, location="query")
def list_files(query: dict[str, Any]) -> list[RapFile]:
    """RAP files taken in, the newest first; a carrier sees its own."""
    return service.files(g.session, **query)


@rap_files.post("")
@requires(*WRITE)
@rap_files.response(201, RapFileSchema)
@rap_files.arguments(RapFilesQuery, location="query")
def take_in(query: dict[str, Any]) -> RapFile | Response:
    """Take in a RAP file, its bytes in the body, and dispute what it returns.

    One that is refused is kept and answered with the reason and where it is.
    """
    carrier_id = query["carrier_id"] or g.session.principal.party_id
    if carrier_id is None:
        raise CarrierMissing
    taken = service.take_in(g.session, carrier_id, request.get_data())
    return refusal_told(taken) if isinstance(taken, Refusal) else taken


@rap_files.get("/<uuid:rap_file_id>")
@requires(*READ)
@rap_files.response(200, RapFileInFullSchema)
def show_file(rap_file_id: UUID) -> dict[str, Any]:
    """One RAP file with what it returns."""
    found = service.file(g.session, rap_file_id)
    say_it = translator(reader_language())
    calls = [
        fields_of(type(each), each) | {"wrong": wrong_text(each.item, each.error_code, say_it)}
        for each in service.calls_of(g.session, rap_file_id)
    ]
    return fields_of(RapFile, found) | {"name": found.name, "calls": calls}


@rap_files.get("/<uuid:rap_file_id>/file")
@requires(*SEE_NUMBERS)
def download_file(rap_file_id: UUID) -> Response:
    """The file as it came; it has whole numbers."""
    found, content = service.download(g.session, rap_file_id)
    return attachment(content, found.name, BINARY)


@rap_files.get("/<uuid:rap_file_id>/acknowledgement")
@requires(*READ)
def download_acknowledgement(rap_file_id: UUID) -> Response:
    """Our word to the network that its file came, as RAP has it."""
    found, content = service.acknowledgement(g.session, rap_file_id)
    return attachment(content, found.acknowledgement_name, BINARY)
