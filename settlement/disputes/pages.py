"""Disputes as pages: a partner or carrier raises and follows its own, we answer them."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from currencies.money import money
from i18n.locale import _
from settlement.disputes import service
from settlement.disputes.dispute import Dispute, Reason, Side, Status
from settlement.disputes.values import service as values
from settlement.disputes.wording import LINES, REASONS, STATUS_COLOURS, STATUSES
from settlement.parties import service as parties
from statements import service as statements
from statements.filing import Filed
from tenants.web.contracts import requires
from tenants.web.forms import NoSuchPage, id_sent, optional_text_sent, own_party, say, text_sent

dispute_pages = Blueprint(
    "dispute_pages", __name__, url_prefix="/disputes", template_folder="templates"
)
own_disputes = Blueprint(
    "own_disputes", __name__, url_prefix="/own/disputes", template_folder="templates"
)

OWN = ("own-disputes:write", "own-exchange:write")
ENDINGS = {"accepted": True, "rejected": False}


@dispute_pages.get("")
@requires("disputes:read")
def disputes() -> str:
    """All disputes, the newest first."""
    return _page([])


@dispute_pages.post("/<uuid:dispute_id>/settlement")
@requires("disputes:write")
def settle(dispute_id: UUID) -> Response:
    """Accept or reject a dispute."""
    ending = text_sent("ending", 8)
    if ending not in ENDINGS:
        raise NoSuchPage
    service.settle(g.session, dispute_id, is_accepted=ENDINGS[ending])
    flash(say(_("The dispute is answered.")), "done")
    return _back("dispute_pages")


@dispute_pages.post("/<uuid:dispute_id>/withdrawal", endpoint="withdraw")
@requires("disputes:write")
def withdraw_ours(dispute_id: UUID) -> Response:
    """Take a dispute of ours back."""
    return _withdraw("dispute_pages", dispute_id)


@own_disputes.get("", endpoint="disputes")
@requires(*OWN)
def own() -> str:
    """The disputes of the reader's company, and the documents it can dispute."""
    return _page(statements.documents(g.session, status="issued", party_id=own_party()))


@own_disputes.post("", endpoint="raise_dispute")
@requires(*OWN)
def raise_dispute() -> Response:
    """Dispute an amount of an own document, or of one of its lines; the rest stays payable."""
    reason = text_sent("reason", 20)
    if reason not in list(Reason):
        raise NoSuchPage
    service.raise_dispute(
        g.session,
        document_id=id_sent("document"),
        disputed=money(text_sent("amount", 40)),
        reason=Reason(reason),
        document_line=optional_text_sent("line", 100),
        narrative=optional_text_sent("narrative", 2000),
    )
    flash(say(_("The dispute is raised; everything else stays payable on time.")), "done")
    return _back("own_disputes")


@own_disputes.post("/<uuid:dispute_id>/withdrawal", endpoint="withdraw")
@requires(*OWN)
def withdraw(dispute_id: UUID) -> Response:
    """Take an own dispute back."""
    return _withdraw("own_disputes", dispute_id)


def _withdraw(pages: str, dispute_id: UUID) -> Response:
    service.withdraw(g.session, dispute_id)
    flash(say(_("The dispute is withdrawn.")), "done")
    return _back(pages)


def _page(documents: list[Filed]) -> str:
    found = service.disputes(g.session)
    is_own = g.caller.principal.party_id is not None
    numbers = {each: statements.document(g.session, each).number for each in _documents(found)}
    return render_template(
        "disputes/disputes.html",
        is_own=is_own,
        own_side=Side.THEM if is_own else Side.US,
        pages="own_disputes" if is_own else "dispute_pages",
        values={each.id: values.proposals(g.session, each.id) for each in found},
        disputes=[
            (each, service.answer_by(g.session, each), service.is_overdue(g.session, each))
            for each in found
        ],
        documents=documents,
        numbers=numbers,
        names=parties.names(g.session, {each.party_id for each in found}),
        may_settle=g.caller.principal.may("disputes:write"),
        Status=Status,
        reasons=REASONS,
        lines=LINES,
        statuses=STATUSES,
        colours=STATUS_COLOURS,
    )


def _documents(found: list[Dispute]) -> set[UUID]:
    return {each.document_id for each in found if each.document_id is not None}


def _back(pages: str) -> Response:
    return make_response(redirect(url_for(f"{pages}.disputes"), 303))
