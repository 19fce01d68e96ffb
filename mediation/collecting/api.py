"""Fetching over HTTP: where a source's files lie, what was found there, fetch now, try again."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields

from mediation.collecting import service
from mediation.collecting.place import Place
from mediation.collecting.service import FoundFile
from tenants.jobs import service as jobs
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

collecting = Blueprint("collecting", __name__, url_prefix="/usage-sources")
found_files = Blueprint("found_files", __name__, url_prefix="/found-files")

JOB = "mediation.collect"


class PlaceSchema(Schema):
    """Where files are fetched from; credentials are references such as env:PASSWORD."""

    kind = fields.String(required=True)
    address = fields.String(required=True)
    pattern = fields.String()
    ready = fields.String()
    stable_seconds = fields.Integer(strict=True)
    marker = fields.String()
    after = fields.String()
    done_folder = fields.String()
    credentials = fields.Dict(keys=fields.String(), values=fields.String())
    host_key = fields.String()
    size_max_bytes = fields.Integer(strict=True)
    senders = fields.List(fields.String())


class FoundFileSchema(Schema):
    """A file that was found, and what became of it."""

    id = fields.UUID()
    name = fields.String()
    size_bytes = fields.Integer()
    status = fields.String()
    fault = fields.String()
    attempts = fields.Integer()
    batch_id = fields.UUID(allow_none=True)
    is_aside = fields.Boolean()
    seen_at = fields.AwareDateTime()
    ended_at = fields.AwareDateTime(allow_none=True)


class CollectingRunSchema(Schema):
    """The run that fetches."""

    run_id = fields.UUID()


@collecting.get("/<code>/place")
@requires("usage:read")
@collecting.response(200, PlaceSchema)
def show_place(code: str) -> Place:
    """Where the files of a source are fetched from."""
    return service.place_of(g.session, code)


@collecting.put("/<code>/place")
@requires("usage:write")
@collecting.response(200, PlaceSchema)
@collecting.arguments(PlaceSchema)
def set_place(body: dict[str, Any], code: str) -> Place:
    """Say where the files of a source are fetched from."""
    return service.set_place(g.session, code, body)


@collecting.get("/<code>/found-files")
@requires("usage:read")
@collecting.response(200, FoundFileSchema(many=True))
def list_found_files(code: str) -> list[FoundFile]:
    """The latest files that were found, the newest first."""
    return service.found_files(g.session, code)


@collecting.post("/<code>/collecting")
@requires("usage:write")
@collecting.response(202, CollectingRunSchema)
def fetch_now(code: str) -> dict[str, UUID]:
    """Fetch what has come, soon; the run says what came of it."""
    service.place_of(g.session, code)
    return {"run_id": jobs.ask_for_run(g.session, JOB, {"source": code})}


@found_files.post("/<uuid:found_file_id>/retry")
@requires("usage:write")
@found_files.response(200, FoundFileSchema)
def try_again(found_file_id: UUID) -> FoundFile:
    """Let a file that failed be tried at the next look."""
    return service.try_again(g.session, found_file_id)
