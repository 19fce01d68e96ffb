"""The tax of one party, as a page: checks of its VAT number, and what was decided."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from i18n.locale import _
from settlement.parties import service as parties
from settlement.taxation.number_checks import service
from settlement.taxation.number_checks.gateway import configured
from settlement.taxation.number_checks.wording import ANSWERS, COLOURS
from settlement.taxation.places import service as places
from settlement.taxation.places.place import EvidenceKind, EvidenceUnclear
from settlement.taxation.places.wording import KINDS
from tenants.web.contracts import requires
from tenants.web.forms import optional_day_sent, say, text_sent

party_tax_pages = Blueprint(
    "party_tax_pages", __name__, url_prefix="/parties", template_folder="templates"
)


@party_tax_pages.get("/<uuid:party_id>/tax")
@requires("parties:read")
def party_tax(party_id: UUID) -> str:
    """What was found out of the party's VAT number, and what was decided because of it."""
    party = parties.party(g.session, party_id)
    return render_template(
        "taxation/party_tax.html",
        party=party,
        has_number=service.is_vat_number(party.tax_id, party.country),
        checks=service.checks_of(g.session, party_id),
        decisions=service.decisions_of(g.session, party_id),
        answers=ANSWERS,
        colours=COLOURS,
        evidence=places.evidence_of(g.session, party_id),
        kinds=KINDS,
    )


@party_tax_pages.post("/<uuid:party_id>/tax/checks")
@requires("parties:write")
def check(party_id: UUID) -> Response:
    """Ask the service that is configured."""
    found = service.check(g.session, party_id, configured(g.session.database.settings))
    flash(say(ANSWERS[found.told.answer.value]), "done")
    return _to(party_id)


@party_tax_pages.post("/<uuid:party_id>/tax/entered-checks")
@requires("parties:write")
def enter(party_id: UUID) -> Response:
    """Keep a check made at the service by hand."""
    # Whatever is not "valid" is not: a wrong word never makes a number good.
    is_valid = text_sent("answer", 10) == "valid"
    asked, request = text_sent("service", 80), text_sent("request_identifier", 80)
    service.enter(g.session, party_id, asked, is_valid, request)
    flash(say(_("The check is kept.")), "done")
    return _to(party_id)


@party_tax_pages.post("/<uuid:party_id>/tax/decisions")
@requires("documents:issue")
def decide(party_id: UUID) -> Response:
    """Charge domestic VAT for a month."""
    service.decide(g.session, party_id, text_sent("period", 7), text_sent("reason", 200))
    flash(say(_("Domestic VAT is charged for the month.")), "done")
    return _to(party_id)


@party_tax_pages.post("/<uuid:party_id>/tax/places")
@requires("parties:write")
def enter_place(party_id: UUID) -> Response:
    """Keep a piece of evidence of where the customer belongs."""
    kind = text_sent("kind", 40)
    if kind not in set(EvidenceKind):
        raise EvidenceUnclear(field=", ".join(EvidenceKind))
    country, reference = text_sent("country", 2).upper(), text_sent("reference", 200)
    told_on = optional_day_sent("told_on")
    places.enter(g.session, party_id, EvidenceKind(kind), country, reference, told_on)
    flash(say(_("The evidence is kept.")), "done")
    return _to(party_id)


def _to(party_id: UUID) -> Response:
    return make_response(redirect(url_for("party_tax_pages.party_tax", party_id=party_id), 303))
