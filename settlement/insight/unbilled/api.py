"""Unbilled usage over HTTP: for the operator of any customer, for a customer of its own."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields

from currencies.fields import AmountField, MoneyField
from settlement.insight.unbilled import service
from settlement.insight.unbilled.service import OfCustomer
from settlement.parties.service import NoSuchParty
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

unbilled_usage = Blueprint(
    "unbilled_usage", __name__, url_prefix="/parties", description="Usage not billed yet."
)


class UnbilledLineSchema(Schema):
    """Usage or a fee of one kind, as the rating of the month will book it."""

    subscription_id = fields.UUID(allow_none=True)
    service = fields.String()
    product = fields.String()
    destination = fields.String()
    band = fields.String()
    events = fields.Integer()
    quantity = fields.Integer()
    seconds = fields.Integer()
    free_units = fields.Integer()
    billed_units = fields.Integer()
    currency = fields.String()
    amount = AmountField()


class UnbilledEventSchema(Schema):
    """One part of one event; the exact amount, times 3600."""

    record_key = fields.String()
    kind = fields.String()
    occurred_at = fields.AwareDateTime()
    product = fields.String(allow_none=True)
    destination = fields.String(allow_none=True)
    part = fields.Integer()
    covered_by = fields.String()
    billed_units = fields.Integer()
    amount_3600 = AmountField()
    currency = fields.String()


class UnbilledMonthSchema(Schema):
    """One month that is not closed; the newest events first."""

    period = fields.String(attribute="period.code")
    totals = fields.List(MoneyField())
    lines = fields.List(fields.Nested(UnbilledLineSchema))
    latest = fields.List(fields.Nested(UnbilledEventSchema))


class UnbilledUsageSchema(Schema):
    """All that a customer was not billed for yet."""

    customer = fields.String(attribute="customer.code")
    as_of = fields.AwareDateTime()
    months = fields.List(fields.Nested(UnbilledMonthSchema))


@unbilled_usage.get("/<uuid:party_id>/unbilled-usage")
@requires("usage:read", "own-invoices:read")
@unbilled_usage.response(200, UnbilledUsageSchema)
def of_customer(party_id: UUID) -> OfCustomer:
    """What a customer has used and was not billed for yet, rated at this moment."""
    principal: Any = g.session.principal
    if not principal.may("usage:read") and principal.party_id != party_id:
        # Another customer's id answers exactly like one that is not there.
        raise NoSuchParty(party=party_id)
    return service.of_customer(g.session, party_id)
