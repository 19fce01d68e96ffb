"""Deposits of carriers, as a page with forms that take one, set it off and give it back."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from currencies.money import money
from i18n.locale import _
from settlement.netting.deposits import service
from settlement.parties import service as parties
from settlement.parties.party import Kind
from tenants.web.contracts import requires
from tenants.web.forms import day_sent, figure_sent, id_sent, say, text_sent

deposit_pages = Blueprint(
    "deposit_pages", __name__, url_prefix="/interconnect/deposits", template_folder="templates"
)


@deposit_pages.get("")
@requires("interconnect:read")
def deposits() -> str:
    """What carriers left with us, and what is left of it."""
    carriers = parties.parties(g.session, Kind.CARRIER)
    return render_template(
        "netting/deposits.html",
        deposits=service.deposits(g.session),
        carriers=carriers,
        names={each.id: each.name for each in carriers},
        may_write=g.caller.principal.may("interconnect:write"),
    )


@deposit_pages.post("")
@requires("interconnect:write")
def receive() -> Response:
    """Record money that a carrier left with us."""
    taken = service.receive(
        g.session,
        id_sent("carrier"),
        text_sent("reference", 200),
        money(figure_sent("amount")),
        day_sent("received_on"),
    )
    return _told(_("Deposit {reference} is booked."), taken.reference)


@deposit_pages.post("/<uuid:deposit_id>/set-off")
@requires("interconnect:write")
def set_off(deposit_id: UUID) -> Response:
    """Pay with a deposit what the carrier owes without dispute."""
    used = service.set_off(g.session, deposit_id, money(figure_sent("amount")))
    return _told(_("The part of deposit {reference} is set off."), used.reference)


@deposit_pages.post("/<uuid:deposit_id>/return")
@requires("interconnect:write")
def give_back(deposit_id: UUID) -> Response:
    """Owe a deposit back, so that the next payout batch pays it."""
    used = service.give_back(g.session, deposit_id, money(figure_sent("amount")))
    return _told(_("The part of deposit {reference} is paid by the next batch."), used.reference)


def _told(message: str, reference: str) -> Response:
    flash(say(message, reference=reference), "done")
    return make_response(redirect(url_for("deposit_pages.deposits"), 303))
