"""Bill runs as pages: ask for one, watch it, approve it, release what it set aside."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from i18n.locale import _
from settlement.billing.parking import service as parking
from settlement.billing.runs import service
from settlement.parties import service as parties
from settlement.periods import service as periods
from tenants.jobs import service as jobs
from tenants.web.contracts import requires
from tenants.web.forms import say, text_sent

bill_run_pages = Blueprint(
    "bill_run_pages", __name__, url_prefix="/bill-runs", template_folder="templates"
)

STATUSES = {
    "proposed": _("Waits for approval"),
    "rejected": _("Rejected"),
    "approved": _("Under way"),
    "done": _("Done"),
}
ASIDE = {"parked": _("Set aside"), "released": _("Released"), "billed": _("Billed")}


@bill_run_pages.get("")
@requires("documents:read")
def all_runs() -> str:
    """The latest runs, and a form to ask for one."""
    closed = [each.code for each in periods.periods(g.session) if not each.is_open]
    return render_template(
        "bill_runs/runs.html",
        runs=service.runs(g.session),
        statuses=STATUSES,
        months=sorted(closed, reverse=True),
        may_issue=g.caller.principal.may("documents:issue"),
    )


@bill_run_pages.post("")
@requires("documents:issue")
def ask() -> Response:
    """Ask for a run over a closed month."""
    run = service.ask(g.session, text_sent("period", 7))
    return _to_run(run.id)


@bill_run_pages.get("/<uuid:bill_run_id>")
@requires("documents:read")
def one_run(bill_run_id: UUID) -> str:
    """One run: how far it is, what it would bill, and what was set aside."""
    run = service.run(g.session, bill_run_id)
    aside = parking.parked_bills(g.session, periods.period(g.session, run.period).id)
    return render_template(
        "bill_runs/run.html",
        aside=aside,
        names=parties.names(g.session, {each.party_id for each in aside}),
        states=ASIDE,
        to_bill=service.to_bill(g.session, run.period) if run.status == "proposed" else [],
        **_how_far(run),
    )


@bill_run_pages.get("/<uuid:bill_run_id>/progress")
@requires("documents:read")
def progress(bill_run_id: UUID) -> str:
    """How far a run is, alone, for a page that asks again and again."""
    return render_template(
        "bill_runs/progress.html", **_how_far(service.run(g.session, bill_run_id))
    )


@bill_run_pages.post("/<uuid:bill_run_id>/approval")
@requires("documents:issue", "corrections:approve")
def approve(bill_run_id: UUID) -> Response:
    """Let a proposed run begin."""
    service.approve(g.session, bill_run_id)
    return _to_run(bill_run_id)


@bill_run_pages.post("/<uuid:bill_run_id>/rejection")
@requires("documents:issue", "corrections:approve")
def reject(bill_run_id: UUID) -> Response:
    """Drop a proposed run."""
    service.reject(g.session, bill_run_id)
    return _to_run(bill_run_id)


@bill_run_pages.post("/<uuid:bill_run_id>/parked/<uuid:parked_bill_id>/release")
@requires("documents:issue", "corrections:approve")
def release(bill_run_id: UUID, parked_bill_id: UUID) -> Response:
    """Let the next run bill what was set aside."""
    run = service.run(g.session, bill_run_id)
    parking.release(g.session, parked_bill_id)
    flash(say(_("The bill is released. The next run over the month issues it.")), "done")
    return _to_run(run.id)


def _how_far(run: service.Run) -> dict[str, object]:
    failed = ""
    if run.job_run_id is not None and run.is_under_way:
        job = jobs.run(g.session, run.job_run_id)
        failed = (job.error or "") if job.status == "failed" else ""
    principal = g.caller.principal
    return {
        "run": run,
        "statuses": STATUSES,
        "failed": failed,
        "may_decide": principal.may("documents:issue") or principal.may("corrections:approve"),
        "is_asker": principal.name == run.asked_by,
    }


def _to_run(bill_run_id: UUID) -> Response:
    return make_response(redirect(url_for("bill_run_pages.one_run", bill_run_id=bill_run_id), 303))
