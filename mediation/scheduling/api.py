"""When files of a source are due, over HTTP, and since when it is silent."""

from typing import Any

from flask import g
from marshmallow import Schema, fields

from mediation.scheduling import service
from mediation.sources import service as sources
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

source_schedules = Blueprint("source_schedules", __name__, url_prefix="/usage-sources")


class FileScheduleSchema(Schema):
    """When files are due: `every_hours`, or `daily_by` with `files` and `days`; or never."""

    every_hours = fields.Integer(strict=True)
    daily_by = fields.String()
    files = fields.Integer(strict=True)
    days = fields.List(fields.String())


class FilesDueSchema(Schema):
    """A schedule, and since when files are overdue by it; null where none are."""

    schedule = fields.Nested(FileScheduleSchema)
    silent_since = fields.AwareDateTime(allow_none=True)
    last_file_at = fields.AwareDateTime(allow_none=True)


@source_schedules.get("/<code>/schedule")
@requires("usage:read")
@source_schedules.response(200, FilesDueSchema)
def show_schedule(code: str) -> dict[str, Any]:
    """When files of a source are due, and whether it is silent."""
    return _standing(code)


@source_schedules.put("/<code>/schedule")
@requires("usage:write")
@source_schedules.response(200, FilesDueSchema)
@source_schedules.arguments(FileScheduleSchema)
def set_schedule(body: dict[str, Any], code: str) -> dict[str, Any]:
    """Say when files of a source are due; an empty body says that none are."""
    service.set_schedule(g.session, code, body)
    return _standing(code)


def _standing(code: str) -> dict[str, Any]:
    registered = sources.the_source(g.session, code)
    silent = service.silence_of(g.session, registered)
    return {
        "schedule": registered.source.schedule,
        "silent_since": silent.since if silent else None,
        "last_file_at": service.last_file_at(g.session, registered),
    }
