"""Deposits of carriers over HTTP: take them, set them off, give them back."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from currencies.fields import MoneyField
from settlement.netting.deposits import service
from settlement.netting.deposits.deposit import Deposit
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

deposits = Blueprint(
    "deposits",
    __name__,
    url_prefix="/deposits",
    description="What carriers left with us as security.",
)


class DepositSchema(Schema):
    """Money of a carrier that we hold; `left` was neither set off nor given back."""

    id = fields.UUID(dump_only=True)
    carrier_id = fields.UUID(required=True)
    reference = fields.String(required=True, validate=validate.Length(min=1, max=200))
    amount = MoneyField(required=True)
    received_on = fields.Date(required=True)
    left = MoneyField(dump_only=True)
    recorded_at = fields.AwareDateTime(dump_only=True)
    recorded_by = fields.String(dump_only=True)


class DepositPartSchema(Schema):
    """How much of a deposit."""

    amount = MoneyField(required=True)


@deposits.get("")
@requires("interconnect:read")
@deposits.response(200, DepositSchema(many=True))
def list_deposits() -> list[Deposit]:
    """All deposits, those received last first."""
    return service.deposits(g.session)


@deposits.post("")
@requires("interconnect:write")
@deposits.response(201, DepositSchema)
@deposits.arguments(DepositSchema)
def receive_deposit(body: dict[str, Any]) -> Deposit:
    """Record money that a carrier left with us; the same reference is one deposit."""
    return service.receive(g.session, **body)


@deposits.post("/<uuid:deposit_id>/set-off")
@requires("interconnect:write")
@deposits.response(200, DepositSchema)
@deposits.arguments(DepositPartSchema)
def set_off_deposit(body: dict[str, Any], deposit_id: UUID) -> Deposit:
    """Pay with a deposit what the carrier owes without dispute."""
    return service.set_off(g.session, deposit_id, body["amount"])


@deposits.post("/<uuid:deposit_id>/return")
@requires("interconnect:write")
@deposits.response(200, DepositSchema)
@deposits.arguments(DepositPartSchema)
def give_back_deposit(body: dict[str, Any], deposit_id: UUID) -> Deposit:
    """Owe a deposit back, so that the next payout batch pays it."""
    return service.give_back(g.session, deposit_id, body["amount"])
