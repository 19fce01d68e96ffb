"""Payments to us over HTTP: record them, read what they pay, take back what bounced."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from currencies.fields import MoneyField
from settlement.receipts import service
from settlement.receipts.applying import OpenInvoice
from settlement.receipts.receipt import Receipt
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

receipts = Blueprint(
    "receipts",
    __name__,
    url_prefix="/receipts",
    description="What customers and carriers have paid.",
)

TEXT = validate.Length(min=1, max=200)


class PaidSchema(Schema):
    """The part of a receipt that an invoice holds."""

    document_id = fields.UUID()
    number = fields.String()
    amount = MoneyField()


class ReceiptSchema(Schema):
    """Money received, the invoices it pays, and what pays none yet."""

    id = fields.UUID()
    party_id = fields.UUID()
    reference = fields.String()
    amount = MoneyField()
    received_on = fields.Date()
    recorded_by = fields.String()
    recorded_at = fields.AwareDateTime()
    bounced_on = fields.Date(allow_none=True)
    paid = fields.List(fields.Nested(PaidSchema))
    unapplied = MoneyField()


class ReceivedSchema(Schema):
    """Who paid how much, when, and what the bank calls it."""

    payer = fields.String(required=True, validate=TEXT)
    reference = fields.String(required=True, validate=TEXT)
    amount = MoneyField(required=True)
    received_on = fields.Date(required=True)


class BounceSchema(Schema):
    """The day on which the bank took the money back."""

    bounced_on = fields.Date(required=True)


class ReceiptQuery(Schema):
    """Whose receipts to list."""

    payer = fields.String(load_default=None, validate=TEXT)


class OpenInvoiceSchema(Schema):
    """What is still to be paid of an invoice, or of one of its instalments, and is disputed."""

    document_id = fields.UUID()
    number = fields.String()
    issued_on = fields.Date()
    due_on = fields.Date()
    open = MoneyField()
    disputed = MoneyField()
    instalment = fields.Integer(allow_none=True)


class OpenInvoiceQuery(Schema):
    """Whose invoices to list, and in which currency."""

    payer = fields.String(required=True, validate=TEXT)
    currency = fields.String(required=True, validate=validate.Length(equal=3))


@receipts.post("")
@requires("documents:issue")
@receipts.response(201, ReceiptSchema)
@receipts.arguments(ReceivedSchema)
def receive(body: dict[str, Any]) -> Receipt:
    """Record a payment and put it to what is due first; the same reference is one payment."""
    return service.receive(g.session, **body)


@receipts.get("")
@requires("documents:read")
@receipts.response(200, ReceiptSchema(many=True))
@receipts.arguments(ReceiptQuery, location="query")
def list_receipts(query: dict[str, Any]) -> list[Receipt]:
    """Receipts, of one payer or all, the earliest received first."""
    return service.receipts(g.session, query["payer"])


@receipts.get("/open-invoices")
@requires("documents:read")
@receipts.response(200, OpenInvoiceSchema(many=True))
@receipts.arguments(OpenInvoiceQuery, location="query")
def list_open_invoices(query: dict[str, Any]) -> list[OpenInvoice]:
    """What a customer or carrier has still to pay, the oldest due first."""
    return service.open_invoices(g.session, **query)


@receipts.post("/<uuid:receipt_id>/bounce")
@requires("documents:issue")
@receipts.response(200, ReceiptSchema)
@receipts.arguments(BounceSchema)
def bounce(body: dict[str, Any], receipt_id: UUID) -> Receipt:
    """Take a payment back that the bank did not make good; its invoices are open again."""
    return service.bounce(g.session, receipt_id, body["bounced_on"])
