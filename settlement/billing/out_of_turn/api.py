"""Single documents over HTTP: an invoice, debit note or proforma now; a proforma invoiced."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from currencies.fields import AmountField
from settlement.billing.api import DocumentSchema
from settlement.billing.draft_document import DraftDocument
from settlement.billing.manual_lines import ManualLine
from settlement.billing.out_of_turn import service
from statements.document import Kind
from statements.filing import Filed
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

single_documents = Blueprint(
    "single_documents",
    __name__,
    url_prefix="/single-documents",
    description="Invoices, debit notes and proformas out of turn.",
)

CODE = validate.Length(min=1, max=200)


class ManualLineSchema(Schema):
    """A line written by hand; its net is quantity times price, rounded."""

    description = fields.String(required=True, validate=validate.Length(min=1, max=1000))
    quantity = AmountField(required=True)
    unit_price = AmountField(required=True)
    tax_category = fields.String(load_default="standard", validate=validate.Length(max=40))
    unit_code = fields.String(load_default="C62", validate=validate.Length(min=1, max=3))
    purchase_cost = AmountField(load_default=None, allow_none=True)


class SingleDocumentSchema(Schema):
    """What is billed to one customer now."""

    party = fields.String(required=True, validate=CODE)
    currency = fields.String(required=True, validate=validate.Length(equal=3))
    kind = fields.String(
        load_default="invoice", validate=validate.OneOf([kind.value for kind in service.KINDS])
    )
    lines = fields.List(
        fields.Nested(ManualLineSchema), load_default=list, validate=validate.Length(max=1000)
    )
    with_unbilled = fields.Boolean(load_default=False)
    note = fields.String(load_default="", validate=validate.Length(max=1000))


@single_documents.post("")
@requires("documents:issue")
@single_documents.response(201, DocumentSchema)
@single_documents.arguments(SingleDocumentSchema)
def issue(body: dict[str, Any]) -> Filed | DraftDocument:
    """Issue one document out of turn, over lines and over charges that are not billed."""
    kind, lines = Kind(body.pop("kind")), [ManualLine(**line) for line in body.pop("lines")]
    return service.issue_single(g.session, kind=kind, lines=lines, **body)


@single_documents.post("/<uuid:document_id>/invoice")
@requires("documents:issue")
@single_documents.response(200, DocumentSchema)
def invoice(document_id: UUID) -> Filed:
    """Turn a proforma into an invoice; again, it answers with that invoice."""
    return service.invoice_proforma(g.session, document_id)
