"""Interest over HTTP: rates, what is owed interest on, and notes."""

import datetime as dt
from decimal import Decimal
from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from currencies.fields import AmountField, MoneyField
from settlement.billing.api import DocumentSchema
from settlement.receipts.interest import service
from settlement.receipts.interest.service import Late
from statements.filing import Filed
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

interest = Blueprint(
    "interest",
    __name__,
    url_prefix="/interest",
    description="Interest on what customers pay late.",
)

COUNTRY = validate.Regexp(r"^[A-Z]{2}\Z")


class InterestRateSchema(Schema):
    """A country's yearly rate between 0 and 1, from a day until the next one."""

    country = fields.String(required=True, validate=COUNTRY)
    valid_from = fields.Date(required=True)
    rate = AmountField(required=True)


class InterestAskedSchema(Schema):
    """Whose interest, in which currency, up to and including which day."""

    party = fields.String(required=True, validate=validate.Length(min=1, max=200))
    currency = fields.String(required=True, validate=validate.Length(equal=3))
    until = fields.Date(required=True)


class StretchSchema(Schema):
    """Days with one principal and one rate."""

    starts_on = fields.Date()
    last_on = fields.Date()
    days = fields.Integer()
    principal = MoneyField()
    rate = AmountField()


class LateSchema(Schema):
    """A document that was paid late, or is not paid yet."""

    document_id = fields.UUID(attribute="owed.document_id")
    number = fields.String(attribute="owed.number")
    due_on = fields.Date(attribute="owed.due_on")
    disputed = MoneyField(attribute="owed.disputed")
    stretches = fields.List(fields.Nested(StretchSchema))
    interest = MoneyField()
    charged = MoneyField(attribute="owed.charged")
    to_charge = MoneyField()


@interest.get("/rates")
@requires("documents:read")
@interest.response(200, InterestRateSchema(many=True))
def list_rates() -> list[dict[str, str | dt.date | Decimal]]:
    """All rates, by country and day."""
    return [
        {"country": country, "valid_from": each.valid_from, "rate": each.rate}
        for country, each in service.rates(g.session)
    ]


@interest.post("/rates")
@requires("documents:issue")
@interest.response(201, InterestRateSchema)
@interest.arguments(InterestRateSchema)
def set_rate(body: dict[str, Any]) -> dict[str, Any]:
    """Enter a rate; the days before it keep theirs."""
    service.set_rate(g.session, **body)
    return body


@interest.get("/late")
@requires("documents:read")
@interest.response(200, LateSchema(many=True))
@interest.arguments(InterestAskedSchema, location="query")
def list_late(query: dict[str, Any]) -> list[Late]:
    """What a customer owes interest on, with every stretch of days."""
    return service.late(g.session, **query)


@interest.post("/notes")
@requires("documents:issue")
@interest.response(201, DocumentSchema)
@interest.arguments(InterestAskedSchema)
def issue_note(body: dict[str, Any]) -> Filed:
    """Issue the note over all interest that was not charged yet."""
    return service.issue_note(g.session, **body)
