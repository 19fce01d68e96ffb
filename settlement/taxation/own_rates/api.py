"""VAT rates over HTTP: which hold on a day, and those that the tenant has entered."""

import datetime as dt
from decimal import Decimal
from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from settlement.taxation.own_rates import service
from settlement.taxation.vat_rates import BY_CATEGORY, OwnRate
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

vat_rates = Blueprint(
    "vat_rates",
    __name__,
    url_prefix="/vat-rates",
    description="Rates of value added tax by country, category and day.",
)

COUNTRY = validate.Regexp("^[A-Z]{2}$")


class OwnRateSchema(Schema):
    """A rate entered by the tenant; between 0 and 1, from a day on."""

    country = fields.String(required=True, validate=COUNTRY)
    category = fields.String(required=True, validate=validate.OneOf(list(BY_CATEGORY)))
    rate = fields.Decimal(required=True, as_string=True, places=6, allow_nan=False)
    valid_from = fields.Date(required=True)
    entered_at = fields.AwareDateTime(dump_only=True)
    entered_by = fields.String(dump_only=True)


class RateQuery(Schema):
    """A country's category on a day."""

    country = fields.String(required=True, validate=COUNTRY)
    category = fields.String(load_default="standard", validate=validate.OneOf(list(BY_CATEGORY)))
    on = fields.Date(required=True)


class RateSchema(Schema):
    """The rate that holds."""

    rate = fields.Decimal(as_string=True)


@vat_rates.get("")
@requires("rates:read")
@vat_rates.response(200, OwnRateSchema(many=True))
def list_own_rates() -> list[OwnRate]:
    """What the tenant has entered, the earliest first."""
    return service.entered_of(g.session)


@vat_rates.post("")
@requires("rates:write")
@vat_rates.response(201, OwnRateSchema)
@vat_rates.arguments(OwnRateSchema)
def enter_rate(body: dict[str, Any]) -> OwnRate:
    """Enter a rate from a day on."""
    return service.enter(g.session, **body)


@vat_rates.get("/rate")
@requires("rates:read")
@vat_rates.response(200, RateSchema)
@vat_rates.arguments(RateQuery, location="query")
def show_rate(query: dict[str, Any]) -> dict[str, Decimal]:
    """The rate of a category in a country on a day, from the table and what was entered."""
    day: dt.date = query["on"]
    return {"rate": service.book(g.session).rate(query["category"], query["country"], day)}
