"""Expected carrier costs over HTTP, as JSON and CSV."""

from typing import Any

from flask import Response, g
from marshmallow import Schema, fields

from currencies.fields import AmountField
from settlement.interconnect.expected_cost import service
from settlement.interconnect.expected_cost.expected import ExpectedCost, as_csv
from statements.filing import CSV
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

expected_costs = Blueprint("expected_costs", __name__, url_prefix="/carrier-costs/expected")


class ExpectedCostQuery(Schema):
    """Whose costs, and of which days; `until` is the first day not asked for."""

    carrier_id = fields.UUID(required=True)
    starts_on = fields.Date(required=True)
    until = fields.Date(required=True)


class ExpectedCostLineSchema(Schema):
    """Traffic handed over on a day and trunk to a destination."""

    day = fields.Date()
    trunk = fields.String()
    destination = fields.String()
    calls = fields.Integer()
    seconds = fields.Integer()
    billed_seconds = fields.Integer()
    unit_price = AmountField(allow_none=True)
    amount = AmountField()


class ExpectedCostSchema(Schema):
    """What an invoice under one agreement should be."""

    agreement = fields.String()
    currency = fields.String()
    starts_on = fields.Date()
    until = fields.Date()
    amount = AmountField()
    lines = fields.List(fields.Nested(ExpectedCostLineSchema))


@expected_costs.get("")
@requires("interconnect:read")
@expected_costs.response(200, ExpectedCostSchema(many=True))
@expected_costs.arguments(ExpectedCostQuery, location="query")
def expected(query: dict[str, Any]) -> list[ExpectedCost]:
    """What a carrier's invoice for these days should be, by our rating."""
    return service.expected_cost(g.session, **query)


@expected_costs.get("/csv")
@requires("interconnect:read")
@expected_costs.arguments(ExpectedCostQuery, location="query")
def expected_file(query: dict[str, Any]) -> Response:
    """The same as CSV."""
    text = as_csv(service.expected_cost(g.session, **query))
    return Response(text, content_type=f"{CSV}; charset=utf-8")
