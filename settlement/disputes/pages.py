"""Disputes as pages: a partner or carrier raises and follows its own, we answer them.

Each has a page of its own, where values are proposed and accepted and files are shown.
"""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from currencies.money import money
from i18n.locale import _
from settlement.disputes import service
from settlement.disputes.attachments import service as attachments
from settlement.disputes.attachments.attachment import NAME_ENDINGS
from settlement.disputes.dispute import Consequence, Dispute, Reason, Side, Status
from settlement.disputes.values import service as values
from settlement.disputes.wording import LINES, REASONS, STATUS_COLOURS, STATUSES
from settlement.parties import service as parties
from statements import service as statements
from statements.crediting import CREDITS
from statements.document import Document, Kind, Line
from statements.filing import Filed
from tenants.web.contracts import requires
from tenants.web.forms import (
    NoSuchPage,
    figure_sent,
    id_sent,
    optional_text_sent,
    own_party,
    say,
    text_sent,
)

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


@dispute_pages.get("/<uuid:dispute_id>")
@requires("disputes:read")
def dispute(dispute_id: UUID) -> str:
    """One dispute: its values and its files."""
    return _one("dispute_pages", dispute_id)


@dispute_pages.post("/<uuid:dispute_id>/values")
@requires("disputes:write")
def propose(dispute_id: UUID) -> Response:
    """Propose at which value a dispute ends."""
    return _proposed("dispute_pages", dispute_id)


@dispute_pages.post("/<uuid:dispute_id>/values/<int:place>/acceptance")
@requires("disputes:write")
def accept(dispute_id: UUID, place: int) -> Response:
    """Accept the value that the other side proposed."""
    return _accepted("dispute_pages", dispute_id, place)


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
        disputed=money(figure_sent("amount")),
        reason=Reason(reason),
        document_line=optional_text_sent("line", 100),
        narrative=optional_text_sent("narrative", 2000),
    )
    flash(say(_("The dispute is raised; everything else stays payable on time.")), "done")
    return _back("own_disputes")


@own_disputes.get("/<uuid:dispute_id>", endpoint="dispute")
@requires(*OWN)
def own_dispute(dispute_id: UUID) -> str:
    """One dispute of the reader's company."""
    return _one("own_disputes", dispute_id)


@own_disputes.post("/<uuid:dispute_id>/values", endpoint="propose")
@requires(*OWN)
def own_propose(dispute_id: UUID) -> Response:
    """Propose at which value a dispute of the reader's company ends."""
    return _proposed("own_disputes", dispute_id)


@own_disputes.post("/<uuid:dispute_id>/values/<int:place>/acceptance", endpoint="accept")
@requires(*OWN)
def own_accept(dispute_id: UUID, place: int) -> Response:
    """Accept the value that we proposed to the reader's company."""
    return _accepted("own_disputes", dispute_id, place)


@own_disputes.post("/<uuid:dispute_id>/withdrawal", endpoint="withdraw")
@requires(*OWN)
def withdraw(dispute_id: UUID) -> Response:
    """Take an own dispute back."""
    return _withdraw("own_disputes", dispute_id)


def _withdraw(pages: str, dispute_id: UUID) -> Response:
    service.withdraw(g.session, dispute_id)
    flash(say(_("The dispute is withdrawn.")), "done")
    return _back(pages)


def _proposed(pages: str, dispute_id: UUID) -> Response:
    value, words = money(figure_sent("amount")), optional_text_sent("narrative", 2000)
    values.propose(g.session, dispute_id, value, words)
    return _answered(pages, dispute_id, say(_("The value is proposed. The other side answers it.")))


def _accepted(pages: str, dispute_id: UUID, place: int) -> Response:
    values.accept(g.session, dispute_id, place)
    return _answered(pages, dispute_id, say(_("The dispute is settled at the value proposed.")))


def _answered(pages: str, dispute_id: UUID, told: str) -> Response:
    flash(told, "done")
    to = url_for(f"{pages}.dispute", dispute_id=dispute_id)
    return make_response(redirect(to, 303))


def _one(pages: str, dispute_id: UUID) -> str:
    found = service.dispute(g.session, dispute_id)
    is_own = g.caller.principal.party_id is not None
    side = Side.THEM if is_own else Side.US
    proposed = values.proposals(g.session, dispute_id)
    may_answer = found.status is Status.OPEN and (
        is_own or g.caller.principal.may("disputes:write")
    )
    numbers = {each: statements.document(g.session, each).number for each in _documents([found])}
    return render_template(
        "disputes/dispute.html",
        dispute=found,
        pages=pages,
        files="own_dispute_files" if is_own else "dispute_files",
        number=next(iter(numbers.values()), ""),
        other=parties.names(g.session, {found.party_id})[found.party_id],
        answer_by=service.answer_by(g.session, found),
        values=proposed,
        to_accept=proposed[-1] if proposed and proposed[-1].proposed_by is not side else None,
        attachments=attachments.attachments(g.session, dispute_id),
        endings=[f".{each}" for each in NAME_ENDINGS],
        may_answer=may_answer,
        may_carry_out=not is_own and g.caller.principal.may("disputes:write"),
        credited_lines=_credited_lines(found),
        credit=statements.document(g.session, found.credit_id).number if found.credit_id else "",
        Consequence=Consequence,
        Side=Side,
        Status=Status,
        reasons=REASONS,
        lines=LINES,
        statuses=STATUSES,
        colours=STATUS_COLOURS,
    )


def _credited_lines(found: Dispute) -> list[Line]:
    """The lines of our invoice of which one is to be credited; none where nothing is."""
    if found.consequence is not Consequence.CREDIT or found.document_id is None:
        return []
    content = statements.content(g.session, found.document_id)
    if not isinstance(content, Document) or CREDITS.get(content.kind) is not Kind.CREDIT_NOTE:
        return []
    return [each for each in content.lines if found.document_line in ("", each.id)]


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
