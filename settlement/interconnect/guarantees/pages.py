"""Guarantees for carriers, as a page with a form that takes one."""

from typing import Final
from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from currencies.money import money
from i18n.locale import _
from settlement.interconnect.guarantees import service
from settlement.interconnect.guarantees.wording import KINDS
from settlement.parties import service as parties
from settlement.parties.party import Kind as PartyKind
from settlement.periods import service as periods
from tenants.web.contracts import requires
from tenants.web.forms import (
    NoSuchPage,
    day_sent,
    figure_sent,
    id_sent,
    optional_day_sent,
    say,
    text_sent,
)

KINDS_SENT: Final = {kind.value: kind for kind in KINDS}

guarantee_pages = Blueprint(
    "guarantee_pages",
    __name__,
    url_prefix="/interconnect/guarantees",
    template_folder="templates",
)


@guarantee_pages.get("")
@requires("interconnect:read")
def guarantees() -> str:
    """What is guaranteed, by whom, until when, and what runs out."""
    carriers = parties.parties(g.session, PartyKind.CARRIER)
    return render_template(
        "interconnect/guarantees.html",
        guarantees=service.guarantees(g.session),
        ending={each.guarantee.id for each in service.running_out(g.session)},
        carriers=carriers,
        names={each.id: each.name for each in carriers},
        kinds=KINDS,
        today=periods.today(g.session),
        may_write=g.caller.principal.may("interconnect:write"),
    )


@guarantee_pages.post("")
@requires("interconnect:write")
def take() -> Response:
    """Take a guarantee for a carrier."""
    kind = KINDS_SENT.get(text_sent("kind", 40))
    if kind is None:
        raise NoSuchPage
    taken = service.take(
        g.session,
        id_sent("carrier"),
        kind,
        text_sent("reference", 200),
        text_sent("guarantor", 200),
        money(figure_sent("amount")),
        day_sent("valid_from"),
        optional_day_sent("valid_until"),
    )
    return _told(_("Guarantee {reference} is taken."), taken.reference)


@guarantee_pages.post("/<uuid:guarantee_id>/end")
@requires("interconnect:write")
def end(guarantee_id: UUID) -> Response:
    """End a guarantee sooner than it was promised."""
    ended = service.end(g.session, guarantee_id, day_sent("ends_on"))
    return _told(_("The end of guarantee {reference} is kept."), ended.reference)


def _told(message: str, reference: str) -> Response:
    flash(say(message, reference=reference), "done")
    return make_response(redirect(url_for("guarantee_pages.guarantees"), 303))
