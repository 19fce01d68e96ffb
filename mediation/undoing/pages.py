"""Files as pages: what came, what became of its records, and how a wrong one is taken back."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from i18n.locale import _
from mediation import service as mediation
from mediation.refusals import refusal_text
from mediation.sources import service as sources
from mediation.undoing import service
from tenants.web.contracts import requires
from tenants.web.forms import say, text_asked, text_sent
from tenants.web.four_eyes import DECISIONS
from tenants.web.problems import reader_language

file_pages = Blueprint("file_pages", __name__, url_prefix="/files", template_folder="templates")

ROWS = 100

STATUSES = {
    "landed": _("Loaded"),
    "quarantined": _("Quarantined"),
    "duplicate": _("Duplicate"),
    "undone": _("Undone"),
}


@file_pages.get("")
@requires("usage:read")
def files() -> str:
    """The latest files, of all sources or of one, and the undoings that wait for approval."""
    source = text_asked("source", 100)
    found = mediation.batches(g.session, source)
    return render_template(
        "undoing/files.html",
        files=list(reversed(found))[:ROWS],
        more=max(0, len(found) - ROWS),
        names={each.id: each.name for each in sources.all_sources(g.session)},
        source=source,
        waiting=[each for each in service.undos(g.session) if each.status == "proposed"],
        file_names={each.id: each.file_name for each in mediation.batches(g.session)},
        statuses=STATUSES,
        why=_why,
    )


@file_pages.get("/<uuid:batch_id>")
@requires("usage:read")
def file(batch_id: UUID) -> str:
    """One file: where its records went, and its undoings."""
    found = mediation.the_batch(g.session, batch_id)
    principal = g.caller.principal
    return render_template(
        "undoing/file.html",
        file=found,
        source=next(each for each in sources.all_sources(g.session) if each.id == found.source_id),
        undos=service.undos(g.session, batch_id),
        may_propose=principal.may("usage:write"),
        may_approve=principal.may("corrections:approve"),
        own_id=principal.user_id,
        statuses=STATUSES,
        undoings=DECISIONS,
        why=_why,
    )


@file_pages.post("/<uuid:batch_id>/reading")
@requires("usage:write")
def read_again(batch_id: UUID) -> Response:
    """Read a quarantined file again, by the present settings of its source."""
    read = mediation.read_again(g.session, batch_id)
    if read.status == "landed":
        flash(say(_("The file is loaded.")), "done")
    else:
        flash(
            say(_("The file is still quarantined: {reason}"), reason=_why(read.reason)), "refused"
        )
    return _to_file(batch_id)


@file_pages.post("/<uuid:batch_id>/undoing")
@requires("usage:write")
def propose(batch_id: UUID) -> Response:
    """Propose to take a loaded file back."""
    service.propose(g.session, batch_id, text_sent("why"))
    flash(say(_("It is proposed to undo the file. Somebody else approves it.")), "done")
    return _to_file(batch_id)


@file_pages.post("/undoings/<uuid:undo_id>/approval")
@requires("corrections:approve")
def approve(undo_id: UUID) -> Response:
    """Take the file back; who proposed it may not approve it."""
    undone = service.approve(g.session, undo_id)
    flash(say(_("The file is undone. The next rating corrects what was charged.")), "done")
    return _to_file(undone.batch_id)


@file_pages.post("/undoings/<uuid:undo_id>/rejection")
@requires("corrections:approve", "usage:write")
def reject(undo_id: UUID) -> Response:
    """Reject an undoing; the file stays loaded."""
    rejected = service.reject(g.session, undo_id, text_sent("why"))
    flash(say(_("The file stays loaded.")), "done")
    return _to_file(rejected.batch_id)


def _why(reason: str) -> str:
    return refusal_text(reason, reader_language())


def _to_file(batch_id: UUID) -> Response:
    return make_response(redirect(url_for("file_pages.file", batch_id=batch_id), 303))
