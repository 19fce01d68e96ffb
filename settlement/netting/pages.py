"""Netting as pages: ours to propose, note consents and book; a party's to agree or refuse."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from i18n.locale import _
from settlement.netting import service
from settlement.netting.offset import Status
from settlement.netting.wording import SIDES, STATUS_COLOURS, STATUSES
from settlement.parties import service as parties
from tenants.web.contracts import requires
from tenants.web.forms import id_sent, optional_text_sent, say, text_sent

offset_pages = Blueprint(
    "offset_pages", __name__, url_prefix="/netting", template_folder="templates"
)
own_offsets = Blueprint(
    "own_offsets", __name__, url_prefix="/own/netting", template_folder="templates"
)


@offset_pages.get("")
@requires("payouts:read")
def offsets() -> str:
    """All offsets and the agreements they can be proposed under."""
    return _page("offset_pages")


@offset_pages.post("")
@requires("payouts:propose")
def propose() -> Response:
    """Propose what can be set off today under an agreement."""
    for each in service.propose(g.session, text_sent("agreement", 40)):
        flash(say(_("Offset {number} is proposed."), number=each.number), "done")
    return _back("offset_pages")


@offset_pages.post("/<uuid:offset_id>/consent")
@requires("payouts:approve")
def note_consent(offset_id: UUID) -> Response:
    """Note that a party agreed in writing."""
    service.agree(g.session, offset_id, id_sent("party"), optional_text_sent("reference"))
    return _back("offset_pages")


@offset_pages.post("/<uuid:offset_id>/booking")
@requires("payouts:approve")
def book(offset_id: UUID) -> Response:
    """Book an agreed offset; who proposed it may not."""
    booked = service.book(g.session, offset_id)
    flash(say(_("Offset {number} is booked."), number=booked.number), "done")
    return _back("offset_pages")


@offset_pages.post("/<uuid:offset_id>/refusal")
@requires("payouts:approve", "payouts:propose")
def refuse(offset_id: UUID) -> Response:
    """Take an offset back that is not booked, with a reason."""
    return _refuse("offset_pages", offset_id)


@own_offsets.get("", endpoint="offsets")
@requires("own-offsets:agree")
def own() -> str:
    """The offsets with a line of the reader's company."""
    return _page("own_offsets")


@own_offsets.post("/<uuid:offset_id>/consent", endpoint="agree")
@requires("own-offsets:agree")
def agree(offset_id: UUID) -> Response:
    """Agree to an offset for the reader's company."""
    agreed = service.agree(g.session, offset_id)
    flash(say(_("You agreed to offset {number}."), number=agreed.number), "done")
    return _back("own_offsets")


@own_offsets.post("/<uuid:offset_id>/refusal", endpoint="refuse")
@requires("own-offsets:agree")
def own_refuse(offset_id: UUID) -> Response:
    """Refuse an offset for the reader's company, with a reason."""
    return _refuse("own_offsets", offset_id)


def _page(pages: str) -> str:
    found = service.offsets(g.session)
    is_own = pages == "own_offsets"
    agreed = [] if is_own else [each for each in service.agreements(g.session) if not each.ended_at]
    principal = g.caller.principal
    return render_template(
        "netting/offsets.html",
        pages=pages,
        is_own=is_own,
        offsets=found,
        agreements=agreed if principal.may("payouts:propose") else [],
        may_approve=principal.may("payouts:approve"),
        may_refuse=is_own or principal.may("payouts:approve") or principal.may("payouts:propose"),
        names=parties.names(g.session, {party for each in found for party in each.party_ids}),
        own_party=principal.party_id,
        Status=Status,
        statuses=STATUSES,
        colours=STATUS_COLOURS,
        sides=SIDES,
    )


def _refuse(pages: str, offset_id: UUID) -> Response:
    refused = service.refuse(g.session, offset_id, optional_text_sent("reason"))
    flash(say(_("Offset {number} is refused."), number=refused.number), "done")
    return _back(pages)


def _back(pages: str) -> Response:
    return make_response(redirect(url_for(f"{pages}.offsets"), 303))
