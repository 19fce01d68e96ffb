"""Numbered resources over HTTP: what is there, what it is today, and what became of it."""

import datetime as dt
from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from settlement.inventory import service
from settlement.inventory.resource import KINDS, STATES, Resource, Stay
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires
from tenants.web.paging import PageQuery, page_of, page_schema, place_of

numbered_resources = Blueprint(
    "numbered_resources",
    __name__,
    url_prefix="/numbered-resources",
    description="Numbers, lines and ports: free, busy, reserved or in quarantine.",
)

TEXT = validate.Length(min=1, max=200)


class ResourceSchema(Schema):
    """A number, line or port as it is on a local day; `until` is the first day no longer so."""

    id = fields.UUID()
    kind = fields.String()
    code = fields.String()
    state = fields.String()
    since = fields.Date(allow_none=True)
    until = fields.Date(allow_none=True)
    subscription_id = fields.UUID(allow_none=True)
    held_for = fields.String()


class StaySchema(Schema):
    """What a resource was from one local day until another."""

    state = fields.String()
    valid_from = fields.Date()
    valid_until = fields.Date(allow_none=True)
    due_on = fields.Date(allow_none=True)
    subscription_id = fields.UUID(allow_none=True)
    party_id = fields.UUID(allow_none=True)
    held_for = fields.String()


class CountSchema(Schema):
    """How many of a kind are in a state."""

    kind = fields.String()
    state = fields.String()
    resources = fields.Integer()


class DayQuery(Schema):
    """The local day asked for; today where none is said."""

    on = fields.Date(load_default=None)


class ResourceQuery(PageQuery):
    """Which resources to list, and on which day."""

    on = fields.Date(load_default=None)
    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


class ReservationSchema(Schema):
    """For what, and if a customer is named, for whom; `due_on` is the first day without."""

    held_for = fields.String(required=True, validate=TEXT)
    party = fields.String(load_default=None, allow_none=True, validate=TEXT)
    valid_from = fields.Date(load_default=None, allow_none=True)
    due_on = fields.Date(required=True)


@numbered_resources.get("")
@requires("resources:read")
@numbered_resources.response(200, page_schema(ResourceSchema))
@numbered_resources.arguments(ResourceQuery, location="query")
def list_resources(query: dict[str, Any]) -> dict[str, Any]:
    """Numbers, lines and ports in the order of their codes."""
    place = place_of(query["starting_after"], parts=1)
    after = None if place is None else place[0]
    limit: int = query["limit"]
    rows = service.resources(
        g.session, _day(query["on"]), query["kind"], query["state"], after, limit + 1
    )
    return page_of(rows, limit, lambda resource: [resource.code])


@numbered_resources.get("/counts")
@requires("resources:read")
@numbered_resources.response(200, CountSchema(many=True))
@numbered_resources.arguments(DayQuery, location="query")
def count_resources(query: dict[str, Any]) -> list[dict[str, Any]]:
    """How many of each kind are in each state."""
    counted = service.counts(g.session, _day(query["on"]))
    return [dict(zip(("kind", "state", "resources"), each, strict=True)) for each in counted]


@numbered_resources.get("/<uuid:resource_id>")
@requires("resources:read")
@numbered_resources.response(200, ResourceSchema)
def show_resource(resource_id: UUID) -> Resource:
    """One number, line or port as it is today."""
    return service.resource(g.session, resource_id, _day(None))


@numbered_resources.get("/<uuid:resource_id>/history")
@requires("resources:read")
@numbered_resources.response(200, StaySchema(many=True))
def show_history(resource_id: UUID) -> list[Stay]:
    """What became of it, the earliest first."""
    return service.history(g.session, resource_id)


@numbered_resources.post("/<uuid:resource_id>/reservation")
@requires("resources:write")
@numbered_resources.response(201, ResourceSchema)
@numbered_resources.arguments(ReservationSchema)
def reserve(body: dict[str, Any], resource_id: UUID) -> Resource:
    """Hold it for somebody until a day."""
    body["valid_from"] = body["valid_from"] or _day(None)
    return service.reserve(g.session, resource_id, **body)


@numbered_resources.post("/<uuid:resource_id>/freeing")
@requires("resources:write")
@numbered_resources.response(200, ResourceSchema)
def free(resource_id: UUID) -> Resource:
    """End its reservation or quarantine today."""
    return service.free(g.session, resource_id, _day(None))


def _day(asked: dt.date | None) -> dt.date:
    return asked or service.today(g.session)
