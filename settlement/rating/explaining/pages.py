"""How amounts came about, as pages: the charge lines of a document, and the calls behind a line."""

from uuid import UUID

from flask import Blueprint, g, render_template, request

from currencies.money import money
from i18n.locale import _
from settlement.rating.explaining import service
from settlement.rating.runs import service as rating_runs
from tenants.web.contracts import requires
from tenants.web.problems import reader_language

charge_pages = Blueprint(
    "charge_pages", __name__, url_prefix="/charges", template_folder="templates"
)

SERVICES = {
    "voice": _("Calls"),
    "sms": _("Messages"),
    "data": _("Data"),
    "meter": _("Meters"),
    "content": _("Content"),
    "recurring": _("Monthly fees"),
    "one_off": _("One-off fees"),
    "early_leaving": _("Early leaving"),
    "term_bonus": _("Bonus for the term"),
    "individual": _("Individual charges"),
    "rebate": _("Rebates"),
    "shortfall": _("Unused commitment"),
    "month_rounding": _("Rounding of the month"),
    "missing_caller": _("Calls without a calling number"),
}


@charge_pages.get("/of-document/<uuid:document_id>")
@requires("documents:read")
def of_document(document_id: UUID) -> str:
    """The charge lines that a document bears."""
    return render_template(
        "explaining/lines.html",
        lines=rating_runs.lines_on_document(g.session, document_id),
        document_id=document_id,
        services=SERVICES,
        money=money,
    )


@charge_pages.get("/<uuid:charge_line_id>")
@requires("documents:read")
def line(charge_line_id: UUID) -> str:
    """How the amount of a line came about, and those of the calls behind it."""
    after = max(0, request.args.get("after", 0, type=int))
    explained = service.explain(g.session, charge_line_id, after)
    return render_template(
        "explaining/line.html",
        explained=explained,
        after=after,
        page=service.CHARGES_SHOWN,
        services=SERVICES,
        money=money,
        language=reader_language(),
    )
