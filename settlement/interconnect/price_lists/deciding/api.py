"""Price lists of carriers over HTTP: brought in by one person, accepted by another."""

from typing import Any
from uuid import UUID

from flask import g, request
from marshmallow import Schema, fields

from settlement.catalogue.api import TEXT, layout_of
from settlement.interconnect.price_lists.api import AnnouncementQuery, PriceDaySchema
from settlement.interconnect.price_lists.deciding import service
from settlement.interconnect.price_lists.deciding.price_list import PriceList
from tenants.values import fields_of
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires
from tenants.web.four_eyes import WHY

price_lists = Blueprint(
    "price_lists",
    __name__,
    url_prefix="/price-lists",
    description="Price lists of carriers that wait for a decision, and what was decided.",
)


class PriceListQuery(AnnouncementQuery):
    """Of which agreement the list is, what its file is called and how it is written."""

    class Meta:
        exclude = ("name", "currency", "deck")

    agreement = fields.String(required=True, validate=TEXT)
    file_name = fields.String(required=True, validate=TEXT)


class RefusalSchema(Schema):
    """Why a list is refused."""

    why = WHY


class PriceListSchema(Schema):
    """A list; `counts` are prices by what becomes of them, `findings` rows that are left out."""

    id = fields.UUID()
    agreement = fields.String()
    deck = fields.String()
    file_name = fields.String()
    sha256 = fields.String()
    valid_from = fields.Date()
    announced_at = fields.AwareDateTime()
    notice_days = fields.Integer()
    notice_count = fields.String()
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    findings = fields.Integer()
    status = fields.String()
    why = fields.String()
    import_id = fields.UUID(allow_none=True)
    proposed_by = fields.String()
    proposed_at = fields.AwareDateTime()
    decided_by = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)


class PriceListWithPricesSchema(PriceListSchema):
    """A list with what becomes of each of its prices."""

    prices = fields.List(fields.Nested(PriceDaySchema))


@price_lists.get("")
@requires("catalogue:read")
@price_lists.response(200, PriceListSchema(many=True))
def list_price_lists() -> list[PriceList]:
    """What waits, then what was decided last."""
    return service.all_lists(g.session)


@price_lists.get("/<uuid:price_list_id>")
@requires("catalogue:read")
@price_lists.response(200, PriceListWithPricesSchema)
def show_price_list(price_list_id: UUID) -> dict[str, Any]:
    """One list, price by price."""
    found = service.price_list(g.session, price_list_id)
    return fields_of(PriceList, found) | {"prices": service.prices_of(g.session, price_list_id)}


@price_lists.post("")
@requires("catalogue:write")
@price_lists.response(201, PriceListSchema)
@price_lists.arguments(PriceListQuery, location="query")
def bring_in(query: dict[str, Any]) -> PriceList:
    """Keep a list, sent as the body, until somebody else decides; no price changes yet."""
    return service.propose(
        g.session,
        query["agreement"],
        query["file_name"],
        request.get_data(),
        layout_of(query),
        query["valid_from"],
        query["announced_at"],
        query["leave_out_findings"],
    )


@price_lists.post("/<uuid:price_list_id>/acceptance")
@requires("corrections:approve")
@price_lists.response(200, PriceListSchema)
def accept(price_list_id: UUID) -> PriceList:
    """Let the prices hold, each from the day its notice allows; who brought the list in may not."""
    return service.accept(g.session, price_list_id)


@price_lists.post("/<uuid:price_list_id>/refusal")
@requires("corrections:approve", "catalogue:write")
@price_lists.response(200, PriceListSchema)
@price_lists.arguments(RefusalSchema)
def refuse(body: dict[str, Any], price_list_id: UUID) -> PriceList:
    """Refuse a list; no price of it ever holds."""
    return service.refuse(g.session, price_list_id, body["why"])
