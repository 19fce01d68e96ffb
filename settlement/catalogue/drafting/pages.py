"""Tariffs as pages: what is published, and a draft that is looked at and then published."""

from typing import Any

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

from i18n.errors import DomainError
from i18n.locale import _, error_text
from mediation.suspense.wording import FIELDS
from settlement.catalogue import service as catalogue
from settlement.catalogue.drafting import service
from settlement.catalogue.drafting.draft import LONGEST, Draft, DraftUnreadable, draft_from_text
from tenants.web.contracts import requires
from tenants.web.forms import optional_text_sent, say
from tenants.web.problems import reader_language

tariff_pages = Blueprint(
    "tariff_pages", __name__, url_prefix="/tariffs", template_folder="templates"
)

LEVELS = {"error": _("Error"), "warning": _("Warning")}
# The account of an example is made up, and its unit follows from the kind.
NOT_SHOWN = ("account", "unit")


@tariff_pages.get("")
@requires("catalogue:read")
def tariffs() -> str:
    """Every version of every tariff, the newest of each first."""
    published = catalogue.published_tariffs(g.session)
    return render_template(
        "drafting/tariffs.html",
        tariffs=sorted(published, key=lambda each: (each.code, -each.valid_from.toordinal())),
        decks=catalogue.decks(g.session),
        may_write=g.caller.principal.may("catalogue:write"),
    )


@tariff_pages.get("/draft")
@requires("catalogue:write")
def ask() -> str:
    """An empty draft."""
    return _page("", "")


@tariff_pages.post("/draft")
@requires("catalogue:write")
def answer() -> Response:
    """What is wrong with the draft; or publish it, where that was asked for and nothing is."""
    text, name = optional_text_sent("draft", LONGEST), optional_text_sent("name", 200)
    try:
        text = _sent_file() or text
        draft = draft_from_text(text)
        found = service.look_at(g.session, draft)
    except DomainError as fault:
        # What was written stays on the page, to be corrected there.
        return make_response(_page(text, name, refused=error_text(fault, reader_language())))
    if optional_text_sent("publish", 10) and found.is_sound:
        return _published(draft, name)
    return make_response(_page(text, name, found=found))


def _published(draft: Draft, name: str) -> Response:
    done = catalogue.publish_tariff(
        g.session,
        draft.code,
        name or draft.code,
        draft.terms,
        draft.valid_from,
        draft.valid_until,
    )
    told = _("Tariff {code} is published as version {version}.")
    flash(say(told, code=done.code, version=done.version), "done")
    return make_response(redirect(url_for("tariff_pages.tariffs"), 303))


def _sent_file() -> str:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return ""
    try:
        content: bytes = sent.read(4 * LONGEST)
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise DraftUnreadable(reason="UTF-8") from None


def _page(text: str, name: str, **more: Any) -> str:
    told = {"found": None, "refused": None} | more
    return render_template(
        "drafting/draft.html",
        draft=text,
        name=name,
        longest=LONGEST,
        levels=LEVELS,
        fields=FIELDS,
        not_shown=NOT_SHOWN,
        reader_language=reader_language(),
        **told,
    )
