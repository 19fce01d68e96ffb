"""The choice of a tariff over HTTP: what a month would have cost at other ones."""

import datetime as dt
from typing import Any
from zoneinfo import available_timezones

from flask import g
from marshmallow import Schema, fields, post_load, validate

from currencies.fields import MoneyField
from mediation.usage import DIRECTIONS, KINDS
from settlement.insight.tariff_choice import service
from settlement.insight.tariff_choice.described import DAYS, EVENTS_MOST, Line
from settlement.insight.tariff_choice.service import Offer
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

tariff_comparisons = Blueprint(
    "tariff_comparisons",
    __name__,
    url_prefix="/tariff-comparisons",
    description="What a month would have cost at other tariffs.",
)


FIFTY = validate.Length(min=1, max=50)


class ComparisonQuery(Schema):
    """Whose month, and at which tariffs; without any, at all that customers have."""

    subscription_id = fields.UUID(required=True)
    period = fields.String(required=True, validate=validate.Length(equal=7))
    tariffs = fields.List(fields.String(), load_default=None, validate=FIFTY)


class LineSchema(Schema):
    """So many like events in a month, spread over its days, all at one time of day.

    `seconds` is how long each call is, `quantity` and `unit` what each session of data or reading
    counts, `number` who is called (or calls, where the direction is incoming).
    """

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    events = fields.Integer(required=True, strict=True, validate=validate.Range(1, EVENTS_MOST))
    seconds = fields.Integer(load_default=None, strict=True, validate=validate.Range(0, 10**6))
    quantity = fields.Integer(load_default=None, strict=True, validate=validate.Range(0, 10**15))
    unit = fields.String(load_default=None, validate=validate.Length(max=40))
    number = fields.String(load_default=None, validate=validate.Length(max=40))
    product = fields.String(load_default=None, validate=validate.Length(max=200))
    direction = fields.String(load_default="outgoing", validate=validate.OneOf(DIRECTIONS[:2]))
    days = fields.String(load_default="all", validate=validate.OneOf(list(DAYS)))
    at = fields.Time(load_default=dt.time(12), format="%H:%M")

    @post_load
    def make(self, told: dict[str, Any], **_: Any) -> Line:
        return Line(**told)


class DescriptionSchema(Schema):
    """What somebody would use in a month, and the tariffs to price it at."""

    period = fields.String(required=True, validate=validate.Length(equal=7))
    currency = fields.String(required=True, validate=validate.Length(equal=3))
    tariffs = fields.List(fields.String(), load_default=None, validate=FIFTY)
    time_zone = fields.String(load_default=None, validate=validate.OneOf(available_timezones()))
    usage = fields.List(
        fields.Nested(LineSchema), required=True, validate=validate.Length(min=1, max=100)
    )


class OfferSchema(Schema):
    """A tariff and what the month comes to, before tax; `unpriced` events it has no price for."""

    tariff = fields.String()
    name = fields.String()
    is_own = fields.Boolean()
    amount = MoneyField()
    usage = MoneyField()
    fees = MoneyField()
    rebates = MoneyField()
    unpriced = fields.Integer()


@tariff_comparisons.get("")
@requires("usage:read")
@tariff_comparisons.response(200, OfferSchema(many=True))
@tariff_comparisons.arguments(ComparisonQuery, location="query")
def compare(query: dict[str, Any]) -> list[Offer]:
    """Price a subscription's month at tariffs, the cheapest first; nothing is kept."""
    return service.compare_tariffs(
        g.session, query["period"], query["subscription_id"], query["tariffs"]
    )


@tariff_comparisons.post("/described")
@requires("usage:read")
@tariff_comparisons.response(200, OfferSchema(many=True))
@tariff_comparisons.arguments(DescriptionSchema)
def compare_described(body: dict[str, Any]) -> list[Offer]:
    """Price usage that is described, as the first month of a new subscription; nothing is kept."""
    return service.compare_described(
        g.session,
        body["period"],
        body["currency"],
        body["usage"],
        body["tariffs"],
        body["time_zone"],
    )
