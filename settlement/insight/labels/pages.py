"""Labels as a page: whose documents go out under which brand, and since when."""

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from i18n.locale import _
from settlement.parties import service as parties
from statements.brand import LABEL_MAX
from statements.branding import service as branding
from statements.labels import service
from statements.labels.service import DatedLabel
from tenants.web.contracts import requires
from tenants.web.forms import day_sent, optional_text_sent, say, text_sent

label_pages = Blueprint(
    "label_pages", __name__, url_prefix="/brand/labels", template_folder="templates"
)


@label_pages.get("")
@requires("documents:read")
def labels() -> str:
    """Who goes under which label, and a form to say it."""
    worn = service.labels(g.session)
    return render_template(
        "labels/labels.html",
        worn=worn,
        names=parties.names(g.session, {each.party_id for each in worn}),
        known=branding.known_labels(g.session),
        may_write=g.caller.principal.may("branding:write"),
    )


@label_pages.post("")
@requires("branding:write")
def wear() -> Response:
    """Put the documents of a party, by its code, under a label from a day of issue on."""
    party = parties.party_by_code(g.session, text_sent("party", 200))
    label = optional_text_sent("label", LABEL_MAX)
    service.wear(g.session, DatedLabel(party.id, label, day_sent("valid_from")))
    flash(say(_("The label is kept. It is for what is issued from its day on.")), "done")
    return make_response(redirect(url_for(".labels"), 303))
