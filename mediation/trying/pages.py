"""Trials as a page: choose a source or a format, write the settings, see what a sample becomes."""

import json
from typing import Any

from flask import Blueprint, g, render_template, request

from i18n.errors import DomainError, Invalid
from i18n.locale import _, error_text
from mediation.refusals import refusal_text
from mediation.source import FORMATS, settings_of
from mediation.sources import service as sources
from mediation.suspense.wording import FIELDS, said
from mediation.trying import service
from mediation.trying.trial import Trial
from tenants.web.contracts import requires
from tenants.web.forms import optional_text_sent, text_asked
from tenants.web.problems import reader_language
from tenants.web.strict_json import loads

trial_pages = Blueprint(
    "trial_pages", __name__, url_prefix="/usage-trials", template_folder="templates"
)

LONGEST_SETTINGS = 20_000

OUTCOMES = {
    "landed": _("Would land"),
    "suspended": _("Would wait"),
    "duplicate": _("Came before"),
    "rejected": _("Cannot be read"),
}


class SettingsNoObject(Invalid):
    """The settings are no JSON object. Write them between braces, as in the example."""


class NoSample(Invalid):
    """There is no sample file. Choose one and send the form again."""


@trial_pages.get("")
@requires("usage:write")
def ask() -> str:
    """The form, with the settings of a source where one is named."""
    code = text_asked("source", 100)
    asked = {"source": code or "", "format": "", "settings": ""}
    if code:
        registered = sources.the_source(g.session, code)
        asked |= {
            "format": registered.source.format,
            "settings": json.dumps(settings_of(registered.source), indent=2, ensure_ascii=False),
        }
    return _page(asked)


@trial_pages.post("")
@requires("usage:write")
def answer() -> str:
    """The form as it was sent, and what would become of the sample."""
    asked = {
        "source": optional_text_sent("source", 100),
        "format": optional_text_sent("format", 100),
        "settings": optional_text_sent("settings", LONGEST_SETTINGS),
    }
    try:
        return _page(asked, trial=_try(asked))
    except DomainError as fault:
        # What was written stays on the page, to be corrected there.
        return _page(asked, refused=error_text(fault, reader_language()))


def _try(asked: dict[str, str]) -> Trial:
    settings = loads(asked["settings"]) if asked["settings"] else None
    if settings is not None and not isinstance(settings, dict):
        raise SettingsNoObject
    sample = request.files.get("sample")
    if sample is None or not sample.filename:
        raise NoSample
    return service.try_out(
        g.session,
        sample.filename[:255],
        sample.read(),
        source_code=asked["source"] or None,
        format=asked["format"] or None,
        settings=settings,
    )


def _page(asked: dict[str, str], **more: Any) -> str:
    told = {"trial": None, "refused": None} | more
    known = sources.all_sources(g.session)
    return render_template(
        "trying/trial.html",
        asked=asked,
        sources={each.source.code: each.name for each in known},
        formats=FORMATS,
        outcomes=OUTCOMES,
        fields=FIELDS,
        said=said,
        why=lambda refusal: refusal_text(refusal, reader_language()),
        **told,
    )
