"""Write-offs as pages: propose to give records up, and decide on what others proposed."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from i18n.locale import _
from mediation.suspense import service as suspense
from mediation.writing_off import service
from tenants.web.contracts import requires
from tenants.web.forms import optional_text_sent, say, text_sent
from tenants.web.four_eyes import DECISIONS

write_off_pages = Blueprint(
    "write_off_pages", __name__, url_prefix="/suspense", template_folder="templates"
)


@write_off_pages.get("/write-offs")
@requires("suspense:read")
def write_offs() -> str:
    """All write-offs, the newest first."""
    principal = g.caller.principal
    return render_template(
        "writing_off/write_offs.html",
        write_offs=service.write_offs(g.session),
        may_approve=principal.may("corrections:approve"),
        statuses=DECISIONS,
        own_id=principal.user_id,
    )


@write_off_pages.post("/write-offs")
@requires("suspense:write")
def propose_all() -> Response:
    """Propose to give up all records that wait for a reason at a stage."""
    service.propose(
        g.session,
        text_sent("why"),
        reason=text_sent("reason", 100),
        stage=optional_text_sent("stage", 20) or None,
    )
    return _proposed()


@write_off_pages.post("/<uuid:record_id>/write-off")
@requires("suspense:write")
def propose_one(record_id: UUID) -> Response:
    """Propose to give one record up."""
    found = suspense.the_record(g.session, record_id)
    service.propose(g.session, text_sent("why"), records=[found.id])
    return _proposed()


@write_off_pages.post("/write-offs/<uuid:write_off_id>/approval")
@requires("corrections:approve")
def approve(write_off_id: UUID) -> Response:
    """Give the records up for good; who proposed it may not."""
    approved = service.approve(g.session, write_off_id)
    told = say(_("Records written off: {count}."), count=approved.written_off)
    flash(told, "done")
    return _to_write_offs()


@write_off_pages.post("/write-offs/<uuid:write_off_id>/rejection")
@requires("corrections:approve", "suspense:write")
def reject(write_off_id: UUID) -> Response:
    """Reject a write-off; its records wait on."""
    service.reject(g.session, write_off_id, text_sent("why"))
    flash(say(_("The write-off is rejected. Its records wait on.")), "done")
    return _to_write_offs()


def _proposed() -> Response:
    flash(say(_("The write-off is proposed. Somebody else approves it.")), "done")
    return _to_write_offs()


def _to_write_offs() -> Response:
    return make_response(redirect(url_for("write_off_pages.write_offs"), 303))
