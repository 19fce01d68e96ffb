"""Parties as pages: who we deal with, and what is agreed with one of them."""

import datetime as dt
from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from i18n.locale import _
from settlement.agreements import service as agreements
from settlement.agreements.contract import Contract
from settlement.agreements.contracts import service as contracts
from settlement.agreements.local_days import local_day
from settlement.agreements.payers import service as payers
from settlement.parties import service as parties
from settlement.parties.party import LONGEST_TEXT, Kind, Party, TaxUnit
from settlement.parties.standing import LONGEST_WORD, MOST_SEGMENTS, Standing
from settlement.parties.standings import service as standings
from tenants.web.contracts import requires
from tenants.web.forms import (
    NoSuchPage,
    choice_asked,
    day_sent,
    optional_text_sent,
    say,
    text_asked,
    text_sent,
)
from tenants.web.paging import page_of, place_of

party_pages = Blueprint("party_pages", __name__, url_prefix="/parties", template_folder="templates")

ROWS = 50
CONTRACTS_SHOWN = 100
SEGMENTS_LONGEST = MOST_SEGMENTS * (LONGEST_WORD + 2)
KINDS = {"customer": _("Customers"), "partner": _("Partners"), "carrier": _("Carriers")}
# What one of them is called.
KIND = {"customer": _("Customer"), "partner": _("Partner"), "carrier": _("Carrier")}
LEGAL_FORMS = {"person": _("Person"), "couple": _("Couple"), "company": _("Company")}
UNITS = {
    "local_government": _("Unit of a local government"),
    "vat_group": _("Member of a VAT group"),
}


@party_pages.get("")
@requires("parties:read")
def all_parties() -> str:
    """Parties, or those of a kind, in the order of their codes."""
    kind = choice_asked("kind", KINDS)
    place = place_of(text_asked("starting_after"), 1)
    rows = parties.parties(g.session, kind, None if place is None else place[0], ROWS + 1)
    return render_template(
        "agreements/parties.html",
        page=page_of(rows, ROWS, lambda party: [party.code]),
        kind=kind,
        kinds=KINDS,
        one=KIND,
    )


@party_pages.get("/<uuid:party_id>")
@requires("parties:read")
def one_party(party_id: UUID) -> str:
    """One party: who it is, how it is classed, what is agreed, and what its usage is known by."""
    party = parties.party(g.session, party_id)
    today = local_day(g.session.now(), party.time_zone)
    signed = contracts.contracts(g.session, party_id, limit=CONTRACTS_SHOWN + 1)
    span = today, today + dt.timedelta(days=1), party_id
    return render_template(
        "agreements/party.html",
        party=party,
        kind=KIND[party.kind.value],
        legal_forms=LEGAL_FORMS,
        units=UNITS,
        may_write=g.caller.principal.may("parties:write"),
        today=today,
        standings=standings.standings(g.session, party_id),
        contracts=signed[:CONTRACTS_SHOWN],
        has_more=len(signed) > CONTRACTS_SHOWN,
        payers=_others(party, _payers_on(signed, today)),
        applicants=_others(
            party, {each.id: each.applicant_id for each in signed if each.applicant_id}
        ),
        subscribers=contracts.subscribers(g.session, *span),
        identifiers=contracts.subscription_keys(g.session, *span).to_dicts(),
        may_draft=party.kind is not Kind.CUSTOMER and g.caller.principal.may("agreements:write"),
        agreed=[
            each for each in agreements.terms_by_id(g.session).values() if each.party_id == party_id
        ],
    )


@party_pages.post("/<uuid:party_id>/tax-unit")
@requires("parties:write")
def set_tax_unit(party_id: UUID) -> Response:
    """Say which part of its taxpayer a party is, or that it is none."""
    kind = optional_text_sent("unit_kind", 20)
    unit = None
    if kind:
        if kind not in UNITS:
            raise NoSuchPage
        name, number = text_sent("unit_name", LONGEST_TEXT), text_sent("unit_number", 20)
        unit = TaxUnit("vat_group" if kind == "vat_group" else "local_government", name, number)
    parties.set_tax_unit(g.session, party_id, unit)
    flash(say(_("Kept. It stands on what is issued from now on.")), "done")
    return make_response(redirect(url_for("party_pages.one_party", party_id=party_id), 303))


@party_pages.post("/<uuid:party_id>/standing")
@requires("parties:write")
def set_standing(party_id: UUID) -> Response:
    """Class a customer from a day on; words of segments are apart by commas."""
    words = optional_text_sent("segments", SEGMENTS_LONGEST).split(",")
    standing = Standing(
        optional_text_sent("customer_class", LONGEST_WORD),
        tuple(word.strip() for word in words if word.strip()),
        optional_text_sent("territory", LONGEST_WORD),
    )
    standings.set_standing(g.session, party_id, standing, day_sent("valid_from"))
    flash(say(_("The customer is classed from that day on.")), "done")
    return make_response(redirect(url_for("party_pages.one_party", party_id=party_id), 303))


def _payers_on(signed: list[Contract], day: dt.date) -> dict[UUID, UUID]:
    """Who pays for each contract on a day."""
    changed = payers.payers_on(g.session, day)
    return {each.id: changed.get(each.id, each.billed_to) for each in signed}


def _others(party: Party, named: dict[UUID, UUID]) -> dict[UUID, Party]:
    """Who of those named for contracts is not the party itself, by contract."""
    return {
        contract_id: parties.party(g.session, party_id)
        for contract_id, party_id in named.items()
        if party_id != party.id
    }
