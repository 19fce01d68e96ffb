"""Calls compared, as a page for the operator and for a carrier's own people.

The picture of each direction leads to the calls of a cause. Who carried a call finds it by its
numbers; they are masked for a carrier whose agreement says so, and for staff without the right
(R123).
"""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from currencies.money import money
from i18n.locale import _
from settlement.interconnect.records import service
from settlement.interconnect.records.differences_csv import differences_csv
from settlement.interconnect.records.picture import picture
from settlement.interconnect.records.waterfall import Cause
from settlement.interconnect.records.wording import CAUSES
from settlement.interconnect.refused_files import service as refused_files
from settlement.interconnect.refused_files.pages import told_refused
from settlement.interconnect.refused_files.refused_file import FileKind
from settlement.interconnect.refused_files.service import Refusal
from settlement.interconnect.traffic import DIRECTIONS as WAYS
from settlement.interconnect.traffic import Direction
from settlement.interconnect.wording import DIRECTIONS
from settlement.parties import service as parties
from settlement.periods import service as periods
from statements.filing import CSV, XML
from tenants.web.attachment import attachment
from tenants.web.contracts import requires
from tenants.web.forms import (
    NoSuchPage,
    choice_asked,
    file_sent,
    own_party,
    say,
    text_asked,
    text_sent,
)

compared_pages = Blueprint(
    "compared_pages", __name__, url_prefix="/interconnect/records", template_folder="templates"
)
own_compared = Blueprint(
    "own_compared", __name__, url_prefix="/own/exchange/records", template_folder="templates"
)

CALLS = 100


@compared_pages.get("/<uuid:comparison_id>")
@requires("interconnect:read")
def records(comparison_id: UUID) -> str:
    """Why the calls of both sides come to different amounts, and the calls of one cause."""
    return _page("compared_pages", "exchange_pages", comparison_id)


@compared_pages.get("/<uuid:comparison_id>/csv")
@requires("interconnect:read")
def calls_file(comparison_id: UUID) -> Response:
    """All calls of a cause as CSV."""
    return _calls_file(comparison_id)


@compared_pages.get("/<uuid:comparison_id>/xml")
@requires("interconnect:read")
def xml(comparison_id: UUID) -> Response:
    """All causes with their calls as XML."""
    return _xml_file(comparison_id)


@own_compared.post("")
@requires("own-exchange:write")
def send() -> Response:
    """Take in the calls of the reader's company as CSV, and compare them with ours."""
    asked = service.Asked(text_sent("agreement", 200), text_sent("period", 7))
    content = file_sent("calls").stream.read()
    taken = refused_files.taken_or_refused(
        g.session, own_party(), FileKind.CALLS, content,
        lambda: service.answer(g.session, own_party(), asked, content),
    )  # fmt: skip
    if isinstance(taken, Refusal):
        return told_refused(taken, url_for("own_exchange.exchange"))
    flash(say(_("The calls are taken in and compared.")), "done")
    return make_response(redirect(url_for("own_compared.records", comparison_id=taken.id), 303))


@own_compared.get("/<uuid:comparison_id>", endpoint="records")
@requires("own-exchange:read")
def own(comparison_id: UUID) -> str:
    """The same for the reader's own company."""
    return _page("own_compared", "own_exchange", comparison_id)


@own_compared.get("/<uuid:comparison_id>/csv", endpoint="calls_file")
@requires("own-exchange:read")
def own_calls_file(comparison_id: UUID) -> Response:
    """All calls of a cause between us and the reader's company as CSV."""
    return _calls_file(comparison_id)


@own_compared.get("/<uuid:comparison_id>/xml", endpoint="xml")
@requires("own-exchange:read")
def own_xml(comparison_id: UUID) -> Response:
    """All causes between us and the reader's company as XML."""
    return _xml_file(comparison_id)


def _page(pages: str, exchange: str, comparison_id: UUID) -> str:
    found = service.comparison(g.session, comparison_id)
    is_own = pages == "own_compared"
    chosen = _chosen()
    first = _after()
    calls = None
    if chosen is not None:
        calls = service.differences(g.session, comparison_id, *chosen).slice(first, CALLS + 1)
    return render_template(
        "interconnect/records.html",
        pages=pages,
        exchange=exchange,
        claims="own_claims" if is_own else "claim_pages",
        may_dispute=g.caller.principal.may("own-exchange:write" if is_own else "disputes:write"),
        found=found,
        month=periods.period_by_id(g.session, found.period_id).month.starts_on,
        carrier=parties.names(g.session, {found.carrier_id})[found.carrier_id],
        pictures=[picture(each.waterfall) for each in found.directions],
        causes=CAUSES,
        directions=DIRECTIONS,
        direction=chosen[0] if chosen else None,
        chosen=chosen[1] if chosen else None,
        calls=None if calls is None else calls.head(CALLS).to_dicts(),
        after=first + CALLS if calls is not None and calls.height > CALLS else None,
        as_money=lambda amount: money(amount, found.currency),
        link=lambda direction, cause: url_for(
            f"{pages}.records", comparison_id=found.id, direction=direction, cause=cause.value,
            _anchor="calls",
        ),
    )  # fmt: skip


def _calls_file(comparison_id: UUID) -> Response:
    chosen = _chosen()
    if chosen is None:
        raise NoSuchPage
    calls = service.differences(g.session, comparison_id, *chosen)
    name = f"{chosen[0]}-{chosen[1].value}-{comparison_id}.csv"
    return attachment(differences_csv(calls), name, f"{CSV}; charset=utf-8")


def _xml_file(comparison_id: UUID) -> Response:
    name = f"differences-{comparison_id}.xml"
    return attachment(service.xml_of(g.session, comparison_id), name, XML)


def _chosen() -> tuple[Direction, Cause] | None:
    """The direction and cause in the address line, both or neither."""
    way = choice_asked("direction", dict.fromkeys(WAYS))
    cause = choice_asked("cause", {each.value: each for each in Cause})
    if (way is None) != (cause is None):
        raise NoSuchPage
    if way is None or cause is None:
        return None
    return ("incoming" if way == "incoming" else "outgoing"), Cause(cause)


def _after() -> int:
    text = text_asked("after", 9) or "0"
    if not (text.isascii() and text.isdigit()):
        raise NoSuchPage
    return int(text)
