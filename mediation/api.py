"""Usage over HTTP: send files and events, see what became of them, work on what waits."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from flask import abort, current_app, g, request
from marshmallow import Schema, fields, validate

from mediation import service
from mediation.batch import Batch, EventAnswer, SuspendedRecord
from mediation.file_gaps import service as file_gaps
from mediation.formats.events import read_binary_event, read_events
from mediation.recycling import service as recycling
from mediation.suspense import service as suspense
from tenants.gathering import Gathering
from tenants.persistence.database import Database
from tenants.principal import Principal
from tenants.session import transaction
from tenants.web.blueprint import Blueprint
from tenants.web.callers import database
from tenants.web.contracts import requires
from tenants.web.idempotency import HEADER
from tenants.web.paging import PageQuery, page_of, page_schema, place_of

usage_events = Blueprint("usage_events", __name__, url_prefix="/usage-events")
usage_files = Blueprint("usage_files", __name__, url_prefix="/usage-files")
usage_sources = Blueprint("usage_sources", __name__, url_prefix="/usage-sources")
suspended_records = Blueprint("suspended_records", __name__, url_prefix="/suspense")

# HTTP binding of CloudEvents 1.0: the body is an envelope, or else the headers are one.
CLOUD_EVENTS = ("application/cloudevents+json", "application/cloudevents-batch+json")
BINARY = "ce-"

Sender = tuple[UUID, Principal, str]
Doorway = Gathering[Sender, list[Any], list[EventAnswer]]

# Of the two seconds in which an event is to be seen, so much may pass for the sake of few commits.
REST_SECONDS = 0.2

CODE = validate.Length(min=1, max=100)
REASON = fields.String(required=True, validate=validate.Length(min=1, max=500))


class SourceQuery(Schema):
    """Which source sends."""

    source = fields.String(required=True, validate=CODE)


class FileQuery(SourceQuery):
    """Which source sends, and what it calls the file."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=255))


class BatchQuery(Schema):
    """Whose batches to list."""

    source = fields.String(load_default=None, validate=CODE)


class BatchSchema(Schema):
    """The manifest of a batch: where its records went, what was declared and found."""

    id = fields.UUID()
    file_name = fields.String()
    sha256 = fields.String()
    status = fields.String()
    reason = fields.String()
    sequence = fields.Integer(allow_none=True)
    stream = fields.String()
    records = fields.Integer()
    landed = fields.Integer()
    rejected = fields.Integer()
    duplicate = fields.Integer()
    suspended = fields.Integer()
    control_totals = fields.Dict()
    arrived_at = fields.AwareDateTime()
    undone_at = fields.AwareDateTime(allow_none=True)


class EventAnswerSchema(Schema):
    """What became of one event; an event that comes again gets its first answer."""

    event_id = fields.String(allow_none=True)
    status = fields.String()
    reason = fields.String(allow_none=True)
    batch_id = fields.UUID(allow_none=True)
    line = fields.Integer(allow_none=True)


class WaiverSchema(Schema):
    """A file number that need not come."""

    number = fields.Integer(required=True, strict=True, validate=validate.Range(0, 10**12))
    stream = fields.String(load_default="", validate=validate.Length(max=20))
    reason = REASON


class GapSchema(Schema):
    """A file number that is missing in a stream of a source, and since when that is known."""

    number = fields.Integer()
    stream = fields.String()
    name = fields.String()
    since = fields.AwareDateTime()


class GapsSchema(Schema):
    """File numbers that are missing."""

    missing = fields.List(fields.Integer())
    gaps = fields.List(fields.Nested(GapSchema))


class SuspenseQuery(PageQuery):
    """Which waiting records to list."""

    stage = fields.String(load_default=None, validate=validate.OneOf(["mediation", "rating"]))
    reason = fields.String(load_default=None, validate=validate.Length(max=100))


class SuspendedRecordSchema(Schema):
    """A record that waits, with the reason, its text as it came and its cells."""

    id = fields.UUID()
    batch_id = fields.UUID()
    line = fields.Integer()
    stage = fields.String()
    reason = fields.String()
    detail = fields.String()
    raw = fields.String()
    fields_ = fields.Dict(attribute="fields", data_key="fields")
    is_repaired = fields.Boolean()
    status = fields.String()
    occurred_at = fields.AwareDateTime(allow_none=True)
    suspended_at = fields.AwareDateTime()


class RepairSchema(Schema):
    """Cells to change, null to empty one, and why."""

    changes = fields.Dict(
        keys=fields.String(validate=validate.Length(max=50)),
        values=fields.String(allow_none=True, validate=validate.Length(max=256)),
        required=True,
        validate=validate.Length(min=1, max=50),
    )
    reason = REASON


class RecycleSchema(Schema):
    """Which records to send through again; all, where none are named."""

    # Said as `only`, which is also a word of every schema.
    records = fields.List(
        fields.UUID(),
        data_key="only",
        attribute="only",
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=10_000),
    )


class RecycledSchema(Schema):
    """Records that left suspense, and those that wait on."""

    left = fields.List(fields.UUID())
    waiting = fields.List(fields.UUID())


