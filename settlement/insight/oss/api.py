"""The listing for the one stop shop over HTTP."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from currencies.fields import AmountField, MoneyField
from settlement.insight.oss import service
from settlement.insight.oss.bound import Bound
from settlement.insight.oss.oss import OwedAbroad, quarter
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

one_stop_shop = Blueprint(
    "one_stop_shop",
    __name__,
    url_prefix="/one-stop-shop",
    description="Tax owed to other member states for what was sold to private persons.",
)


class QuarterSchema(Schema):
    """A quarter, like 2026-Q4."""

    quarter = fields.String(required=True, validate=validate.Length(max=7))


class SupplySchema(Schema):
    """What a document says of the country and rate; below zero where it takes something back."""

    document_id = fields.UUID()
    document = fields.String()
    corrects = fields.String()
    day = fields.Date()
    taxable = MoneyField()
    tax = MoneyField()


class OwedAbroadSchema(Schema):
    """What is owed to a country at a rate in a currency; in euro where the rate is known."""

    country = fields.String()
    rate = AmountField()
    taxable = MoneyField()
    tax = MoneyField()
    taxable_euro = MoneyField(allow_none=True)
    tax_euro = MoneyField(allow_none=True)
    supplies = fields.List(fields.Nested(SupplySchema))


class YearAbroadSchema(Schema):
    """What a year came to; `passed_by` is the document that passed the bound."""

    year = fields.Integer()
    turnover = MoneyField()
    passed_by = fields.Nested(SupplySchema, allow_none=True)


class BoundSchema(Schema):
    """How near the bound of 100,000 EUR is; two pieces of evidence are needed from `changes_on`."""

    this_year = fields.Nested(YearAbroadSchema)
    year_before = fields.Nested(YearAbroadSchema)
    unmeasured = fields.List(MoneyField())
    is_near = fields.Boolean()
    changes_on = fields.Date(allow_none=True)


@one_stop_shop.get("/bound")
@requires("documents:read")
@one_stop_shop.response(200, BoundSchema)
def bound() -> Bound:
    """What this year and the one before came to, in euro."""
    return service.bound(g.session)


@one_stop_shop.get("")
@requires("documents:read")
@one_stop_shop.response(200, OwedAbroadSchema(many=True))
@one_stop_shop.arguments(QuarterSchema, location="query")
def owed_abroad(query: dict[str, Any]) -> list[OwedAbroad]:
    """What is owed for a quarter, by country and rate, with each document behind it."""
    return service.owed_abroad(g.session, quarter(query["quarter"]))
