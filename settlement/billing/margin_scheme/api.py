"""Tax on margins over HTTP, for the return: what each document brought or took back."""

from typing import Any

from flask import g
from marshmallow import Schema, fields

from currencies.fields import MoneyField
from settlement.billing.margin_scheme import service
from settlement.billing.margin_scheme.store import MarginTax
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

margin_taxes = Blueprint(
    "margin_taxes",
    __name__,
    url_prefix="/margin-taxes",
    description="Tax on the margin of used goods, which no document shows.",
)


class MarginDaysSchema(Schema):
    """Documents issued from which day to before which."""

    starts_on = fields.Date(required=True)
    until = fields.Date(required=True)


class MarginTaxSchema(Schema):
    """What a document brought of the tax; below zero what it took back."""

    document_id = fields.UUID()
    number = fields.String()
    issued_on = fields.Date()
    amount = MoneyField()


@margin_taxes.get("")
@requires("documents:read")
@margin_taxes.response(200, MarginTaxSchema(many=True))
@margin_taxes.arguments(MarginDaysSchema, location="query")
def list_taxes(query: dict[str, Any]) -> list[MarginTax]:
    """Tax on margins by document, in the order of issue."""
    return service.taxes(g.session, **query)
