"""Products over HTTP."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from currencies.fields import AmountField
from currencies.money import plain
from settlement.catalogue.product import SERVICES, TAX_CATEGORIES, Product
from settlement.catalogue.products import service
from tenants.values import fields_of
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

products = Blueprint("products", __name__, url_prefix="/products", description="What is sold.")

TEXT = validate.Length(min=1, max=200)


class ComponentSchema(Schema):
    """A product in a bundle, and its weight in the price."""

    product = fields.String(required=True, validate=TEXT)
    weight = AmountField(required=True)


class ProductSchema(Schema):
    """Something that is sold, the service it belongs to, and how it is taxed.

    A bundle consists of other products: its price is theirs by weight.
    """

    id = fields.UUID(dump_only=True)
    code = fields.String(required=True, validate=TEXT)
    name = fields.String(required=True, validate=TEXT)
    service = fields.String(required=True, validate=validate.OneOf(SERVICES))
    tax_category = fields.String(load_default="standard", validate=validate.OneOf(TAX_CATEGORIES))
    components = fields.List(
        fields.Nested(ComponentSchema), load_default=list, validate=validate.Length(max=100)
    )
    has_tax_inside = fields.Boolean(
        load_default=False, metadata={"description": "Whether its prices include the tax."}
    )
    findings = fields.List(fields.Dict(), dump_only=True)


@products.get("")
@requires("catalogue:read")
@products.response(200, ProductSchema(many=True))
def list_products() -> list[Product]:
    """All products in the order of their codes."""
    return service.products(g.session)


@products.post("")
@requires("catalogue:write")
@products.response(201, ProductSchema)
@products.arguments(ProductSchema)
def add_product(body: dict[str, Any]) -> dict[str, Any]:
    """Add a product. What lint says of a bundle is answered."""
    parts = plain_components(body.pop("components"))
    new = service.add_product(g.session, components=parts, **body)
    is_bundle = new.service == "bundle"
    findings = service.bundle_findings(g.session, new.code, parts) if is_bundle else []
    shown = fields_of(Product, new)
    return shown | {"findings": [each.to_plain() for each in findings]}


def plain_components(components: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Components that were sent, as the catalogue reads them."""
    return [{**each, "weight": plain(each["weight"])} for each in components]
