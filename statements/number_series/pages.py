"""Number series as a page: each kind with its template and next number, and a form to open one."""

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from i18n.locale import _
from statements.document import Kind
from statements.number_series import service
from statements.numbering import RESETS, Series
from statements.rendering.wording import TITLES
from tenants.web.contracts import requires
from tenants.web.forms import NoSuchPage, optional_text_sent, say, text_sent

series_pages = Blueprint(
    "series_pages", __name__, url_prefix="/number-series", template_folder="templates"
)

WHEN = {"never": _("never"), "yearly": _("each year"), "monthly": _("each month")}


@series_pages.get("")
@requires("documents:read")
def all_series() -> str:
    """The series of all kinds, each with the number that a document of today would get."""
    return render_template(
        "number_series/series.html",
        found=service.all_series(g.session, g.session.now().date()),
        kinds={kind.value: TITLES[kind] for kind in Kind},
        when=WHEN,
        titles=TITLES,
        may_open=g.caller.principal.may("documents:issue"),
    )


@series_pages.post("")
@requires("documents:issue")
def open_series() -> Response:
    """Open the series that the form describes, or change one that has given no number."""
    kind, resets = text_sent("kind"), optional_text_sent("resets") or "never"
    if kind not in {each.value for each in Kind} or resets not in RESETS:
        raise NoSuchPage
    series = Series(
        text_sent("template", 100),
        next(each for each in RESETS if each == resets),
        optional_text_sent("series", 12),
        optional_text_sent("prefix", 12),
    )
    service.open_series(g.session, Kind(kind), series)
    example = service.example_of(series, g.session.now().date())
    flash(say(_("Numbers will look like {example}."), example=example), "done")
    return make_response(redirect(url_for("series_pages.all_series"), 303))
