"""The choice of a tariff over HTTP: what a month would have cost at other ones."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from currencies.fields import MoneyField
from settlement.insight.tariff_choice import service
from settlement.insight.tariff_choice.service import Offer
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

tariff_comparisons = Blueprint(
    "tariff_comparisons",
    __name__,
    url_prefix="/tariff-comparisons",
    description="What a month would have cost at other tariffs.",
)


class ComparisonQuery(Schema):
    """Whose month, and at which tariffs; without any, at all that customers have."""

    subscription_id = fields.UUID(required=True)
    period = fields.String(required=True, validate=validate.Length(equal=7))
    tariffs = fields.List(
        fields.String(), load_default=None, validate=validate.Length(min=1, max=50)
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
