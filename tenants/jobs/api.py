"""Runs and schedules over HTTP: how far work is, and what is done when."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from tenants.jobs import service
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

runs = Blueprint("runs", __name__, url_prefix="/runs", description="Work done by workers.")
schedules = Blueprint("schedules", __name__, url_prefix="/schedules", description="Work by time.")


class RunSchema(Schema):
    """One doing of a job and how far it is."""

    id = fields.UUID()
    job = fields.String()
    status = fields.String()
    slot = fields.AwareDateTime()
    done = fields.Integer()
    total = fields.Integer()
    result = fields.Dict(allow_none=True)
    error = fields.String(allow_none=True)
    created_at = fields.AwareDateTime()
    started_at = fields.AwareDateTime()
    finished_at = fields.AwareDateTime()


class ScheduleSchema(Schema):
    """What is done when; weekdays in `cron` stand by name."""

    name = fields.String(dump_only=True)
    job = fields.String(required=True, validate=validate.Length(min=1, max=100))
    cron = fields.String(required=True, validate=validate.Length(max=100))
    time_zone = fields.String(required=True, validate=validate.Length(max=60))
    arguments = fields.Dict(keys=fields.String(), load_default=dict)
    is_enabled = fields.Boolean(load_default=True)


@runs.get("")
@requires("runs:read")
@runs.response(200, RunSchema(many=True))
def list_runs() -> list[service.Run]:
    """The latest runs, the newest first."""
    return service.runs(g.session)


@runs.get("/<uuid:run_id>")
@requires("runs:read")
@runs.response(200, RunSchema)
def one_run(run_id: UUID) -> service.Run:
    """One run and how far it is."""
    return service.run(g.session, run_id)


@runs.post("/<uuid:run_id>/retry")
@requires("schedules:write")
@runs.response(202, RunSchema)
def try_again(run_id: UUID) -> service.Run:
    """Put a failed run into the queue once more."""
    service.try_again(g.session, run_id)
    return service.run(g.session, run_id)


@schedules.get("")
@requires("runs:read")
@schedules.response(200, ScheduleSchema(many=True))
def list_schedules() -> list[service.Schedule]:
    """All schedules."""
    return service.schedules(g.session)


@schedules.put("/<name>")
@requires("schedules:write")
@schedules.response(200, ScheduleSchema)
@schedules.arguments(ScheduleSchema)
def set_schedule(body: dict[str, Any], name: str) -> service.Schedule:
    """Make a schedule or change it."""
    return service.set_schedule(g.session, name=name, **body)
