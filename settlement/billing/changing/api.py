"""Changes of issued invoices over HTTP: correct an error, adjust to what was agreed."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from currencies.fields import AmountField, MoneyField
from settlement.billing.api import DocumentSchema
from settlement.billing.changing import service
from settlement.billing.changing.right_lines import RightLine
from statements.filing import Filed
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

invoice_changes = Blueprint(
    "invoice_changes",
    __name__,
    url_prefix="/documents",
    description="Corrected and adjusting invoices.",
)

LINE = validate.Length(min=1, max=20)
REASON = validate.Length(min=1, max=1000)
MOST = validate.Length(max=1000)


class RightLineSchema(Schema):
    """What was wrong in a line; what is not said stays as it was."""

    line = fields.String(required=True, validate=LINE)
    description = fields.String(load_default=None, validate=validate.Length(min=1, max=1000))
    quantity = AmountField(load_default=None)
    unit_price = AmountField(load_default=None)
    net = AmountField(load_default=None)
    tax_category = fields.String(load_default=None, validate=validate.Length(max=40))
    is_out = fields.Boolean(load_default=False)


class InvoiceCorrectionSchema(Schema):
    """An error of an invoice, and why."""

    lines = fields.List(fields.Nested(RightLineSchema), load_default=list, validate=MOST)
    with_party = fields.Boolean(load_default=False)
    reason = fields.String(required=True, validate=REASON)


class LineChangeSchema(Schema):
    """How much more, or less, a line comes to by agreement, without tax."""

    line = fields.String(required=True, validate=LINE)
    change = MoneyField(required=True)


class InvoiceAdjustmentSchema(Schema):
    """What was agreed since the invoice, when, and why."""

    changes = fields.List(fields.Nested(LineChangeSchema), required=True, validate=MOST)
    agreed_on = fields.Date(load_default=None)
    reason = fields.String(required=True, validate=REASON)


@invoice_changes.post("/<uuid:document_id>/correction")
@requires("documents:issue")
@invoice_changes.response(201, DocumentSchema)
@invoice_changes.arguments(InvoiceCorrectionSchema)
def correct(body: dict[str, Any], document_id: UUID) -> Filed:
    """Issue the corrected invoice that takes the place of one with an error."""
    lines = [RightLine(**each) for each in body["lines"]]
    return service.correct_invoice(
        g.session, document_id, lines, body["reason"], with_party=body["with_party"]
    )


@invoice_changes.post("/<uuid:document_id>/adjustment")
@requires("documents:issue")
@invoice_changes.response(201, DocumentSchema)
@invoice_changes.arguments(InvoiceAdjustmentSchema)
def adjust(body: dict[str, Any], document_id: UUID) -> Filed:
    """Issue the adjusting invoice, or credit, that follows an agreed change."""
    changes = {each["line"]: each["change"] for each in body["changes"]}
    return service.adjust_invoice(
        g.session, document_id, changes, body["reason"], body["agreed_on"]
    )
