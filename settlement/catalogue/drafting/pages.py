"""Tariffs as pages: what is published, one version in pictures, and a draft that is looked at and
then published."""

from typing import Any
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

from i18n.errors import DomainError
from i18n.locale import _, error_text, why_not_text
from mediation.suspense.wording import FIELDS
from settlement.catalogue import service as catalogue
from settlement.catalogue.decks import service as rate_decks
from settlement.catalogue.drafting import service
from settlement.catalogue.drafting.draft import LONGEST, Draft, DraftUnreadable, draft_from_text
from settlement.catalogue.drafting.tier_picture import Step, tier_picture
from settlement.catalogue.drafting.week_picture import week_picture
from settlement.catalogue.drafting.wording import PER, TIERS, WEEKDAYS
from settlement.catalogue.published import TariffVersionNotThere
from settlement.catalogue.section import Section
from settlement.catalogue.tariff import TariffVersion
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
        decks=rate_decks.decks(g.session),
        may_write=g.caller.principal.may("catalogue:write"),
    )


@tariff_pages.get("/versions/<uuid:tariff_version_id>")
@requires("catalogue:read")
def version(tariff_version_id: UUID) -> str:
    """One version of a tariff: its bands and tiers in pictures."""
    published = catalogue.published_tariffs(g.session)
    shown = next((each for each in published if each.id == tariff_version_id), None)
    if shown is None:
        raise TariffVersionNotThere
    versions = [each for each in published if each.code == shown.code]
    return render_template(
        "drafting/version.html",
        shown=shown,
        versions=versions,
        **_pictures(catalogue.numbered_version(g.session, shown.code, shown.version)),
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
    content: bytes = sent.read(4 * LONGEST)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise DraftUnreadable(reason=why_not_text(content, fault)) from None


def _pictures(version: TariffVersion | None) -> dict[str, Any]:
    """What the templates draw of a version: sections with bands or tiers."""
    sections = [] if version is None else version.every_section
    return {
        "version": version,
        "drawn": [
            (each, week_picture(each.week) if each.bands else None, _steps(each))
            for each in sections
            if each.bands or each.tiers
        ],
        "weekdays": WEEKDAYS,
        "tier_kinds": TIERS,
        "per": PER,
    }


def _steps(section: Section) -> tuple[Step, ...]:
    return () if section.tiers is None else tier_picture(section.tiers)


def _page(text: str, name: str, **more: Any) -> str:
    told = {"found": None, "refused": None} | more
    found = told["found"]
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
        **_pictures(None if found is None else found.version),
    )
