"""Runs as a page that keeps itself up to date while work is under way."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from i18n.locale import _
from tenants.jobs import service
from tenants.web.contracts import requires
from tenants.web.forms import say

run_pages = Blueprint("run_pages", __name__, url_prefix="/runs", template_folder="templates")

UNDER_WAY = ("waiting", "running")
STATUSES = {
    "waiting": _("Waiting"),
    "running": _("Running"),
    "done": _("Done"),
    "failed": _("Failed"),
}


@run_pages.get("")
@requires("runs:read")
def runs() -> str:
    """The latest runs and all schedules."""
    return render_template("runs/runs.html", schedules=service.schedules(g.session), **_latest())


@run_pages.get("/latest")
@requires("runs:read")
def latest() -> str:
    """The table of runs alone, for a page that asks again and again."""
    return render_template("runs/latest.html", **_latest())


@run_pages.post("/<uuid:run_id>/retry")
@requires("schedules:write")
def try_again(run_id: UUID) -> Response:
    """Put a failed run into the queue once more."""
    service.try_again(g.session, run_id)
    flash(say(_("The run waits to be done again.")), "done")
    return make_response(redirect(url_for("run_pages.runs"), 303))


def _latest() -> dict[str, object]:
    found = service.runs(g.session)
    is_busy = any(run.status in UNDER_WAY for run in found)
    return {"runs": found, "statuses": STATUSES, "seconds": 2 if is_busy else 5}
