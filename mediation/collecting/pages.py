"""Sources as pages: what is missing and since when, where files are fetched from, what failed."""

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

from i18n.errors import Invalid
from i18n.locale import _
from mediation.collecting import service
from mediation.file_gaps import service as file_gaps
from mediation.refusals import refusal_text
from mediation.scheduling import service as scheduling
from mediation.sources import service as sources
from tenants.jobs import service as jobs
from tenants.web.contracts import requires
from tenants.web.forms import optional_text_sent, say, text_sent
from tenants.web.problems import reader_language

source_pages = Blueprint(
    "source_pages", __name__, url_prefix="/sources", template_folder="templates"
)

JOB = "mediation.collect"
GAPS_SHOWN = 20

STATUSES = {
    "seen": _("Not whole yet"),
    "claimed": _("Being fetched"),
    "taken": _("Taken in"),
    "failed": _("Failed"),
    "refused": _("Refused"),
}

WORDS = {
    "folder": _("a folder on this machine"),
    "sftp": _("SFTP"),
    "object_store": _("an object store"),
    "stable": _("it has stopped growing"),
    "marker": _("a marker lies beside it"),
    "renamed": _("it bears its final name"),
    "keep": _("it stays where it is"),
    "move": _("it is moved to the folder of what is done"),
}
"""Kinds of places, when a file there is whole, and what becomes of it."""


DAY_TITLES = {
    "mon": _("Monday"),
    "tue": _("Tuesday"),
    "wed": _("Wednesday"),
    "thu": _("Thursday"),
    "fri": _("Friday"),
    "sat": _("Saturday"),
    "sun": _("Sunday"),
}


class NotANumber(Invalid):
    """{text} is no number. Write digits only."""


@source_pages.get("")
@requires("usage:read")
def all_sources() -> str:
    """All sources: files that are missing since when, the last look, what failed."""
    known = sources.all_sources(g.session)
    return render_template(
        "collecting/sources.html",
        sources=known,
        gaps={each.id: file_gaps.gaps_since(g.session, each.source.code) for each in known},
        fetched_from=service.places(g.session),
        looks=service.looks(g.session),
        failed=service.failed_files(g.session),
        silent=scheduling.silent_sources(g.session),
        shown=GAPS_SHOWN,
    )


@source_pages.get("/<uuid:source_id>")
@requires("usage:read")
def source(source_id: UUID) -> str:
    """One source: missing numbers, its place and the files found there."""
    found = sources.source_by_id(g.session, source_id)
    code = found.source.code
    return render_template(
        "collecting/source.html",
        source=found,
        gaps=file_gaps.gaps_since(g.session, code),
        place=service.places(g.session).get(code),
        look=service.looks(g.session).get(found.id),
        files=service.found_files(g.session, code),
        silent=scheduling.silence_of(g.session, found),
        last_at=scheduling.last_file_at(g.session, found),
        days=DAY_TITLES,
        statuses=STATUSES,
        words=WORDS,
        why=lambda fault: refusal_text(fault, reader_language()),
        may_write=g.caller.principal.may("usage:write"),
    )


@source_pages.post("/<uuid:source_id>/waivers")
@requires("usage:write")
def waive(source_id: UUID) -> Response:
    """Declare that a missing file will not come."""
    named = text_sent("number", 22)
    code = sources.source_by_id(g.session, source_id).source.code
    stream, number = _stream_and_number(code, named)
    file_gaps.waive(g.session, code, number, text_sent("why"), stream)
    flash(say(_("Number {number} is waived."), number=named), "done")
    return _to_source(source_id)


@source_pages.post("/<uuid:source_id>/schedule")
@requires("usage:write")
def set_schedule(source_id: UUID) -> Response:
    """Say when files are due: by hours, by a time of day, or, with neither, never."""
    registered = sources.source_by_id(g.session, source_id)
    said: dict[str, Any] = {}
    if hours := optional_text_sent("every_hours", 5):
        said["every_hours"] = _number(hours)
    if daily_by := optional_text_sent("daily_by", 5):
        said["daily_by"] = daily_by
        said["days"] = [day for day in DAY_TITLES if day in request.form.getlist("days")]
        said["files"] = _number(optional_text_sent("files", 6) or "1")
    scheduling.set_schedule(g.session, registered.source.code, said)
    flash(say(_("It is kept when files are due.")), "done")
    return _to_source(source_id)


@source_pages.post("/<uuid:source_id>/collecting")
@requires("usage:write")
def fetch_now(source_id: UUID) -> Response:
    """Fetch what has come, soon."""
    code = sources.source_by_id(g.session, source_id).source.code
    service.place_of(g.session, code)
    jobs.ask_for_run(g.session, JOB, {"source": code})
    flash(say(_("It is fetched as soon as a worker is free.")), "done")
    return _to_source(source_id)


@source_pages.post("/<uuid:source_id>/found-files/<uuid:found_file_id>/retry")
@requires("usage:write")
def try_again(source_id: UUID, found_file_id: UUID) -> Response:
    """Let a file that failed be tried at the next look."""
    registered = sources.source_by_id(g.session, source_id)
    service.try_again(g.session, found_file_id)
    flash(say(_("The file is tried again at the next look.")), "done")
    return _to_source(registered.id)


def _stream_and_number(code: str, named: str) -> tuple[str, int]:
    """What is missing as it is shown, of a stream by the name of its file."""
    for gap in file_gaps.gaps_since(g.session, code):
        if gap.name == named:
            return gap.stream, gap.number
    return "", _number(named)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise NotANumber(text=text)
    return int(text)


def _to_source(source_id: UUID) -> Response:
    return make_response(redirect(url_for("source_pages.source", source_id=source_id), 303))
