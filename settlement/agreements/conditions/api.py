"""Conditions of one subscription over HTTP: charges, granted promotions, further terms."""

import datetime as dt
from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from currencies.fields import MoneyField
from settlement.agreements.condition import Grant, IndividualCharge
from settlement.agreements.conditions import service
from settlement.agreements.contracts import service as contracts
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

subscriptions = Blueprint(
    "subscriptions",
    __name__,
    url_prefix="/subscriptions",
    description="What was agreed with one subscription and with no other.",
)

TEXT = validate.Length(min=1, max=200)


class ChargeSchema(Schema):
    """An amount at a local day, with its reason; below zero it is taken off."""

    id = fields.UUID(dump_only=True)
    product = fields.String(required=True, validate=TEXT)
    charged_on = fields.Date(required=True)
    amount = MoneyField(required=True, attribute="money")
    reason = fields.String(required=True, validate=TEXT)
    purchase_cost = MoneyField(
        load_default=None,
        allow_none=True,
        attribute="bought_for",
        metadata={"description": "What goods under the margin scheme were bought for, with tax."},
    )


class GrantSchema(Schema):
    """A promotion given to the subscription from a local day on."""

    promotion = fields.String(required=True, validate=TEXT)
    begins_on = fields.Date(required=True)
    reason = fields.String(required=True, validate=TEXT)


class CommitmentSchema(Schema):
    """A further term of the tariff, from a local day on."""

    begins_on = fields.Date(required=True)


class EndingSchema(Schema):
    """The first local day without the subscription."""

    on = fields.Date(required=True)


class SubscriptionStateSchema(Schema):
    """A subscription, and when somebody ended it."""

    id = fields.UUID()
    contract_id = fields.UUID()
    product_id = fields.UUID()
    tariff_id = fields.UUID()
    valid_from = fields.Date()
    valid_until = fields.Date(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)


@subscriptions.get("/<uuid:subscription_id>")
@requires("agreements:read")
@subscriptions.response(200, SubscriptionStateSchema)
def show_subscription(subscription_id: UUID) -> object:
    """One subscription."""
    return contracts.subscription(g.session, subscription_id)


@subscriptions.post("/<uuid:subscription_id>/ending")
@requires("agreements:write")
@subscriptions.response(200, SubscriptionStateSchema)
@subscriptions.arguments(EndingSchema)
def end_subscription(body: dict[str, Any], subscription_id: UUID) -> object:
    """End a subscription and release its identifiers; before the end of a term it costs its fee."""
    contracts.end_subscription(g.session, subscription_id, body["on"])
    return contracts.subscription(g.session, subscription_id)


@subscriptions.get("/<uuid:subscription_id>/charges")
@requires("agreements:read")
@subscriptions.response(200, ChargeSchema(many=True))
def list_charges(subscription_id: UUID) -> list[IndividualCharge]:
    """What was charged individually, the earliest first."""
    return service.charges_of(g.session, subscription_id)


@subscriptions.post("/<uuid:subscription_id>/charges")
@requires("agreements:write")
@subscriptions.response(201, ChargeSchema)
@subscriptions.arguments(ChargeSchema)
def charge(body: dict[str, Any], subscription_id: UUID) -> IndividualCharge:
    """Charge an amount once, or take it off where it is below zero."""
    return service.charge(
        g.session,
        subscription_id,
        amount=body.pop("money"),
        purchase_cost=body.pop("bought_for"),
        **body,
    )


@subscriptions.get("/<uuid:subscription_id>/promotions")
@requires("agreements:read")
@subscriptions.response(200, GrantSchema(many=True))
def list_grants(subscription_id: UUID) -> list[Grant]:
    """The promotions granted to the subscription."""
    return service.grants_of(g.session, subscription_id)


@subscriptions.post("/<uuid:subscription_id>/promotions")
@requires("agreements:write")
@subscriptions.response(201, GrantSchema)
@subscriptions.arguments(GrantSchema)
def grant(body: dict[str, Any], subscription_id: UUID) -> Grant:
    """Grant the subscription a promotion."""
    return service.grant(g.session, subscription_id, **body)


@subscriptions.get("/<uuid:subscription_id>/commitments")
@requires("agreements:read")
@subscriptions.response(200, CommitmentSchema(many=True))
def list_commitments(subscription_id: UUID) -> list[dict[str, dt.date]]:
    """When further terms of the subscription begin; the first began with it."""
    contracts.subscription(g.session, subscription_id)
    begun = service.commitments_of(g.session, subscription_id)
    return [{"begins_on": each} for each in begun]


@subscriptions.post("/<uuid:subscription_id>/commitments")
@requires("agreements:write")
@subscriptions.response(201, CommitmentSchema)
@subscriptions.arguments(CommitmentSchema)
def agree_term(body: dict[str, Any], subscription_id: UUID) -> dict[str, dt.date]:
    """Agree a further term."""
    service.agree_term(g.session, subscription_id, body["begins_on"])
    return {"begins_on": body["begins_on"]}
