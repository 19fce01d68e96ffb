"""Refunds over HTTP: give part of an invoice line back, and read what was given back."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from currencies.fields import MoneyField
from settlement.billing.refunding import service
from settlement.billing.refunding.service import Refunded
from settlement.sharing import service as sharing
from settlement.sharing.refunding.mirroring import CAUSES, Refund
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

refunds = Blueprint(
    "refunds",
    __name__,
    url_prefix="/refunds",
    description="What customers get back of shared revenue, and partners give back.",
)


class RefundSchema(Schema):
    """An amount of a product's revenue that customers get back."""

    id = fields.UUID()
    period_id = fields.UUID()
    terms_id = fields.UUID()
    product = fields.String()
    amount = MoneyField()
    cause = fields.String()
    reason = fields.String()
    document_id = fields.UUID()
    line = fields.String()
    credit_id = fields.UUID(allow_none=True)


class RefundAskedSchema(Schema):
    """Part of an invoice line, without tax, and why the customer gets it back."""

    invoice_id = fields.UUID(required=True)
    line = fields.String(required=True, validate=validate.Length(min=1, max=20))
    amount = MoneyField(required=True)
    cause = fields.String(load_default="refund", validate=validate.OneOf(CAUSES))
    reason = fields.String(required=True, validate=validate.Length(min=1, max=1000))


class RefundedSchema(Schema):
    """What a refund led to."""

    credit_id = fields.UUID(attribute="credit.id", allow_none=True)
    credit_number = fields.String(attribute="credit.number", allow_none=True)
    refunds = fields.List(fields.Nested(RefundSchema))


@refunds.post("")
@requires("documents:issue")
@refunds.response(201, RefundedSchema)
@refunds.arguments(RefundAskedSchema)
def refund(body: dict[str, Any]) -> Refunded:
    """Give part of an invoice line back; partners give back their stored shares of it."""
    return service.refund_line(g.session, **body)


@refunds.get("")
@requires("documents:read")
@refunds.response(200, RefundSchema(many=True))
def list_refunds() -> list[Refund]:
    """All refunds, the earliest first."""
    return sharing.refunds(g.session)
