"""Acceptance as pages: a partner's own self-billed documents, each with its answer or buttons."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from i18n.locale import _
from settlement.self_billing.acceptance import service
from settlement.self_billing.acceptance.standing import Standing
from statements import service as statements
from statements.rendering.wording import TITLES
from tenants.web.contracts import requires
from tenants.web.forms import own_party, say, text_sent

own_acceptances = Blueprint(
    "own_acceptances", __name__, url_prefix="/own/acceptances", template_folder="templates"
)

STANDINGS = {
    Standing.WAITING: _("Waits for your answer"),
    Standing.ACCEPTED: _("Accepted"),
    Standing.DEEMED_ACCEPTED: _("Counts as accepted"),
    Standing.OBJECTED: _("Objected to"),
}
COLOURS = {
    Standing.WAITING: "bg-yellow-lt",
    Standing.ACCEPTED: "bg-green-lt",
    Standing.DEEMED_ACCEPTED: "bg-green-lt",
    Standing.OBJECTED: "bg-red-lt",
}


@own_acceptances.get("")
@requires("own-statements:read")
def acceptances() -> str:
    """The self-billed documents of the reader's company and where each stands."""
    issued = statements.documents(g.session, status="issued", party_id=own_party())
    return render_template(
        "acceptance/acceptances.html",
        acceptances=list(service.acceptances(g.session, issued).values()),
        titles=TITLES,
        standings=STANDINGS,
        colours=COLOURS,
        Standing=Standing,
    )


@own_acceptances.post("/<uuid:document_id>/acceptance")
@requires("own-disputes:write")
def accept(document_id: UUID) -> Response:
    """Accept a document for the reader's company."""
    own_party()
    found = service.accept(g.session, document_id)
    flash(say(_("You accepted {number}."), number=found.document.number), "done")
    return _back()


@own_acceptances.post("/<uuid:document_id>/objection")
@requires("own-disputes:write")
def object_to(document_id: UUID) -> Response:
    """Object to a document for the reader's company, with a reason."""
    own_party()
    found = service.object_to(g.session, document_id, text_sent("reason"))
    flash(say(_("You objected to {number}."), number=found.document.number), "done")
    return _back()


def _back() -> Response:
    return make_response(redirect(url_for("own_acceptances.acceptances"), 303))
