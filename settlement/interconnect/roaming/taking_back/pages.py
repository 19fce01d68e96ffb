"""Returns that are taken back, on the page of roaming: proposed, approved by somebody else."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, url_for

from i18n.locale import _
from settlement.interconnect.roaming.taking_back import service
from tenants.web.contracts import requires
from tenants.web.forms import say, text_sent

take_back_pages = Blueprint(
    "take_back_pages", __name__, url_prefix="/interconnect/roaming/take-backs"
)


@take_back_pages.post("/of/<uuid:sent_rap_file_id>")
@requires("interconnect:write")
def propose(sent_rap_file_id: UUID) -> Response:
    """Propose to take back what a RAP file of ours returned."""
    service.propose(g.session, sent_rap_file_id, text_sent("why"))
    return _told(_("It is proposed to take the return back. Somebody else approves it."))


@take_back_pages.post("/<uuid:take_back_id>/approval")
@requires("corrections:approve")
def approve(take_back_id: UUID) -> Response:
    """Take the return back; who proposed it may not."""
    service.approve(g.session, take_back_id)
    return _told(
        _("The return is taken back. Its records can be repaired, or its file read again.")
    )


@take_back_pages.post("/<uuid:take_back_id>/rejection")
@requires("corrections:approve", "interconnect:write")
def reject(take_back_id: UUID) -> Response:
    """Reject it; what was returned stays returned."""
    service.reject(g.session, take_back_id, text_sent("why"))
    return _told(_("What was returned stays returned."))


def _told(said: str) -> Response:
    flash(say(said), "done")
    return make_response(redirect(url_for("roaming_pages.files"), 303))
