"""Reminders as a page: who is due a letter, and the letters that were sent."""

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from i18n.locale import _
from settlement.parties import service as parties
from settlement.receipts.reminding import service
from statements.downloading import forms_of
from tenants.jobs import service as jobs
from tenants.web.contracts import requires
from tenants.web.forms import flash_parked, say

reminder_pages = Blueprint(
    "reminder_pages", __name__, url_prefix="/reminders", template_folder="templates"
)

ROWS = 100
# More letters take longer than anybody waits for a page.
AT_ONCE = 20


@reminder_pages.get("")
@requires("documents:read")
def reminders() -> str:
    """The letters that are due today, and those that were issued; the first of each."""
    due, letters = service.due(g.session), service.reminders(g.session, ROWS + 1)
    issued = letters[:ROWS]
    return render_template(
        "reminding/reminders.html",
        due=due[:ROWS],
        due_left_out=len(due[ROWS:]),
        issued=issued,
        has_earlier=len(letters) > ROWS,
        names=parties.names(g.session, {each.filing.party_id for each in issued}),
        forms=forms_of,
        may_issue=g.caller.principal.may("documents:issue"),
    )


@reminder_pages.post("/runs")
@requires("documents:issue")
def remind() -> Response:
    """Issue the letters that are due; many of them by a job, whose page tells how far it is."""
    due = [each.account for each in service.due(g.session)]
    if len(due) > AT_ONCE:
        jobs.ask_for_run(g.session, service.JOB, {})
        flash(say(_("{count} letters are being issued."), count=len(due)), "done")
        return make_response(redirect(url_for("run_pages.runs"), 303))
    run = service.issue(g.session, due)
    flash(say(_("Reminders issued: {count}."), count=len(run.issued)), "done")
    flash_parked(run.parked)
    return make_response(redirect(url_for("reminder_pages.reminders"), 303))
