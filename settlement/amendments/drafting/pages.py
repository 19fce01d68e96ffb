"""Agreements drafted on pages: a first version, from standard terms too, a next one, or the end.

What is drafted is shown on the page of its amendment, with its faults and what it touches, and goes
from there to review and approval. Terms are written as JSON, as the API takes them.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from i18n.locale import _
from settlement.agreements import service as agreements
from settlement.agreements.agreed import NoSuchAgreement
from settlement.amendments import service
from settlement.amendments.amendment import (
    AgreementKind,
    Amendment,
    AmendmentNotDraft,
    Drafted,
    Kind,
    Status,
)
from settlement.amendments.drafting.beginnings import BEGINNINGS
from settlement.amendments.standard_terms import service as standard_terms
from settlement.amendments.standard_terms.filling import whole_places_of
from settlement.amendments.standard_terms.service import StandardTerms, Wanted
from settlement.amendments.standard_terms.written import written, written_out
from settlement.parties import service as parties
from settlement.parties.party import Kind as PartyKind
from tenants.web.contracts import requires
from tenants.web.forms import (
    FigureUnreadable,
    NoSuchPage,
    choice_asked,
    day_sent,
    field_title,
    optional_day_sent,
    optional_text_sent,
    say,
    text_asked,
    text_sent,
)

drafting_pages = Blueprint(
    "drafting_pages", __name__, url_prefix="/amendments", template_folder="templates"
)

KINDS: Mapping[str, str] = {
    "revenue_share": _("Revenue share"),
    "interconnect": _("Interconnect"),
    "commission": _("Commission"),
}
LONGEST = 100_000
# So many companies are offered while a code is typed; any other code is taken as well.
OFFERED = 500
EMPTY = {"code": "", "currency": "", "valid_from": "", "valid_until": "", "trunks": ""}


@drafting_pages.get("/drafts")
@requires("agreements:write")
def begin() -> str:
    """From what an agreement is begun or changed."""
    newest = {each.name: each for each in standard_terms.standard_terms(g.session)}
    return render_template(
        "amendment_drafts/begin.html",
        kinds=KINDS,
        standard=list(newest.values()),
        party=text_asked("party", 100) or "",
    )


@drafting_pages.get("/drafts/new")
@requires("agreements:write")
def new() -> str:
    """The form of the first version of an agreement."""
    kind = _kind(choice_asked("kind", KINDS) or "revenue_share")
    shown = {
        "kind": kind,
        "party": text_asked("party", 100) or "",
        "terms": written_out(BEGINNINGS[kind]),
        "policies": "{}",
    }
    return _form(shown, kind)


@drafting_pages.post("/drafts/next")
@requires("agreements:write")
def find() -> Response:
    """Open the form of the next version of the agreement with this code."""
    last = agreements.agreement_terms(g.session, text_sent("agreement", 200))[-1]
    to = url_for("drafting_pages.next_version", agreement_id=last.agreement_id)
    return make_response(redirect(to, 303))


@drafting_pages.get("/drafts/next/<uuid:agreement_id>")
@requires("agreements:write")
def next_version(agreement_id: UUID) -> str:
    """The form of the next version of an agreement, as its last one is written, and of its end."""
    versions = [
        each
        for each in agreements.terms_by_id(g.session).values()
        if each.agreement_id == agreement_id
    ]
    if not versions:
        raise NoSuchAgreement(agreement=agreement_id)
    last = max(versions, key=lambda each: each.valid_from)
    shown = {
        "kind": last.kind,
        "code": last.code,
        "party": parties.party(g.session, last.party_id).code,
        "currency": last.currency,
        "terms": written_out(last.terms),
        "policies": written_out(last.policies),
    }
    return _form(shown, last.kind, last=last)


@drafting_pages.post("/drafts")
@requires("agreements:write")
def draft() -> Response:
    """Keep a draft of a first or a next version, whatever lint says of it."""
    kind = _kind(text_sent("kind", 20))
    drafted = Drafted(
        Kind.TERMS,
        text_sent("code", 200),
        _party_sent(),
        text_sent("currency", 3),
        terms=_written("terms"),
        policies=_policies_sent(),
        agreement_kind=kind,
        trunks=_trunks_sent() if kind == "interconnect" else (),
        **_days_sent(),
    )
    return _told(service.draft(g.session, drafted))


@drafting_pages.get("/drafts/standard-terms/<uuid:standard_terms_id>")
@requires("agreements:write")
def fill(standard_terms_id: UUID) -> str:
    """The form of an agreement from standard terms: their places, and what is left to say."""
    standard = _newest_beside(standard_terms_id)
    return render_template(
        "amendment_drafts/fill.html",
        standard=standard,
        whole=whole_places_of(standard.terms),
        terms=written_out(standard.terms),
        shown=EMPTY | {"party": text_asked("party", 100) or ""},
        offered=_offered("interconnect" if standard.kind == "interconnect" else "revenue_share"),
        kinds=KINDS,
    )


@drafting_pages.post("/drafts/standard-terms/<uuid:standard_terms_id>")
@requires("agreements:write")
def draft_filled(standard_terms_id: UUID) -> Response:
    """Begin an agreement from the newest version of standard terms, as a draft."""
    standard = _newest_beside(standard_terms_id)
    whole = whole_places_of(standard.terms)
    wanted = Wanted(
        text_sent("code", 200),
        _party_sent(),
        text_sent("currency", 3),
        filled={each: _filled(each, each in whole) for each in standard.places},
        trunks=_trunks_sent() if standard.kind == "interconnect" else (),
        **_days_sent(),
    )
    begun = standard_terms.begin_agreement(g.session, standard.name, wanted)
    assert begun.amendment_id is not None, "an agreement begins as a draft"
    return _told(service.amendment(g.session, begun.amendment_id))


@drafting_pages.post("/drafts/ends")
@requires("agreements:write")
def draft_end() -> Response:
    """Keep a draft of the end of an agreement."""
    code = text_sent("agreement", 200)
    return _told(service.draft_end(g.session, code, day_sent("ends_on")))


@drafting_pages.get("/<uuid:amendment_id>/draft")
@requires("agreements:write")
def correct(amendment_id: UUID) -> str:
    """The form of a draft, as it is written now."""
    found = service.amendment(g.session, amendment_id)
    if found.status is not Status.DRAFT:
        raise AmendmentNotDraft(code=found.code, status=found.status)
    drafted = found.drafted
    shown = {
        "kind": drafted.agreement_kind,
        "code": drafted.code,
        "party": parties.party(g.session, drafted.party_id).code,
        "currency": drafted.currency,
        "valid_from": drafted.valid_from.isoformat(),
        "valid_until": drafted.valid_until.isoformat() if drafted.valid_until else "",
        "trunks": "\n".join(drafted.trunks),
        "terms": written_out(drafted.terms),
        "policies": written_out(drafted.policies or {}),
    }
    return _form(shown, drafted.agreement_kind, corrected=found)


@drafting_pages.post("/<uuid:amendment_id>/draft")
@requires("agreements:write")
def revise(amendment_id: UUID) -> Response:
    """Write a draft anew; who does so may not approve it."""
    found = service.amendment(g.session, amendment_id)
    is_end = found.drafted.kind is Kind.END
    terms = {} if is_end else _written("terms")
    policies = None if is_end else _policies_sent()
    return _told(service.revise(g.session, amendment_id, terms, policies=policies, **_days_sent()))


def _form(shown: Mapping[str, str], kind: AgreementKind, **more: Any) -> str:
    return render_template(
        "amendment_drafts/draft.html",
        shown=EMPTY | dict(shown),
        offered=_offered(kind),
        kinds=KINDS,
        Kind=Kind,
        **{"last": None, "corrected": None} | more,
    )


def _offered(kind: AgreementKind) -> list[tuple[str, str]]:
    """Codes and names of those with whom such an agreement is made."""
    whom = PartyKind.CARRIER if kind == "interconnect" else PartyKind.PARTNER
    return [(each.code, each.name) for each in parties.parties(g.session, whom, None, OFFERED)]


def _newest_beside(standard_terms_id: UUID) -> StandardTerms:
    return standard_terms.versions_beside(g.session, standard_terms_id)[-1]


def _kind(text: str) -> AgreementKind:
    for each in BEGINNINGS:
        if each == text:
            return each
    raise NoSuchPage


def _party_sent() -> UUID:
    return parties.party_by_code(g.session, text_sent("party", 100)).id


def _days_sent() -> dict[str, Any]:
    return {"valid_from": day_sent("valid_from"), "valid_until": optional_day_sent("valid_until")}


def _trunks_sent() -> tuple[str, ...]:
    lines = optional_text_sent("trunks", LONGEST).splitlines()
    return tuple(dict.fromkeys(line.strip() for line in lines if line.strip()))


def _policies_sent() -> dict[str, str]:
    said = written(
        optional_text_sent("policies", LONGEST) or "{}", "policies", field_title("policies")
    )
    return {name: str(value) for name, value in said.items()}


def _written(field: str) -> dict[str, Any]:
    return written(text_sent(field, LONGEST), field, field_title(field))


def _filled(place: str, is_whole: bool) -> str | int:
    field = f"fill-{place}"
    text = text_sent(field)
    if not is_whole:
        return text
    if not text.isascii() or not text.isdigit():
        raise FigureUnreadable(field=field_title(field), text=text, at=field)
    return int(text)


def _told(done: Amendment) -> Response:
    told = _("The change of {code} is drafted. See what is wrong with it and what it touches.")
    flash(say(told, code=done.code), "done")
    to = url_for("amendment_pages.amendment", amendment_id=done.id)
    return make_response(redirect(to, 303))
