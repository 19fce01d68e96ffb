"""Announced prices of carriers over HTTP."""

from typing import Any

from flask import g, request
from marshmallow import Schema, fields

from currencies.fields import AmountField
from settlement.catalogue.api import TEXT, DeckFileQuery, layout_of
from settlement.catalogue.notice.announced import Reason
from settlement.interconnect.price_lists import service
from settlement.interconnect.price_lists.service import Announcement
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

carrier_prices = Blueprint(
    "carrier_prices",
    __name__,
    url_prefix="/carrier-prices",
    description="What carriers announce they will charge, and from when it holds.",
)


class AnnouncementQuery(DeckFileQuery):
    """How the list is written, the day it asks for, and when it arrived, by default now.

    `deck` is only needed where the outgoing tariff has several.
    """

    class Meta:
        exclude = ("name", "currency")

    announced_at = fields.AwareDateTime(load_default=None)
    deck = fields.String(load_default=None, validate=TEXT)


class PriceDaySchema(Schema):
    """From which day one price holds and why; `holds_from` is null where it never does."""

    prefix = fields.String()
    destination = fields.String()
    band = fields.String(allow_none=True)
    price = AmountField()
    before = AmountField(allow_none=True)
    asked_for = fields.Date()
    holds_from = fields.Date(allow_none=True)
    reason = fields.Enum(Reason, by_value=True)


class AnnouncementSchema(Schema):
    """What a list did; `import_id` is null where every price goes on as it is."""

    agreement = fields.String()
    deck = fields.String()
    announced_on = fields.Date()
    notice_days = fields.Integer()
    notice_count = fields.String()
    import_id = fields.UUID(allow_none=True)
    was_known = fields.Boolean()
    prices = fields.List(fields.Nested(PriceDaySchema))


@carrier_prices.post("/<code>")
@requires("catalogue:write")
@carrier_prices.response(201, AnnouncementSchema)
@carrier_prices.arguments(AnnouncementQuery, location="query")
def announce(query: dict[str, Any], code: str) -> Announcement:
    """Take in a list under an agreement, sent as the body: an increase waits for its notice."""
    return service.announce(
        g.session,
        code,
        request.get_data(),
        layout_of(query),
        query["valid_from"],
        query["announced_at"],
        query["deck"],
        query["leave_out_findings"],
    )
