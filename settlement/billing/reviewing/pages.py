"""Drafts as pages: what waits with its figures and findings, and one draft line by line."""

from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from i18n.locale import _
from settlement.billing.reviewing import service
from statements.rendering.wording import TITLES
from tenants.web.contracts import requires
from tenants.web.forms import NoSuchPage, say, text_sent

review_pages = Blueprint(
    "review_pages", __name__, url_prefix="/drafts", template_folder="templates"
)

STATUSES = {
    "drafted": _("Draft"),
    "approved": _("Approved"),
    "issued": _("Issued"),
    "thrown_away": _("Thrown away"),
}


@review_pages.get("")
@requires("documents:read")
def drafts() -> str:
    """All drafts that are not issued, with what to look at."""
    return render_template("reviewing/drafts.html", found=service.waiting(g.session), **_words())


@review_pages.get("/<uuid:draft_id>")
@requires("documents:read")
def draft(draft_id: UUID) -> str:
    """One draft: its lines, its totals, and what may be done with it."""
    return render_template(
        "reviewing/draft.html", found=service.review(g.session, draft_id), **_words()
    )


@review_pages.post("/approval")
@requires("corrections:approve")
def approve() -> Response:
    """Approve the drafts that are marked."""
    done = service.approve(g.session, _marked())
    flash(say(_("{count} drafts are approved."), count=len(done)), "done")
    return _back()


@review_pages.post("/issue")
@requires("documents:issue")
def issue() -> Response:
    """Issue the drafts that are marked."""
    done = service.issue(g.session, _marked())
    if done.issued:
        flash(say(_("{count} documents are issued and booked."), count=len(done.issued)), "done")
    for each in done.refused:
        flash(f"{each.party}: {each.reason}", "refused")
    return _back()


@review_pages.post("/<uuid:draft_id>/left-out")
@requires("documents:issue")
def leave_out(draft_id: UUID) -> Response:
    """Leave the lines that are marked to the next month."""
    lines = request.form.getlist("line")[:1000]
    left = service.leave_out(g.session, draft_id, lines, text_sent("reason", 1000))
    flash(say(_("What was left out comes with the next month.")), "done")
    return _back() if left is None else _shown(draft_id)


@review_pages.post("/<uuid:draft_id>/thrown-away")
@requires("documents:issue")
def throw_away(draft_id: UUID) -> Response:
    """Forget the draft."""
    service.throw_away(g.session, draft_id)
    flash(say(_("The draft is thrown away; nothing of it was booked.")), "done")
    return _back()


def _marked() -> list[UUID]:
    try:
        found = [UUID(text) for text in request.form.getlist("draft")]
    except ValueError:
        raise NoSuchPage from None
    if not found:
        raise NoSuchPage
    return found


def _shown(draft_id: UUID) -> Response:
    return make_response(redirect(url_for(".draft", draft_id=draft_id), 303))


def _back() -> Response:
    return make_response(redirect(url_for(".drafts"), 303))


def _words() -> dict[str, object]:
    principal = g.caller.principal
    return {
        "titles": TITLES,
        "statuses": STATUSES,
        "may_issue": principal.may("documents:issue"),
        "may_approve": principal.may("corrections:approve"),
    }
