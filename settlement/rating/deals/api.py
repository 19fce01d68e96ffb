"""Deals with carriers over HTTP: what was promised over a term, and how far it is used."""

from typing import Any

from flask import g
from marshmallow import Schema, fields

from currencies.fields import AmountField
from settlement.rating.deals import service
from settlement.rating.deals.fulfilment import Fulfilment
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

deals = Blueprint(
    "deals",
    __name__,
    url_prefix="/deals",
    description="Volume promised by and to carriers over a term, and what is used of it.",
)


class DealQuery(Schema):
    """The day on which the agreements hold."""

    on = fields.Date(required=True)


class FulfilmentSchema(Schema):
    """One direction of a deal. Seconds are null where money was promised, and money elsewhere.

    `missing` is what would be charged if the term ended with what is rated so far.
    """

    agreement = fields.String()
    carrier_id = fields.UUID()
    deal = fields.String()
    kind = fields.String()
    direction = fields.String()
    term_from = fields.Date()
    term_until = fields.Date()
    currency = fields.String()
    promised_seconds = fields.Integer(allow_none=True)
    promised_amount = AmountField(allow_none=True)
    used_seconds = fields.Integer()
    missing_seconds = fields.Integer()
    missing = AmountField()


@deals.get("")
@requires("agreements:read")
@deals.response(200, FulfilmentSchema(many=True))
@deals.arguments(DealQuery, location="query")
def list_deals(query: dict[str, Any]) -> list[dict[str, object]]:
    """How far the deals of the agreements of a day are used."""
    return [_told(each) for each in service.deals_on(g.session, query["on"])]


def _told(each: Fulfilment) -> dict[str, object]:
    agreement, deal, promise = each.agreement, each.deal, each.promise
    return {
        "agreement": agreement.code,
        "carrier_id": agreement.carrier_id,
        "deal": deal.code,
        "kind": deal.kind,
        "direction": each.direction,
        "term_from": deal.term_from,
        "term_until": deal.term_until,
        "currency": agreement.currency,
        "promised_seconds": promise.seconds,
        "promised_amount": promise.amount,
        "used_seconds": each.used.seconds,
        "missing_seconds": each.missing_seconds,
        "missing": each.amount,
    }
