"""Billing one customer now, as a page; a proforma turned into an invoice."""

from decimal import Decimal
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

from currencies.money import parse_amount
from i18n.locale import _
from settlement.billing.draft_document import DraftDocument
from settlement.billing.manual_lines import ManualLine
from settlement.billing.out_of_turn import service
from settlement.taxation.treatment import CATEGORIES
from statements.document import Kind
from statements.filing import Filed
from statements.rendering.wording import TITLES
from tenants.web.contracts import requires
from tenants.web.forms import NoSuchPage, optional_figure_sent, optional_text_sent, say, text_sent

single_pages = Blueprint(
    "single_pages", __name__, url_prefix="/documents", template_folder="templates"
)

LINES = range(1, 7)
TAXED = {
    "standard": _("standard rate"),
    "reduced": _("reduced rate"),
    "zero": _("zero rate"),
    "exempt": _("exempt"),
    "margin": _("margin scheme"),
    "reverse_charge": _("reverse charge"),
    "out_of_scope": _("out of scope"),
}


@single_pages.get("/new")
@requires("documents:issue")
def new() -> str:
    """The form of a document out of turn."""
    return render_template(
        "out_of_turn/new.html",
        kinds={kind.value: TITLES[kind] for kind in service.KINDS},
        numbers=LINES,
        taxed={name: title for name, title in TAXED.items() if name in CATEGORIES},
    )


@single_pages.post("/new")
@requires("documents:issue")
def issue() -> Response:
    """Issue what the form asks for."""
    kind = optional_text_sent("kind") or "invoice"
    if kind not in {each.value for each in service.KINDS}:
        raise NoSuchPage
    lines = [line for number in LINES if (line := _line(number)) is not None]
    filed = service.issue_single(
        g.session,
        text_sent("party", 200),
        text_sent("currency", 3).upper(),
        Kind(kind),
        lines,
        with_unbilled="with_unbilled" in request.form,
        note=optional_text_sent("note"),
    )
    return _told(filed)


@single_pages.post("/<uuid:document_id>/invoice")
@requires("documents:issue")
def invoice(document_id: UUID) -> Response:
    """Turn a proforma into an invoice."""
    return _told(service.invoice_proforma(g.session, document_id))


def _line(number: int) -> ManualLine | None:
    text, price = optional_text_sent(f"text-{number}"), optional_figure_sent(f"price-{number}")
    if not text and not price:
        return None
    quantity = optional_figure_sent(f"quantity-{number}")
    cost = optional_figure_sent(f"cost-{number}")
    return ManualLine(
        text,
        parse_amount(quantity) if quantity else Decimal(1),
        parse_amount(price),
        optional_text_sent(f"tax-{number}", 40) or "standard",
        purchase_cost=parse_amount(cost) if cost else None,
    )


def _told(filed: Filed | DraftDocument) -> Response:
    if isinstance(filed, DraftDocument):
        return make_response(redirect(url_for("review_pages.draft", draft_id=filed.id), 303))
    if filed.is_issued:
        flash(say(_("{number} is issued."), number=filed.number), "done")
    where = url_for("document_pages.document", document_id=filed.id)
    return make_response(redirect(where, 303))
