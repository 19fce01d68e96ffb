"""One record as a page: raw beside normalised, with its four times."""

from uuid import UUID

from flask import Blueprint, g, render_template

from i18n.locale import _
from mediation.suspense.wording import FIELDS
from settlement.insight.tracing import service
from tenants.web.contracts import requires
from tenants.web.forms import NoSuchPage, text_asked

record_pages = Blueprint("record_pages", __name__, url_prefix="/files", template_folder="templates")

OUTCOMES = {
    "landed": _("Loaded"),
    "suspended": _("In suspense"),
    "rejected": _("Rejected"),
    "duplicate": _("Duplicate"),
    "undone": _("Undone"),
    "quarantined": _("Quarantined"),
}


@record_pages.get("/<uuid:batch_id>/record")
@requires("usage:read")
def record(batch_id: UUID) -> str:
    """The record at a line of a file."""
    line = text_asked("line", 12) or ""
    if not (line.isascii() and line.isdigit()):
        raise NoSuchPage
    found = service.traced(g.session, batch_id, int(line))
    return render_template(
        "tracing/record.html", found=found, trace=found.trace, fields=FIELDS, outcomes=OUTCOMES
    )
