"""One record over HTTP: raw beside normalised, with its four times."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from settlement.insight.tracing import service
from settlement.insight.tracing.service import TracedRecord
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

usage_records = Blueprint("usage_records", __name__, url_prefix="/usage-files")


class TracedRecordSchema(Schema):
    """A record as it came and as it landed; null where a time or period does not apply."""

    file_name = fields.String(attribute="trace.batch.file_name")
    line = fields.Integer(attribute="trace.line")
    raw = fields.String(attribute="trace.raw")
    cells = fields.Dict(attribute="trace.cells")
    outcome = fields.String(attribute="trace.outcome")
    reason = fields.String(attribute="trace.reason", allow_none=True)
    normalised = fields.Dict(
        keys=fields.String(),
        values=fields.String(allow_none=True),
        attribute="trace.normalised",
        allow_none=True,
    )
    occurred_at = fields.AwareDateTime(attribute="trace.occurred_at", allow_none=True)
    arrived_at = fields.AwareDateTime(attribute="trace.arrived_at")
    period_billed = fields.String(attribute="billed", allow_none=True)
    period_corrected = fields.String(attribute="corrected", allow_none=True)
    period_taken_back = fields.String(attribute="taken_back", allow_none=True)


class LineQuery(Schema):
    """Which record of the file."""

    line = fields.Integer(required=True, strict=False, validate=validate.Range(1, 10**12))


@usage_records.get("/<uuid:batch_id>/record")
@requires("usage:read")
@usage_records.response(200, TracedRecordSchema)
@usage_records.arguments(LineQuery, location="query")
def show_record(query: dict[str, Any], batch_id: UUID) -> TracedRecord:
    """One record of a file: its raw text, its cells, what landed, and its four times."""
    return service.traced(g.session, batch_id, query["line"])
