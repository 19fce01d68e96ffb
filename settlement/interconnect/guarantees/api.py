"""Guarantees for carriers over HTTP."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from currencies.fields import MoneyField
from settlement.interconnect.guarantees import service
from settlement.interconnect.guarantees.guarantee import Guarantee, Kind
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

guarantees = Blueprint(
    "guarantees",
    __name__,
    url_prefix="/guarantees",
    description="What others guarantee for carriers: it raises what they may owe.",
)

TEXT = validate.Length(min=1, max=200)


class GuaranteeSchema(Schema):
    """A guarantee; `valid_until` and `ended_on` are the first days without."""

    id = fields.UUID(dump_only=True)
    carrier_id = fields.UUID(required=True)
    kind = fields.Enum(Kind, by_value=True, required=True)
    reference = fields.String(required=True, validate=TEXT)
    guarantor = fields.String(required=True, validate=TEXT)
    amount = MoneyField(required=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(load_default=None, allow_none=True)
    ended_on = fields.Date(dump_only=True, allow_none=True)
    recorded_at = fields.AwareDateTime(dump_only=True)
    recorded_by = fields.String(dump_only=True)


class GuaranteeEndSchema(Schema):
    """The first day without the guarantee."""

    on = fields.Date(required=True)


@guarantees.get("")
@requires("interconnect:read")
@guarantees.response(200, GuaranteeSchema(many=True))
def list_guarantees() -> list[Guarantee]:
    """All guarantees, those that began last first."""
    return service.guarantees(g.session)


@guarantees.post("")
@requires("interconnect:write")
@guarantees.response(201, GuaranteeSchema)
@guarantees.arguments(GuaranteeSchema)
def take_guarantee(body: dict[str, Any]) -> Guarantee:
    """Take a guarantee for a carrier; the same reference is one guarantee."""
    return service.take(g.session, **body)


@guarantees.post("/<uuid:guarantee_id>/end")
@requires("interconnect:write")
@guarantees.response(200, GuaranteeSchema)
@guarantees.arguments(GuaranteeEndSchema)
def end_guarantee(body: dict[str, Any], guarantee_id: UUID) -> Guarantee:
    """End a guarantee sooner than it was promised."""
    return service.end(g.session, guarantee_id, body["on"])
