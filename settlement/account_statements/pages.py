"""Accounts as pages: of any party for the operator, one's own for partners and customers."""

import datetime as dt
from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from i18n.locale import _
from settlement.account_statements import service
from settlement.parties import service as parties
from settlement.periods import service as periods
from statements import service as statements
from statements.account_statement import balances
from statements.document import Kind
from statements.downloading import forms_of
from statements.pages import file_answer
from statements.service import NoSuchDocument
from tenants.directory.service import own_tenant
from tenants.web.contracts import requires
from tenants.web.forms import (
    day_asked,
    day_sent,
    flash_parked,
    own_party,
    say,
    text_asked,
    text_sent,
)
from tenants.web.problems import reader_language

account_pages = Blueprint(
    "account_pages", __name__, url_prefix="/account-statements", template_folder="templates"
)
own_account = Blueprint(
    "own_account", __name__, url_prefix="/own/account", template_folder="templates"
)

ONE_DAY = dt.timedelta(days=1)


@account_pages.get("")
@requires("documents:read")
def account() -> str:
    """The account of a party in some days, and the form that states it."""
    party = text_asked("party", 200)
    found = None if party is None else parties.party_by_code(g.session, party)
    return render_template(
        "account_statements/accounts.html",
        party=party,
        may_issue=g.caller.principal.may("documents:issue"),
        **_shown(None if found is None else found.id),
    )


@account_pages.post("")
@requires("documents:issue")
def issue() -> Response:
    """Issue the statement of one account."""
    filed = service.issue(
        g.session, text_sent("party", 200), text_sent("currency", 3).upper(), *_days_sent()
    )
    flash(say(_("{number} is issued."), number=filed.number), "done")
    return make_response(redirect(url_for("document_pages.document", document_id=filed.id), 303))


@account_pages.post("/runs")
@requires("documents:issue")
def issue_all() -> Response:
    """State all accounts."""
    run = service.issue_all(g.session, *_days_sent())
    flash(say(_("Statements issued: {count}."), count=len(run.issued)), "done")
    flash_parked(run.parked)
    return make_response(redirect(url_for("account_pages.account"), 303))


@own_account.get("")
@requires("own-statements:read", "own-invoices:read", "own-exchange:read")
def own() -> str:
    """The account of the reader's company, and the statements issued to it."""
    party_id = own_party()
    issued = statements.documents(
        g.session, kind=Kind.ACCOUNT_STATEMENT, status="issued", party_id=party_id
    )
    return render_template(
        "account_statements/own_account.html", documents=issued, forms=forms_of, **_shown(party_id)
    )


@own_account.get("/<uuid:document_id>/<form>")
@requires("own-statements:read", "own-invoices:read", "own-exchange:read")
def own_file(document_id: UUID, form: str) -> Response:
    """One form of an own statement of account, as it was issued."""
    found = statements.document(g.session, document_id, own_party())
    if found.kind is not Kind.ACCOUNT_STATEMENT or not found.is_issued:
        raise NoSuchDocument(document=document_id)
    return file_answer(document_id, form, own_party())


def _shown(party_id: UUID | None) -> dict[str, object]:
    """The account asked for: a month up to today where no days are named."""
    until = day_asked("until") or periods.today(g.session)
    starts_on = day_asked("starts_on") or until - dt.timedelta(days=31)
    held = [code for each, code in service.accounts(g.session) if each == party_id]
    base = own_tenant(g.session).base_currency
    currency = (text_asked("currency", 3) or next(iter(held), base)).upper()
    found = None
    if party_id is not None:
        found = service.account(g.session, party_id, currency, starts_on, until, reader_language())
    return {
        "starts_on": starts_on,
        "until": until,
        "last_day": until - ONE_DAY,
        "currency": currency,
        "currencies": held,
        "found": found,
        "rows": [] if found is None else list(balances(found)),
    }


def _days_sent() -> tuple[dt.date, dt.date]:
    return day_sent("starts_on"), day_sent("until")
