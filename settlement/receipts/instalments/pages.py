"""Instalments as pages: all plans, the plans of an invoice with a form, and a customer's own."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from currencies.money import money, parse_amount
from i18n.errors import Conflict
from i18n.locale import _, error_text
from settlement.parties import service as parties
from settlement.receipts.instalments import service
from settlement.receipts.instalments.plan import FEWEST, MOST, Instalment
from settlement.receipts.instalments.service import Proposal
from statements import service as statements
from tenants.web.contracts import requires
from tenants.web.forms import (
    NoSuchPage,
    day_asked,
    day_sent,
    figure_sent,
    own_party,
    say,
    text_asked,
    text_sent,
)
from tenants.web.problems import reader_language

instalment_pages = Blueprint(
    "instalment_pages", __name__, url_prefix="/instalments", template_folder="templates"
)
own_instalments = Blueprint(
    "own_instalments", __name__, url_prefix="/own/instalments", template_folder="templates"
)

STATUSES = {
    "agreed": _("agreed"),
    "paid": _("paid"),
    "withdrawn": _("withdrawn"),
    "fell_away": _("fell away"),
}


@instalment_pages.get("")
@requires("documents:read")
def plans() -> str:
    """All plans, the newest first."""
    found = service.plans(g.session)
    return render_template(
        "instalments/plans.html",
        plans=found,
        statuses=STATUSES,
        names=parties.names(g.session, {each.plan.party_id for each in found}),
    )


@instalment_pages.get("/<uuid:document_id>")
@requires("documents:read")
def of_invoice(document_id: UUID) -> str:
    """The plans of an invoice, and the form that tries and agrees one."""
    document = statements.document(g.session, document_id)
    may_issue = g.caller.principal.may("documents:issue")
    proposal, refusal = _proposed(document_id) if may_issue else (None, "")
    return render_template(
        "instalments/of_invoice.html",
        document=document,
        plans=service.plans(g.session, document_id),
        statuses=STATUSES,
        proposal=proposal,
        refusal=refusal,
        most=MOST,
        fewest=FEWEST,
        may_issue=may_issue,
    )


@instalment_pages.post("/<uuid:document_id>")
@requires("documents:issue")
def agree(document_id: UUID) -> Response:
    """Agree the instalments as the form has them."""
    currency = str(statements.document(g.session, document_id).gross.currency.code)
    wanted = [
        Instalment(
            day_sent(f"due-{number}"),
            money(parse_amount(figure_sent(f"part-{number}")), currency),
        )
        for number in range(1, _count(text_sent("count", 2)) + 1)
    ]
    service.agree(g.session, document_id, wanted, text_sent("reason", 1000))
    flash(say(_("The instalments are agreed.")), "done")
    return make_response(redirect(url_for(".of_invoice", document_id=document_id), 303))


@instalment_pages.post("/plans/<uuid:plan_id>/withdrawal")
@requires("documents:issue")
def withdraw(plan_id: UUID) -> Response:
    """Withdraw a plan."""
    found = service.withdraw(g.session, plan_id, text_sent("reason", 1000))
    flash(say(_("The instalments are withdrawn; the invoice is due on its own day.")), "done")
    address = url_for(".of_invoice", document_id=found.plan.document_id)
    return make_response(redirect(address, 303))


@own_instalments.get("")
@requires("own-invoices:read")
def own() -> str:
    """The instalments of the reader's own invoices."""
    return render_template(
        "instalments/own.html",
        plans=service.plans(g.session, party_id=own_party()),
        statuses=STATUSES,
    )


@own_instalments.get("/<uuid:document_id>")
@requires("own-invoices:read")
def of_own(document_id: UUID) -> str:
    """What is paid and open of an own invoice, and its instalments."""
    return render_template(
        "instalments/of_own.html",
        standing=service.standing(g.session, document_id, own_party()),
        plans=service.plans(g.session, document_id),
        statuses=STATUSES,
    )


def _proposed(document_id: UUID) -> tuple[Proposal | None, str]:
    """The instalments asked for, by default so few equal ones; or why none can be agreed."""
    count = _count(text_asked("count", 2) or str(FEWEST))
    try:
        return service.propose(g.session, document_id, count, day_asked("first_on")), ""
    except Conflict as fault:
        return None, error_text(fault, reader_language())


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise NoSuchPage
    return int(text)
