"""Amendments as pages: their faults with examples, what they touch, review, approve, reject."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from i18n.locale import _
from settlement.agreements import service as agreements
from settlement.amendments import service
from settlement.amendments.amendment import Amendment, Kind, Status
from settlement.amendments.comparing import service as comparing
from settlement.amendments.touching import service as touching
from settlement.parties import service as parties
from tenants.web.contracts import requires
from tenants.web.forms import say, text_sent
from tenants.web.problems import reader_language

amendment_pages = Blueprint(
    "amendment_pages", __name__, url_prefix="/amendments", template_folder="templates"
)

KINDS = {"terms": _("Terms"), "end": _("End of the agreement")}
STATUSES = {
    "draft": _("Draft"),
    "reviewed": _("Reviewed"),
    "approved": _("Approved"),
    "rejected": _("Rejected"),
}
STANDINGS = {
    "waiting": _("Waits for its day"),
    "in_force": _("In force"),
    "replaced": _("Replaced"),
    "ended": _("Ended"),
}
LEVELS = {"error": _("Error"), "warning": _("Warning")}
# What an event of an example has.
FACTS = {
    "product": _("Product"),
    "direction": _("Direction"),
    "seconds": _("Seconds"),
    "trunk": _("Trunk"),
    "amount": _("Amount"),
    "base": _("Left to share"),
    "day": _("Day"),
    "period": _("Period"),
    "earned": _("Earned"),
    "quantity": _("Quantity"),
    "segment": _("Segment"),
    "territory": _("Territory"),
    "destination": _("Destination"),
}


@amendment_pages.get("")
@requires("agreements:read")
def amendments() -> str:
    """All changes, the newest first."""
    found = service.amendments(g.session)
    names = parties.names(g.session, {each.drafted.party_id for each in found})
    return render_template(
        "amendments/amendments.html",
        amendments=found,
        names=names,
        may_write=g.caller.principal.may("agreements:write"),
        **_words(),
    )


@amendment_pages.get("/<uuid:amendment_id>")
@requires("agreements:read")
def amendment(amendment_id: UUID) -> str:
    """One change: what is wrong with it, what it touches, and what can be done."""
    found = service.amendment(g.session, amendment_id)
    principal = g.caller.principal
    is_undecided = found.status in (Status.DRAFT, Status.REVIEWED)
    agreed = agreements.terms_by_id(g.session).get(found.terms_id) if found.terms_id else None
    return render_template(
        "amendments/amendment.html",
        amendment=found,
        name=parties.party(g.session, found.drafted.party_id).name,
        faults=service.faults(g.session, amendment_id) if is_undecided else [],
        touched=touching.touched(g.session, found.drafted) if is_undecided else [],
        may_review=found.status is Status.DRAFT and principal.may("agreements:write"),
        may_change=agreed is not None and principal.may("agreements:write"),
        agreement_id=agreed.agreement_id if agreed else None,
        may_approve=found.status is Status.REVIEWED and principal.may("corrections:approve"),
        may_reject=is_undecided and principal.may("corrections:approve"),
        is_own=principal.name == found.proposed_by,
        is_end=found.drafted.kind is Kind.END,
        changed=comparing.changes_of(g.session, found),
        reader_language=reader_language(),
        **_words(),
    )


@amendment_pages.post("/<uuid:amendment_id>/review")
@requires("agreements:write")
def review(amendment_id: UUID) -> Response:
    """Say that a draft is as it should be."""
    done = service.review(g.session, amendment_id)
    return _told(done, _("The change of {code} is reviewed. Somebody else approves it."))


@amendment_pages.post("/<uuid:amendment_id>/approval")
@requires("corrections:approve")
def approve(amendment_id: UUID) -> Response:
    """Agree to what somebody else drafted."""
    done = service.approve(g.session, amendment_id)
    return _told(done, _("The change of {code} is approved."))


@amendment_pages.post("/<uuid:amendment_id>/rejection")
@requires("corrections:approve")
def reject(amendment_id: UUID) -> Response:
    """Reject a change that is not decided."""
    done = service.reject(g.session, amendment_id, text_sent("why"))
    return _told(done, _("The change of {code} is rejected. Nothing of it holds."))


def _told(done: Amendment, message: str) -> Response:
    flash(say(message, code=done.code), "done")
    to = url_for("amendment_pages.amendment", amendment_id=done.id)
    return make_response(redirect(to, 303))


def _words() -> dict[str, object]:
    return {
        "kinds": KINDS,
        "statuses": STATUSES,
        "standings": STANDINGS,
        "levels": LEVELS,
        "facts": FACTS,
    }
