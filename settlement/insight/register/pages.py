"""All documents of the tenant as pages: issued ones to take away, held ones with their rules."""

import re
from uuid import UUID

from flask import Blueprint, Response, g, render_template

from i18n.locale import _
from settlement.billing.api import set_answer
from settlement.billing.itemising.itemised import FORMS as USAGE_FORMS
from settlement.delivery import service as delivery
from settlement.delivery.pages import words as delivery_words
from settlement.parties import service as parties
from settlement.periods import service as periods
from statements import service as statements
from statements.correcting import CHANGEABLE
from statements.document import Kind
from statements.downloading import forms_of
from statements.owed import ASKING_KINDS
from statements.pages import file_answer
from statements.rendering.wording import TITLES
from statements.validation.verdict import Finding
from tenants.web.contracts import requires
from tenants.web.forms import NoSuchPage, choice_asked, day_asked, text_asked

document_pages = Blueprint(
    "document_pages", __name__, url_prefix="/documents", template_folder="templates"
)

ROWS = 300
NAMESPACE = re.compile(r"\[namespace-uri\(\)='[^']*'\]")
KINDS = {kind.value: kind for kind in Kind}
STATUSES = {"issued": _("Issued"), "held": _("Held")}


@document_pages.get("")
@requires("documents:read")
def register() -> str:
    """Documents of a month, a kind or a state, held ones first, then the newest."""
    kind, status = choice_asked("kind", KINDS), choice_asked("status", STATUSES)
    code = text_asked("period", 7)
    found = statements.documents(
        g.session,
        kind=KINDS[kind] if kind else None,
        status=status,
        period_id=periods.period(g.session, code).id if code else None,
        limit=ROWS + 1,
    )
    shown = found[:ROWS]
    return render_template(
        "register/register.html",
        documents=shown,
        has_more=len(found) > ROWS,
        rows=ROWS,
        names=parties.names(g.session, {each.filing.party_id for each in shown}),
        periods=list(reversed(periods.periods(g.session))),
        chosen={"kind": kind, "status": status, "period": code},
        kinds=KINDS,
        may_issue=g.caller.principal.may("documents:issue"),
        **_words(),
    )


@document_pages.get("/set")
@requires("documents:read")
def document_set() -> Response:
    """All documents of a party between two days, drawn again, in one archive."""
    party = text_asked("party", 200)
    starts_on, until = day_asked("starts_on"), day_asked("until")
    if party is None or starts_on is None or until is None:
        raise NoSuchPage
    return set_answer(party, starts_on, until)


@document_pages.get("/<uuid:document_id>")
@requires("documents:read")
def document(document_id: UUID) -> str:
    """One document: its amounts, its files with their hashes, the verdict of its rules."""
    found = statements.document(g.session, document_id)
    names = parties.names(g.session, {found.filing.party_id})
    may_issue = g.caller.principal.may("documents:issue")
    return render_template(
        "register/document.html",
        document=found,
        name=names[found.filing.party_id],
        may_change=may_issue and found.is_issued and found.kind in CHANGEABLE,
        may_invoice=may_issue and found.is_issued and found.kind is Kind.PROFORMA,
        asking=ASKING_KINDS,
        usage_forms=USAGE_FORMS,
        told=told,
        place=place,
        deliveries=delivery.deliveries(g.session, document_id=document_id),
        **(delivery_words() | _words()),
    )


@document_pages.get("/<uuid:document_id>/<form>")
@requires("documents:read")
def document_file(document_id: UUID, form: str) -> Response:
    """One form of a document, as it was issued."""
    return file_answer(document_id, form)


def told(finding: Finding) -> str:
    """The text of a broken rule without its name, which stands before it already."""
    return finding.text.removeprefix(f"[{finding.rule}]").lstrip("- ")


def place(finding: Finding) -> str:
    """Where in the XML a rule is broken, by the names of the elements alone."""
    return NAMESPACE.sub("", finding.location).replace("*:", "").lstrip("/")


def _words() -> dict[str, object]:
    return {"titles": TITLES, "statuses": STATUSES, "forms": forms_of}
