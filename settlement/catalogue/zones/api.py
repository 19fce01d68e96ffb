"""Zone plans over HTTP."""

import datetime as dt
from typing import Any

from flask import g, request
from marshmallow import Schema, fields, validate

from settlement.catalogue.zones import service
from settlement.catalogue.zones.service import ZoneImport, ZonePlan
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

zone_plans = Blueprint(
    "zone_plans",
    __name__,
    url_prefix="/zone-plans",
    description="Numbers by their prefixes, grouped into zones that tariffs have prices for.",
)

TEXT = validate.Length(min=1, max=200)
A_DAY = dt.timedelta(days=1)


class ZonePlanSchema(Schema):
    """A zone plan."""

    id = fields.UUID()
    code = fields.String()
    name = fields.String()


class ZoneImportSchema(Schema):
    """What an import did: rows that are new, and rows that were there already."""

    plan = fields.Nested(ZonePlanSchema)
    added = fields.Integer()
    known = fields.Integer()


class ZoneImportQuery(Schema):
    """The name of a new plan, and from when rows hold that do not say it."""

    name = fields.String(required=True, validate=TEXT)
    valid_from = fields.Date(required=True)


class ZonePrefixSchema(Schema):
    """A prefix and its zone; `valid_until` is the first day without."""

    prefix = fields.String()
    zone = fields.String()
    valid_from = fields.Date()
    valid_until = fields.Date(allow_none=True)


class ZoneDayQuery(Schema):
    """The local date to look at."""

    on = fields.Date(required=True)


@zone_plans.get("")
@requires("catalogue:read")
@zone_plans.response(200, ZonePlanSchema(many=True))
def list_zone_plans() -> list[ZonePlan]:
    """All zone plans in the order of their codes."""
    return service.zone_plans(g.session)


@zone_plans.get("/<code>/prefixes")
@requires("catalogue:read")
@zone_plans.response(200, ZonePrefixSchema(many=True))
@zone_plans.arguments(ZoneDayQuery, location="query")
def list_zone_prefixes(query: dict[str, Any], code: str) -> list[dict[str, Any]]:
    """The prefixes of a plan and their zones on a date."""
    day: dt.date = query["on"]
    return service.zones_between(g.session, code, day, day + A_DAY).to_dicts()


@zone_plans.post("/<code>/imports")
@requires("catalogue:write")
@zone_plans.response(201, ZoneImportSchema)
@zone_plans.arguments(ZoneImportQuery, location="query")
def import_zones(query: dict[str, Any], code: str) -> ZoneImport:
    """Import a CSV file (prefix, zone, valid_from, valid_until), sent as the body."""
    return service.import_zones(
        g.session, code, query["name"], request.get_data(), query["valid_from"]
    )
