"""Refused files over HTTP: the answer to who sent one, the list, and the bytes as they came."""

from typing import Any
from uuid import UUID

from flask import Response, g
from marshmallow import Schema, fields

from i18n.locale import error_text
from settlement.interconnect.refused_files import service
from settlement.interconnect.refused_files.refused_file import UNKNOWN, FileKind, RefusedFile
from settlement.interconnect.refused_files.service import Refusal
from tenants.web.attachment import attachment
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires
from tenants.web.problems import problem, reader_language

refused_files = Blueprint("refused_files", __name__, url_prefix="/exchange/refused-files")

READ = ("interconnect:read", "own-exchange:read")


class RefusedFileSchema(Schema):
    """A file that was not taken in: what it was sent as, its digest and size, and why."""

    id = fields.UUID()
    carrier_id = fields.UUID()
    kind = fields.Enum(FileKind, by_value=True)
    sha256 = fields.String()
    size = fields.Integer()
    code = fields.String()
    reason = fields.String()
    refused_by = fields.String()
    refused_at = fields.AwareDateTime()


class RefusedFilesQuery(Schema):
    """Whose files to list; a carrier's own user leaves it out."""

    carrier_id = fields.UUID(load_default=None)


@refused_files.get("")
@requires(*READ)
@refused_files.response(200, RefusedFileSchema(many=True))
@refused_files.arguments(RefusedFilesQuery, location="query")
def list_refused_files(query: dict[str, Any]) -> list[RefusedFile]:
    """Files of declarations and calls that were refused, the newest first; a carrier's own."""
    return service.refused_files(g.session, **query)


@refused_files.get("/<uuid:refused_file_id>/content")
@requires(*READ)
def download_refused_file(refused_file_id: UUID) -> Response:
    """The bytes of a refused file as they came."""
    found, content = service.bytes_of(g.session, refused_file_id)
    return attachment(content, found.name, UNKNOWN)


def acknowledgement(refusal: Refusal) -> Response:
    """The answer to who sent the file: why it is refused, and where it is kept."""
    error = refusal.error
    return problem(
        error.status,
        error.code,
        error_text(error, reader_language()),
        refused_file={"id": str(refusal.file.id), "sha256": refusal.file.sha256},
    )
