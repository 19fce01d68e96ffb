"""Price lists of carriers as pages: bring one in, see what it changes, accept or refuse it."""

import datetime as dt
from collections.abc import Container, Mapping
from typing import Final
from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from currencies.money import money, parse_amount
from i18n.locale import _
from mediation.encodings import ENCODINGS
from settlement.agreements import service as agreements
from settlement.catalogue.deck_import import DELIMITERS, DeckLayout
from settlement.catalogue.deck_reading import FIELDS, Spelling
from settlement.catalogue.decks import service as rate_decks
from settlement.catalogue.notice.announced import Reason
from settlement.interconnect.price_lists.deciding import service
from settlement.periods.calendar import local_day, midnight
from statements.filing import CSV
from tenants.directory.service import own_tenant
from tenants.web.attachment import attachment
from tenants.web.contracts import requires
from tenants.web.forms import (
    FieldMissing,
    FieldUnusable,
    choice_asked,
    day_sent,
    field_title,
    file_sent,
    optional_day_sent,
    optional_figure_sent,
    optional_text_sent,
    say,
    text_sent,
)

price_list_pages = Blueprint(
    "price_list_pages",
    __name__,
    url_prefix="/interconnect/price-lists",
    template_folder="templates",
)

SHOWN: Final = 500
LONGEST_HEADING: Final = 100
FILE_LONGEST: Final = 16 * 1024 * 1024
STATUSES: Final[Mapping[str, str]] = {
    "proposed": _("Waits for a decision"),
    "accepted": _("Accepted"),
    "refused": _("Refused"),
}
REASONS: Final[Mapping[str, str]] = {
    Reason.NOTICE: _("Rises when the notice ends"),
    Reason.INCREASE_IN_TIME: _("Rises, announced in time"),
    Reason.DECREASE: _("Falls"),
    Reason.NEW: _("New"),
    Reason.OVERTAKEN: _("Never holds: the next price comes sooner"),
    Reason.UNCHANGED: _("Goes on"),
}
COUNTS: Final = {"calendar_days": _("calendar days"), "business_days": _("business days")}
COLUMNS: Final[Mapping[str, str]] = {
    "prefix": _("Prefix"),
    "price": _("Price"),
    "destination": _("Destination"),
    "band": _("Time of day"),
    "connection_fee": _("Connection fee"),
    "first_increment": _("First increment"),
    "next_increment": _("Next increment"),
    "valid_from": _("Holds from"),
    "valid_until": _("First day without"),
}
"""Titles of the columns that a list may have, by field of a deck."""

assert set(COLUMNS) == set(FIELDS), "every field can be named"


@price_list_pages.get("")
@requires("catalogue:read")
def price_lists() -> str:
    """Lists that wait and lists that were decided on, and a form that brings one in."""
    principal = g.caller.principal
    today = _today()
    tomorrow = today + dt.timedelta(days=1)
    return render_template(
        "price_lists/price_lists.html",
        lists=service.all_lists(g.session),
        agreements=agreements.interconnects(g.session, today, tomorrow),
        statuses=STATUSES,
        reasons=REASONS,
        columns=COLUMNS,
        delimiters={",": ",", ";": ";", "tab": _("Tabulator"), "|": "|"},
        encodings=list(ENCODINGS),
        longest=LONGEST_HEADING,
        may_write=principal.may("catalogue:write"),
    )


@price_list_pages.post("")
@requires("catalogue:write")
def bring_in() -> Response:
    """Keep a list until somebody else decides; no price changes yet."""
    sent = file_sent("list")
    content: bytes = sent.read(FILE_LONGEST + 1)
    if len(content) > FILE_LONGEST:
        raise FieldUnusable(field=field_title("list"), longest=FILE_LONGEST, at="list")
    kept = service.propose(
        g.session,
        text_sent("agreement", 200),
        (sent.filename or "")[:200],
        content,
        _layout(),
        day_sent("valid_from"),
        _arrived_at(),
        leave_out_findings=bool(optional_text_sent("leave_out_findings", 3)),
    )
    flash(say(_("The price list is kept. Somebody else accepts it.")), "done")
    return _to(kept.id)


@price_list_pages.get("/<uuid:price_list_id>")
@requires("catalogue:read")
def price_list(price_list_id: UUID) -> str:
    """One list, price by price, and the decision."""
    principal = g.caller.principal
    chosen = choice_asked("reason", REASONS)
    found = service.price_list(g.session, price_list_id)
    prices = service.prices_of(g.session, price_list_id)
    wanted = [each for each in prices if chosen in (None, each.reason)]
    return render_template(
        "price_lists/price_list.html",
        found=found,
        currency=rate_decks.deck(g.session, found.deck).currency,
        as_money=money,
        prices=wanted[:SHOWN],
        more=max(0, len(wanted) - SHOWN),
        chosen=chosen,
        statuses=STATUSES,
        reasons=REASONS,
        count_titles=COUNTS,
        may_accept=principal.may("corrections:approve"),
        may_refuse=principal.may("corrections:approve") or principal.may("catalogue:write"),
        own_id=principal.user_id,
    )


@price_list_pages.get("/<uuid:price_list_id>/file")
@requires("catalogue:read")
def file(price_list_id: UUID) -> Response:
    """The list as it came."""
    found = service.price_list(g.session, price_list_id)
    return attachment(service.content_of(g.session, price_list_id), found.file_name, CSV)


@price_list_pages.post("/<uuid:price_list_id>/acceptance")
@requires("corrections:approve")
def accept(price_list_id: UUID) -> Response:
    """Let its prices hold, each from the day its notice allows; who brought it in may not."""
    service.accept(g.session, price_list_id)
    flash(say(_("The price list is accepted.")), "done")
    return _to(price_list_id)


@price_list_pages.post("/<uuid:price_list_id>/refusal")
@requires("corrections:approve", "catalogue:write")
def refuse(price_list_id: UUID) -> Response:
    """Refuse it; no price of it ever holds."""
    service.refuse(g.session, price_list_id, text_sent("why"))
    flash(say(_("The price list is refused.")), "done")
    return _to(price_list_id)


def _layout() -> DeckLayout:
    """Columns by heading, or all by number."""
    said = {name: optional_text_sent(f"column.{name}", LONGEST_HEADING) for name in COLUMNS}
    named = {name: text for name, text in said.items() if text}
    are_numbers = all(text.isascii() and text.isdigit() for text in named.values())
    delimiter = _one_of("delimiter", (*DELIMITERS, "tab"))
    spelling = Spelling(
        decimal=_one_of("decimal", (".", ",")),
        unit_factor=parse_amount(optional_figure_sent("unit_factor", 20) or "1"),
    )
    return DeckLayout(
        {name: int(text) if are_numbers else text for name, text in named.items()},
        "\t" if delimiter == "tab" else delimiter,
        _one_of("encoding", ENCODINGS),
        spelling,
    )


def _one_of(field: str, choices: Container[str]) -> str:
    text = text_sent(field, 20)
    if text not in choices:
        raise FieldMissing(field=field_title(field), at=field)
    return text


def _arrived_at() -> dt.datetime | None:
    """The beginning of the day that was named, on the clock of whoever is told: ours."""
    day = optional_day_sent("arrived_on")
    return None if day is None else midnight(day, own_tenant(g.session).time_zone)


def _today() -> dt.date:
    return local_day(g.session.now(), own_tenant(g.session).time_zone)


def _to(price_list_id: UUID) -> Response:
    return make_response(
        redirect(url_for("price_list_pages.price_list", price_list_id=price_list_id), 303)
    )
