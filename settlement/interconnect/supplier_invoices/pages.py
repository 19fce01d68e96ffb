"""Invoices of carriers as pages: taken in from a form, and beside what was expected."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from currencies.money import money
from i18n.locale import _
from settlement.interconnect.supplier_invoices import service
from settlement.interconnect.supplier_invoices.invoice import MOST_BYTES, Head
from settlement.interconnect.supplier_invoices.table_reading import InvoiceLayout
from settlement.interconnect.wording import CLASSES, COLOURS
from settlement.parties import service as parties
from settlement.parties.party import Kind
from tenants.web.contracts import requires
from tenants.web.forms import (
    file_sent,
    id_sent,
    optional_day_sent,
    optional_text_sent,
    say,
)

supplier_invoice_pages = Blueprint(
    "supplier_invoice_pages",
    __name__,
    url_prefix="/interconnect/supplier-invoices",
    template_folder="templates",
)

LINES = 500


@supplier_invoice_pages.get("")
@requires("interconnect:read")
def invoices() -> str:
    """The invoices taken in, and a form for another one."""
    found = service.invoices(g.session)
    return render_template(
        "interconnect/supplier_invoices.html",
        invoices=found,
        carriers=parties.parties(g.session, Kind.CARRIER),
        names=parties.names(g.session, {each.carrier_id for each in found}),
        may_send=g.caller.principal.may("interconnect:write"),
        classes=CLASSES,
        colours=COLOURS,
        as_money=money,
    )


@supplier_invoice_pages.post("")
@requires("interconnect:write")
def take_in() -> Response:
    """Take in an invoice; tables have the columns under their own names, dates as 2026-10-31."""
    file = file_sent("invoice")
    said = Head(
        number=optional_text_sent("number", 200),
        issued_on=optional_day_sent("issued_on"),
        currency=optional_text_sent("currency", 3),
        agreement=optional_text_sent("agreement", 200),
    )
    # One byte more than is taken, so that the service sees when there is too much.
    content = file.stream.read(MOST_BYTES + 1)
    kept = service.take_in(g.session, id_sent("carrier"), content, InvoiceLayout({}), said)
    flash(say(_("The invoice is taken in and checked.")), "done")
    where = url_for("supplier_invoice_pages.invoice", supplier_invoice_id=kept.id)
    return make_response(redirect(where, 303))


@supplier_invoice_pages.get("/<uuid:supplier_invoice_id>")
@requires("interconnect:read")
def invoice(supplier_invoice_id: UUID) -> str:
    """One invoice line by line."""
    found = service.invoice(g.session, supplier_invoice_id)
    lines = service.lines_of(g.session, supplier_invoice_id)
    return render_template(
        "interconnect/supplier_invoice.html",
        found=found,
        carrier=parties.names(g.session, {found.carrier_id})[found.carrier_id],
        lines=lines[:LINES],
        left_out=max(0, len(lines) - LINES),
        may_dispute=g.caller.principal.may("disputes:write"),
        classes=CLASSES,
        colours=COLOURS,
        as_money=money,
    )
