"""Exchange rates as a page: their history drawn and listed, own rates entered, tried, approved."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from currencies import service
from currencies.fx_rate import FxRate
from currencies.money import parse_amount
from currencies.proposals import service as proposing
from currencies.proposals.proposal import Status
from currencies.proposals.service import Tried
from currencies.proposals.uploaded import DAYS, DELIMITERS, Shape
from currencies.rate_line import rate_line
from currencies.service import Pair
from i18n.errors import Invalid
from i18n.locale import _
from tenants.web.contracts import requires
from tenants.web.forms import FIELD_TITLES, day_sent, figure_sent, say, text_asked, text_sent

rate_pages = Blueprint(
    "rate_pages", __name__, url_prefix="/exchange-rates", template_folder="templates"
)

LONGEST_FILE = 2_000_000
SHOWN = 250
STATUSES = {
    Status.PROPOSED: _("Waits for approval"),
    Status.APPROVED: _("Approved"),
    Status.REJECTED: _("Rejected"),
}
COLOURS = {
    Status.PROPOSED: "bg-yellow-lt",
    Status.APPROVED: "bg-green-lt",
    Status.REJECTED: "bg-red-lt",
}
REASONS = {
    "contradicts-a-line": _("An earlier line says another rate"),
    "not-a-date": _("Not a day of the form chosen"),
    "not-a-rate": _("Not a rate above zero with the decimal mark chosen"),
    "not-a-unit": _("Not a number of units"),
    "same-currency": _("Both currencies are the same"),
    "unknown-currency": _("The currency is unknown"),
    "wrong-number-of-cells": _("Fewer cells than columns are needed"),
}
"""Why a line of a file cannot be used, of the reasons that a file of one's own can have."""


class UnitUnreadable(Invalid):
    """{unit} is not a number of units. Write 1, 100 or another whole number."""


@rate_pages.get("")
@requires("documents:read")
def rates() -> str:
    """The history of one pair, the pairs there are, and what waits for approval."""
    return _page(None)


@rate_pages.post("")
@requires("payouts:propose")
def enter() -> Response:
    """Propose one rate entered by hand."""
    source = text_sent("source", 20)
    unit, day = text_sent("unit", 7), day_sent("valid_on")
    if not (unit.isascii() and unit.isdigit()):
        raise UnitUnreadable(unit=unit)
    price = parse_amount(figure_sent("rate", 30))
    rate = FxRate(source, text_sent("base", 3), text_sent("quote", 3), int(unit), price, day, day)
    proposing.propose(g.session, source, [rate], text_sent("reason", 200))
    flash(say(_("The rate waits for somebody else to approve it.")), "done")
    return _back()


@rate_pages.post("/file")
@requires("payouts:propose")
def upload() -> Response:
    """Propose the rates of a file, or show what in it cannot be used."""
    shape = Shape(
        delimiter=text_sent("delimiter", 5).replace("tab", "\t"),
        mark="," if text_sent("mark", 1) == "," else ".",
        days=text_sent("days", 4),
    )
    content = text_sent("text", LONGEST_FILE).encode()
    source, reason = text_sent("source", 20), text_sent("reason", 200)
    tried = proposing.upload(g.session, source, content, shape, reason, dry_run=False)
    if tried.proposal is None:
        return make_response(_page(tried), 422)
    flash(say(_("{count} rates wait for somebody else."), count=len(tried.rates)), "done")
    return _back()


@rate_pages.post("/<uuid:rate_proposal_id>/approval")
@requires("payouts:approve")
def approve(rate_proposal_id: UUID) -> Response:
    """Approve rates that somebody else proposed."""
    proposing.approve(g.session, rate_proposal_id)
    flash(say(_("The rates are used from now on.")), "done")
    return _back()


@rate_pages.post("/<uuid:rate_proposal_id>/rejection")
@requires("payouts:approve", "payouts:propose")
def reject(rate_proposal_id: UUID) -> Response:
    """Leave proposed rates aside."""
    proposing.reject(g.session, rate_proposal_id, text_sent("reason", 200))
    return _back()


def _page(tried: Tried | None) -> str:
    known = service.pairs(g.session)
    asked = _asked(known)
    found = service.history(g.session, asked.source, asked.base, asked.quote) if asked else []
    principal = g.caller.principal
    return render_template(
        "rates/rates.html",
        pairs=known,
        asked=asked,
        rates=found[::-1][:SHOWN],
        line=rate_line(found[-SHOWN:]),
        tried=tried,
        proposals=proposing.proposals(g.session),
        Status=Status,
        statuses=STATUSES,
        colours=COLOURS,
        reasons=REASONS,
        field_titles=FIELD_TITLES,
        may_propose=principal.may("payouts:propose"),
        may_approve=principal.may("payouts:approve"),
        delimiters=["tab" if each == "\t" else each for each in DELIMITERS],
        days=DAYS,
    )


def _asked(known: list[Pair]) -> Pair | None:
    """The pair that the reader chose, else the first."""
    chosen = text_asked("pair", 40)
    named = {f"{each.source} {each.base}/{each.quote}": each for each in known}
    return named.get(chosen or "", known[0] if known else None)


def _back() -> Response:
    return make_response(redirect(url_for("rate_pages.rates"), 303))
