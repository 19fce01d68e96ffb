"""Rules of documents as pages: what is installed, and who takes which form of e-invoice."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from i18n.locale import _
from settlement.parties import service as parties
from statements.profiles import service as profiles
from statements.profiles.profile import PROFILES
from statements.profiles.service import Choice
from statements.validation.service import installed_packs
from tenants.web.contracts import requires
from tenants.web.forms import (
    FieldMissing,
    field_title,
    optional_day_sent,
    optional_text_sent,
    say,
    text_sent,
)

rule_pages = Blueprint(
    "rule_pages", __name__, url_prefix="/document-rules", template_folder="templates"
)

FORMS = {
    "en16931": _("UBL after EN 16931"),
    "peppol": _("UBL for Peppol"),
    "xrechnung": _("XRechnung"),
    "factur-x": _("Factur-X: CII inside the PDF"),
    "ksef": _("FA(3) for KSeF"),
}


@rule_pages.get("")
@requires("parties:read")
def rules() -> str:
    """Choices of profiles, and the installed packs."""
    chosen = profiles.choices(g.session)
    who = {each.party_id for each in chosen if each.party_id}
    return render_template(
        "rules/rules.html",
        packs=sorted(installed_packs(), key=lambda each: (each.id, each.version)),
        choices=chosen,
        forms=FORMS,
        profiles=PROFILES,
        names=parties.names(g.session, who),
        may_write=g.caller.principal.may("parties:write"),
    )


@rule_pages.post("")
@requires("parties:write")
def choose() -> Response:
    """Choose the form of a party, by its code, or of the house, from a day of issue on."""
    code, day = optional_text_sent("party"), optional_day_sent("valid_from")
    if day is None:
        raise FieldMissing(field=field_title("valid_from"))
    party: UUID | None = parties.party_by_code(g.session, code).id if code else None
    profiles.choose(g.session, Choice(text_sent("profile", 20), day, party))
    flash(say(_("The form is kept. It is for what is issued from its day on.")), "done")
    return make_response(redirect(url_for(".rules"), 303))
