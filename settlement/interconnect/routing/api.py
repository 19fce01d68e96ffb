"""Routing tables over HTTP, as JSON and CSV."""

from typing import Any

from flask import Response, g
from marshmallow import Schema, fields, validate

from currencies.fields import AmountField
from settlement.interconnect.routing import service
from settlement.interconnect.routing.ranking import Policy
from settlement.interconnect.routing.service import Question
from settlement.interconnect.routing.table import RoutingTable, as_csv
from statements.filing import CSV
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

routing_tables = Blueprint("routing_tables", __name__, url_prefix="/routing-table")


class RoutingQuery(Schema):
    """The average call in seconds, the month of the quality, and what is too bad to be a route."""

    seconds = fields.Integer(load_default=180)
    prefix = fields.String(load_default="", validate=validate.Length(max=17))
    period_id = fields.UUID(load_default=None)
    routes = fields.Integer(load_default=3)
    minimum_asr = AmountField(load_default=None)
    minimum_acd = AmountField(load_default=None)


class RouteSchema(Schema):
    """One way to a prefix; figures of quality are null where they are not known."""

    prefix = fields.String()
    rank = fields.Integer()
    trunk = fields.String()
    carrier = fields.String()
    agreement = fields.String()
    destination = fields.String()
    price_per_minute = AmountField()
    asr = AmountField(allow_none=True)
    acd = AmountField(allow_none=True)
    attempts = fields.Integer(allow_none=True)
    answered = fields.Integer(allow_none=True)


class LeftOutSchema(Schema):
    """How many prefixes of a trunk are not ranked: no_fixing, no_rate, tiers or quality."""

    trunk = fields.String()
    carrier = fields.String()
    agreement = fields.String()
    currency = fields.String()
    reason = fields.String()
    prefixes = fields.Integer()


class RoutingTableSchema(Schema):
    """Prices of a minute at an instant, for a call of so many seconds, in one currency."""

    at = fields.AwareDateTime()
    seconds = fields.Integer()
    currency = fields.String()
    routes = fields.List(fields.Nested(RouteSchema))
    left_out = fields.List(fields.Nested(LeftOutSchema))


@routing_tables.get("")
@requires("interconnect:read")
@routing_tables.response(200, RoutingTableSchema)
@routing_tables.arguments(RoutingQuery, location="query")
def routes(query: dict[str, Any]) -> RoutingTable:
    """The cheapest trunks for each prefix now, with the quality of a month."""
    return service.routing_table(g.session, _question(query))


@routing_tables.get("/csv")
@requires("interconnect:read")
@routing_tables.arguments(RoutingQuery, location="query")
def routes_file(query: dict[str, Any]) -> Response:
    """The same as CSV, for a switch."""
    text = as_csv(service.routing_table(g.session, _question(query)))
    return Response(text, content_type=f"{CSV}; charset=utf-8")


def _question(query: dict[str, Any]) -> Question:
    policy = Policy(query["routes"], query["minimum_asr"], query["minimum_acd"])
    return Question(query["seconds"], query["prefix"], query["period_id"], policy)
