"""Print batches as pages: what waits, what was printed, how many of which postcode and size."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from i18n.locale import _
from settlement.delivery.printing import service
from tenants.web.attachment import streamed
from tenants.web.contracts import requires
from tenants.web.forms import say

print_pages = Blueprint(
    "print_pages", __name__, url_prefix="/deliveries/print-batches", template_folder="templates"
)

PARTS = {
    "documents": _("Print file"),
    "cover-list": _("Cover list"),
    "labels": _("Labels"),
    "manifest": _("Manifest"),
}


@print_pages.get("")
@requires("documents:read")
def batches() -> str:
    """Print batches, the newest first, and how many documents wait for the next."""
    return render_template(
        "printing/batches.html",
        batches=service.batches(g.session),
        waiting=service.waiting(g.session),
        parts=PARTS,
        may_print=g.caller.principal.may("documents:issue"),
    )


@print_pages.post("")
@requires("documents:issue")
def produce() -> Response:
    """Print all that waits."""
    made = service.produce(g.session)
    flash(say(_("Batch {number} is produced."), number=made.number), "done")
    where = url_for(".batch", print_batch_id=made.id)
    return make_response(redirect(where, 303))


@print_pages.get("/<uuid:print_batch_id>")
@requires("documents:read")
def batch(print_batch_id: UUID) -> str:
    """One batch: its files, and its envelopes counted by postcode and pages."""
    return render_template(
        "printing/batch.html",
        batch=service.batch(g.session, print_batch_id),
        counted=service.counted(g.session, print_batch_id),
        parts=PARTS,
    )


@print_pages.get("/<uuid:print_batch_id>/<part>")
@requires("documents:read")
def batch_file(print_batch_id: UUID, part: str) -> Response:
    """One part of a batch."""
    return streamed(*service.part_of(g.session, print_batch_id, part))
