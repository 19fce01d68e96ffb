"""What could not be issued as a page: the reason, the rule's own text, and what to do next."""

from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from i18n.locale import _
from settlement.billing.parking import service as parking
from settlement.billing.runs import service as bill_runs
from settlement.insight.register.pages import told
from settlement.parties import service as parties
from settlement.periods import service as periods
from settlement.self_billing import service as self_billing
from statements import service as statements
from statements.filing import Filed
from statements.rendering.wording import TITLES
from tenants.web.contracts import requires
from tenants.web.forms import flash_parked, say

held_pages = Blueprint("held_pages", __name__, url_prefix="/held", template_folder="templates")

ROWS = 300
# What a run over the month issues again, by the first word of a document's purpose.
BY_RUNS = {"invoice": "held_pages.bill_again", "statement": "held_pages.state_again"}


class HeldDocument(NamedTuple):
    """A held document, its month, and what issues it again where a run does."""

    filed: Filed
    period: str
    again: str


@held_pages.get("")
@requires("documents:read")
def held() -> str:
    """Held documents and customers that were set aside, over all months."""
    codes = {period.id: period.code for period in periods.periods(g.session)}
    found = statements.documents(g.session, status="held", limit=ROWS)
    documents = [
        HeldDocument(
            each,
            codes.get(each.filing.period_id, "") if each.filing.period_id else "",
            BY_RUNS.get(each.filing.purpose.partition(":")[0], ""),
        )
        for each in found
    ]
    aside = parking.waiting_bills(g.session, ROWS)
    concerned = {each.filing.party_id for each in found} | {each.party_id for each in aside}
    principal = g.caller.principal
    return render_template(
        "held/held.html",
        documents=documents,
        aside=aside,
        codes=codes,
        names=parties.names(g.session, concerned),
        titles=TITLES,
        told=told,
        may_issue=principal.may("documents:issue"),
        may_release=principal.may("documents:issue") or principal.may("corrections:approve"),
    )


@held_pages.post("/<period>/bills")
@requires("documents:issue")
def bill_again(period: str) -> Response:
    """Ask for a run over the month, which tries again what is held and set aside."""
    run = bill_runs.ask(g.session, period)
    return make_response(redirect(url_for("bill_run_pages.one_run", bill_run_id=run.id), 303))


@held_pages.post("/<period>/statements")
@requires("documents:issue")
def state_again(period: str) -> Response:
    """Issue what is left of the month's statements of partners."""
    run = self_billing.issue_statements(g.session, period)
    flash(say(_("Statements issued: {count}."), count=len(run.issued)), "done")
    flash_parked(run.parked)
    return _back()


@held_pages.post("/bills/<uuid:parked_bill_id>/release")
@requires("documents:issue", "corrections:approve")
def release(parked_bill_id: UUID) -> Response:
    """Let the next run bill what was outside its bounds."""
    parking.release(g.session, parked_bill_id)
    flash(say(_("The bill is released. The next run over the month issues it.")), "done")
    return _back()


def _back() -> Response:
    return make_response(redirect(url_for("held_pages.held"), 303))
