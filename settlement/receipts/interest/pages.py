"""Interest as a page: the rates, what a customer owes interest on, and the note over it."""

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from currencies.money import parse_amount
from i18n.locale import _
from settlement.periods import service as periods
from settlement.receipts.interest import service
from tenants.directory.service import own_tenant
from tenants.web.contracts import requires
from tenants.web.forms import (
    day_asked,
    day_sent,
    figure_sent,
    optional_day_sent,
    say,
    text_asked,
    text_sent,
)

interest_pages = Blueprint(
    "interest_pages", __name__, url_prefix="/interest", template_folder="templates"
)


@interest_pages.get("")
@requires("documents:read")
def interest() -> str:
    """The rates in force, and what a customer owes interest on up to a day."""
    party, currency = text_asked("party", 200), text_asked("currency", 3)
    until = day_asked("until") or periods.today(g.session)
    asked = party is not None and currency is not None
    return render_template(
        "interest/interest.html",
        rates=list(reversed(service.rates(g.session))),
        country=own_tenant(g.session).country,
        party=party,
        currency=currency,
        until=until,
        found=service.late(g.session, party or "", currency or "", until) if asked else None,
        may_issue=g.caller.principal.may("documents:issue"),
    )


@interest_pages.post("/rates")
@requires("documents:issue")
def set_rate() -> Response:
    """Enter a rate of interest from a day on."""
    valid_from = day_sent("valid_from")
    rate = parse_amount(figure_sent("rate", 20))
    service.set_rate(g.session, text_sent("country", 2).upper(), valid_from, rate)
    return make_response(redirect(url_for("interest_pages.interest"), 303))


@interest_pages.post("/notes")
@requires("documents:issue")
def issue_note() -> Response:
    """Issue the interest note."""
    until = optional_day_sent("until") or periods.today(g.session)
    note = service.issue_note(g.session, text_sent("party", 200), text_sent("currency", 3), until)
    flash(say(_("{number} is issued and booked."), number=note.number), "done")
    return make_response(redirect(url_for("document_pages.document", document_id=note.id), 303))