@usage_events.post("")
@requires("usage:write")
@usage_events.response(200, EventAnswerSchema(many=True))
@usage_events.arguments(SourceQuery, location="query")
def send_events(query: dict[str, Any]) -> list[EventAnswer]:
    """Send usage events: bare, CloudEvents 1.0 or TMF635 usage, one or a list; one answer each.

    CloudEvents come structured (`application/cloudevents+json`), as a batch
    (`application/cloudevents-batch+json`), or one in binary mode (`ce-` headers, data as the body).
    """
    events = _events()
    if HEADER in request.headers:
        # The answer is remembered in the transaction of the events, so the request has its own.
        return service.ingest_events(g.session, query["source"], events)
    caller = g.session.tenant_id, g.session.principal, query["source"]
    return _doorway().ask(caller, events)


def _doorway() -> Doorway:
    """Where the requests of this process wait for one another, so that a commit serves them all."""
    new: Doorway = Gathering(partial(_take_in, database()), rest_seconds=REST_SECONDS)
    found: Doorway = current_app.extensions.setdefault("saldo.usage_events", new)
    return found


def _take_in(
    opened: Database, sender: Sender, requests: Sequence[list[Any]]
) -> list[list[EventAnswer]]:
    tenant_id, principal, source = sender
    with transaction(opened, tenant_id, principal, "mediation.take_in_events") as session:
        return service.ingest_requests(session, source, requests)


def _events() -> list[Any]:
    if request.mimetype.startswith("application/cloudevents") and (
        request.mimetype not in CLOUD_EVENTS
    ):
        abort(415)
    attributes = {
        name.lower().removeprefix(BINARY): unquote(value)
        for name, value in request.headers.items()
        if name.lower().startswith(BINARY)
    }
    if attributes and request.mimetype not in CLOUD_EVENTS:
        return [read_binary_event(attributes, request.get_data())]
    return read_events(request.get_data())


@usage_files.post("")
@requires("usage:write")
@usage_files.response(200, BatchSchema)
@usage_files.arguments(FileQuery, location="query")
def send_file(query: dict[str, Any]) -> Batch:
    """Send a usage file as the body of the request; the same bytes again change nothing."""
    return service.ingest(g.session, query["source"], query["name"], request.get_data())


@usage_files.get("")
@requires("usage:read")
@usage_files.response(200, BatchSchema(many=True))
@usage_files.arguments(BatchQuery, location="query")
def list_files(query: dict[str, Any]) -> list[Batch]:
    """Batches in the order in which they came."""
    return service.batches(g.session, query["source"])


@usage_files.get("/<uuid:batch_id>")
@requires("usage:read")
@usage_files.response(200, BatchSchema)
def show_file(batch_id: UUID) -> Batch:
    """One batch."""
    return service.the_batch(g.session, batch_id)


@usage_files.post("/<uuid:batch_id>/reading")
@requires("usage:write")
@usage_files.response(200, BatchSchema)
def read_file_again(batch_id: UUID) -> Batch:
    """Read a quarantined file again, by the present settings of its source."""
    return service.read_again(g.session, batch_id)


@usage_sources.get("/<code>/gaps")
@requires("usage:read")
@usage_sources.response(200, GapsSchema)
def list_gaps(code: str) -> dict[str, Any]:
    """File numbers of a source that are missing and not waived, and since when."""
    return _gaps(code)


@usage_sources.post("/<code>/waivers")
@requires("usage:write")
@usage_sources.response(200, GapsSchema)
@usage_sources.arguments(WaiverSchema)
def waive_file(body: dict[str, Any], code: str) -> dict[str, Any]:
    """Declare that a file will not come; answers with what is still missing."""
    file_gaps.waive(g.session, code, body["number"], body["reason"], body["stream"])
    return _gaps(code)


def _gaps(code: str) -> dict[str, Any]:
    found = file_gaps.gaps_since(g.session, code)
    return {"missing": [gap.number for gap in found], "gaps": found}


@suspended_records.get("")
@requires("suspense:read")
@suspended_records.response(200, page_schema(SuspendedRecordSchema))
@suspended_records.arguments(SuspenseQuery, location="query")
def list_suspense(query: dict[str, Any]) -> dict[str, Any]:
    """Records that wait, the earliest first."""
    place = place_of(query["starting_after"], parts=1)
    rows = suspense.open_suspense(
        g.session,
        stage=query["stage"],
        reason=query["reason"],
        after=None if place is None else suspense.id_from(place[0]),
        limit=query["limit"] + 1,
    )
    return page_of(rows, query["limit"], lambda record: [str(record.id)])


@suspended_records.get("/<uuid:record_id>")
@requires("suspense:read")
@suspended_records.response(200, SuspendedRecordSchema)
def show_suspended(record_id: UUID) -> SuspendedRecord:
    """One record, waiting or settled."""
    return suspense.the_record(g.session, record_id)


@suspended_records.post("/<uuid:record_id>/repairs")
@requires("suspense:write")
@suspended_records.response(200, SuspendedRecordSchema)
@suspended_records.arguments(RepairSchema)
def repair_suspended(body: dict[str, Any], record_id: UUID) -> SuspendedRecord:
    """Change cells of a waiting record; recycling then decides whether it can go on."""
    return suspense.repair(g.session, record_id, body["changes"], body["reason"])


@suspended_records.post("/recycling")
@requires("suspense:write")
@suspended_records.response(200, RecycledSchema)
@suspended_records.arguments(RecycleSchema)
def recycle_suspended(body: dict[str, Any]) -> dict[str, list[UUID]]:
    """Send waiting records through again."""
    left, waiting = recycling.recycle(g.session, body["only"])
    return {"left": left, "waiting": waiting}
