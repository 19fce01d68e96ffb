"""Changing an issued invoice as a page: its lines, what stands, and the two ways to change it."""

import datetime as dt
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from currencies.money import money
from i18n.locale import _
from settlement.billing.changing import service
from settlement.billing.changing.right_lines import RightLine, decimal_of
from statements import service as statements
from statements.correcting import CHANGEABLE
from statements.crediting import remaining
from statements.document import Document
from statements.filing import Filed
from statements.rendering.wording import TITLES
from tenants.web.contracts import requires
from tenants.web.forms import (
    NoSuchPage,
    optional_day_sent,
    optional_figure_sent,
    optional_text_sent,
    say,
    text_sent,
)

change_pages = Blueprint(
    "change_pages", __name__, url_prefix="/documents", template_folder="templates"
)


@change_pages.get("/<uuid:document_id>/changes")
@requires("documents:issue")
def changes(document_id: UUID) -> str:
    """The lines of an invoice with what is left of each, and the forms to change them."""
    invoice = _invoice(document_id)
    earlier = statements.following(g.session, document_id)
    return render_template(
        "changing/changes.html",
        document_id=document_id,
        invoice=invoice,
        title=TITLES[invoice.kind],
        titles=TITLES,
        earlier=earlier,
        left=remaining(invoice, [each for each in earlier if each.replaced is None]),
        stands=service.stands_at(g.session, document_id),
    )


@change_pages.post("/<uuid:document_id>/correction")
@requires("documents:issue")
def correct(document_id: UUID) -> Response:
    """Issue the corrected invoice over the lines as they should be."""
    invoice = _invoice(document_id)
    lines = []
    for line in invoice.lines:
        net = decimal_of(optional_figure_sent(f"net-{line.id}"))
        text = optional_text_sent(f"text-{line.id}")
        if net is not None and net != line.net.amount or text and text != line.description:
            lines.append(
                RightLine(
                    line.id,
                    description=text or None,
                    net=None if net == line.net.amount else net,
                )
            )
    note = service.correct_invoice(
        g.session,
        document_id,
        lines,
        text_sent("reason", 1000),
        with_party="with_party" in request.form,
    )
    return _told(note)


@change_pages.post("/<uuid:document_id>/adjustment")
@requires("documents:issue")
def adjust(document_id: UUID) -> Response:
    """Issue the adjusting invoice or credit over what lines change by."""
    invoice = _invoice(document_id)
    agreed: dt.date | None = optional_day_sent("agreed_on")
    changes = {}
    for line in invoice.lines:
        change = decimal_of(optional_figure_sent(f"change-{line.id}"))
        if change is not None:
            changes[line.id] = money(change, invoice.currency)
    note = service.adjust_invoice(
        g.session, document_id, changes, text_sent("reason", 1000), agreed
    )
    return _told(note)


def _invoice(document_id: UUID) -> Document:
    found = statements.content(g.session, document_id)
    if not isinstance(found, Document) or found.kind not in CHANGEABLE or not found.number:
        raise NoSuchPage
    return found


def _told(note: Filed) -> Response:
    if note.is_issued:
        flash(say(_("{number} is issued and booked."), number=note.number), "done")
    return make_response(redirect(url_for("document_pages.document", document_id=note.id), 303))
