"""Standard terms as pages: every version to read, the next one written into a form as JSON."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from i18n.locale import _
from settlement.amendments.standard_terms import service
from settlement.amendments.standard_terms.service import Kind
from settlement.amendments.standard_terms.written import written, written_out
from tenants.web.contracts import requires
from tenants.web.forms import (
    NoSuchPage,
    field_title,
    optional_text_sent,
    say,
    text_sent,
)

standard_terms_pages = Blueprint(
    "standard_terms_pages", __name__, url_prefix="/standard-terms", template_folder="templates"
)

KINDS = {"revenue_share": _("Revenue share"), "interconnect": _("Interconnect")}
LONGEST = 100_000


@standard_terms_pages.get("")
@requires("agreements:read")
def all_terms() -> str:
    """The newest version of each name, and a form to write terms under a new one."""
    newest = {each.name: each for each in service.standard_terms(g.session)}
    return render_template(
        "standard_terms/all_terms.html", found=list(newest.values()), kinds=KINDS, may_write=_may()
    )


@standard_terms_pages.get("/<uuid:standard_terms_id>")
@requires("agreements:read")
def terms(standard_terms_id: UUID) -> str:
    """One version, and beside the newest one the form for the next."""
    versions = service.versions_beside(g.session, standard_terms_id)
    shown = next(each for each in versions if each.id == standard_terms_id)
    return render_template(
        "standard_terms/terms.html",
        shown=shown,
        versions=versions,
        terms=written_out(shown.terms),
        policies=written_out(shown.policies),
        is_newest=shown is versions[-1],
        kinds=KINDS,
        may_write=_may(),
    )


@standard_terms_pages.post("")
@requires("agreements:write")
def keep() -> Response:
    """Keep the next version of a name; what was begun from earlier ones stays as it is."""
    policies = _written("policies", optional_text_sent("policies", LONGEST) or "{}")
    kept = service.keep(
        g.session,
        text_sent("name", 100),
        _kind(text_sent("kind", 20)),
        _written("terms", text_sent("terms", LONGEST)),
        {name: str(value) for name, value in policies.items()},
    )
    told = _("Version {version} of {name} is kept. Agreements begin from it now.")
    flash(say(told, version=kept.version, name=kept.name), "done")
    return make_response(
        redirect(url_for("standard_terms_pages.terms", standard_terms_id=kept.id), 303)
    )


def _written(field: str, text: str) -> dict[str, Any]:
    return written(text, field, field_title(field))


def _kind(text: str) -> Kind:
    if text not in KINDS:
        raise NoSuchPage
    return "interconnect" if text == "interconnect" else "revenue_share"


def _may() -> bool:
    return bool(g.caller.principal.may("agreements:write"))
