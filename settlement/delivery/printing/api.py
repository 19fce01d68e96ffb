"""Print batches over HTTP: produce one, list them, take their files to the printer."""

from uuid import UUID

from flask import Response, g
from marshmallow import Schema, fields

from settlement.delivery.printing import service
from settlement.delivery.printing.print_batch import PrintBatch
from tenants.web.attachment import streamed
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

print_batches = Blueprint(
    "print_batches",
    __name__,
    url_prefix="/print-batches",
    description="Documents on paper, with cover lists and labels.",
)


class PrintBatchSchema(Schema):
    """A print batch; `files` are SHA-256 by part: documents, cover-list, labels, manifest."""

    id = fields.UUID()
    number = fields.String()
    sides = fields.Integer()
    envelopes = fields.Integer()
    pages = fields.Integer()
    sheets = fields.Integer()
    files = fields.Dict(keys=fields.String(), values=fields.String())
    produced_at = fields.AwareDateTime()
    produced_by = fields.String()


@print_batches.get("")
@requires("documents:read")
@print_batches.response(200, PrintBatchSchema(many=True))
def list_print_batches() -> list[PrintBatch]:
    """Print batches, the newest first."""
    return service.batches(g.session)


@print_batches.post("")
@requires("documents:issue")
@print_batches.response(201, PrintBatchSchema)
def produce() -> PrintBatch:
    """Print all that waits to be printed."""
    return service.produce(g.session)


@print_batches.get("/<uuid:print_batch_id>")
@requires("documents:read")
@print_batches.response(200, PrintBatchSchema)
def one_print_batch(print_batch_id: UUID) -> PrintBatch:
    """One print batch."""
    return service.batch(g.session, print_batch_id)


@print_batches.get("/<uuid:print_batch_id>/<part>")
@requires("documents:read")
def print_batch_file(print_batch_id: UUID, part: str) -> Response:
    """One part of a batch, streamed from where it is kept."""
    return streamed(*service.part_of(g.session, print_batch_id, part))
