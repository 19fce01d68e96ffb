"""Invoices of carriers over HTTP: taken in as files, checked against what we expect."""

from typing import Any
from uuid import UUID

from flask import Response, g, request
from marshmallow import Schema, fields, validate

from currencies.fields import AmountField
from settlement.interconnect.comparison import Agreement
from settlement.interconnect.supplier_invoices import service
from settlement.interconnect.supplier_invoices.checking import CheckedInvoice
from settlement.interconnect.supplier_invoices.invoice import Head
from settlement.interconnect.supplier_invoices.table_reading import DATES, FIELDS, InvoiceLayout
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

supplier_invoices = Blueprint("supplier_invoices", __name__, url_prefix="/carrier-costs/invoices")

HEAD = ("number", "issued_on", "currency", "agreement", "net")
SHORT = validate.Length(max=200)


class SupplierInvoiceSchema(Schema):
    """A carrier's invoice beside what was expected."""

    id = fields.UUID()
    carrier_id = fields.UUID()
    agreement = fields.String()
    number = fields.String()
    issued_on = fields.Date()
    currency = fields.String()
    amount = AmountField()
    expected_amount = AmountField()
    variance = AmountField()
    tolerance = AmountField()
    tolerance_amount = AmountField(allow_none=True)
    verdict = fields.Enum(Agreement, by_value=True)
    sha256 = fields.String()
    checked_at = fields.AwareDateTime()


class SupplierInvoiceLineSchema(Schema):
    """Lines of the invoice within one month; `lines` is 0 where only we have the traffic."""

    month = fields.Date()
    destination = fields.String()
    trunk = fields.String()
    starts_on = fields.Date()
    until = fields.Date()
    lines = fields.Integer()
    calls = fields.Integer(allow_none=True)
    seconds = fields.Integer(allow_none=True)
    amount = AmountField()
    expected_calls = fields.Integer()
    expected_seconds = fields.Integer()
    expected_amount = AmountField()
    variance = AmountField()
    agreement = fields.Enum(Agreement, by_value=True)


class SupplierInvoiceInFullSchema(SupplierInvoiceSchema):
    """The same with every line."""

    checked_lines = fields.List(fields.Nested(SupplierInvoiceLineSchema))


class SupplierInvoiceQuery(Schema):
    """Whose invoices."""

    carrier_id = fields.UUID(load_default=None)


class SupplierInvoiceFileQuery(Schema):
    """Whose invoice the file is, what it does not say itself, and how a table is to be read.

    `columns` maps fields to headings: `destination=Dest,amount=Charge`. UBL needs none of it.
    """

    carrier_id = fields.UUID(required=True)
    number = fields.String(load_default="", validate=SHORT)
    issued_on = fields.Date(load_default=None)
    currency = fields.String(load_default="", validate=validate.Regexp(r"^[A-Z]{3}\Z"))
    agreement = fields.String(load_default="", validate=SHORT)
    net = AmountField(load_default=None)
    columns = fields.String(load_default="", validate=validate.Length(max=1000))
    delimiter = fields.String(load_default=",", validate=validate.OneOf([",", ";", "|", "\t"]))
    decimal = fields.String(load_default=".", validate=validate.OneOf([".", ","]))
    dates = fields.String(load_default="ymd", validate=validate.OneOf(sorted(DATES)))


@supplier_invoices.get("")
@requires("interconnect:read")
@supplier_invoices.response(200, SupplierInvoiceSchema(many=True))
@supplier_invoices.arguments(SupplierInvoiceQuery, location="query")
def list_invoices(query: dict[str, Any]) -> list[CheckedInvoice]:
    """Invoices of carriers, the newest first."""
    return service.invoices(g.session, **query)


@supplier_invoices.post("")
@requires("interconnect:write")
@supplier_invoices.response(201, SupplierInvoiceInFullSchema)
@supplier_invoices.arguments(SupplierInvoiceFileQuery, location="query")
def take_in(query: dict[str, Any]) -> dict[str, Any]:
    """Take in an invoice sent as the body: UBL, CSV or XLSX."""
    layout = InvoiceLayout(
        columns=columns_of(query["columns"]),
        **{name: query[name] for name in ("delimiter", "decimal", "dates")},
    )
    said = Head(**{name: query[name] for name in HEAD})
    kept = service.take_in(g.session, query["carrier_id"], request.get_data(), layout, said)
    return _in_full(kept)


@supplier_invoices.get("/<uuid:supplier_invoice_id>")
@requires("interconnect:read")
@supplier_invoices.response(200, SupplierInvoiceInFullSchema)
def show_invoice(supplier_invoice_id: UUID) -> dict[str, Any]:
    """One invoice with its lines."""
    return _in_full(service.invoice(g.session, supplier_invoice_id))


@supplier_invoices.get("/<uuid:supplier_invoice_id>/file")
@requires("interconnect:read")
def download_invoice(supplier_invoice_id: UUID) -> Response:
    """The file as it came."""
    content = service.bytes_of(g.session, supplier_invoice_id)
    return Response(content, content_type="application/octet-stream")


def columns_of(text: str) -> dict[str, str]:
    """Headings by field; what is no field is left out and shows as a missing column."""
    pairs = (pair.partition("=") for pair in text.split(",") if pair)
    return {
        field.strip(): heading.strip() for field, _, heading in pairs if field.strip() in FIELDS
    }


def _in_full(found: CheckedInvoice) -> dict[str, Any]:
    names = SupplierInvoiceSchema().fields
    facts = {name: getattr(found, name) for name in names}
    return facts | {"checked_lines": service.lines_of(g.session, found.id)}
