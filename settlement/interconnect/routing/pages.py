"""The routing table as a page and as a file."""

from decimal import Decimal, InvalidOperation
from typing import Final

from flask import Blueprint, Response, g, render_template
from flask import request as sent

from i18n.locale import _
from settlement.interconnect.routing import service
from settlement.interconnect.routing.ranking import Policy
from settlement.interconnect.routing.service import Question
from settlement.interconnect.routing.table import Reason, as_csv
from settlement.periods import service as periods
from statements.filing import CSV
from tenants.web.attachment import attachment
from tenants.web.contracts import requires
from tenants.web.forms import FigureUnreadable, field_title, id_asked, text_asked

routing_pages = Blueprint(
    "routing_pages",
    __name__,
    url_prefix="/interconnect/routes",
    template_folder="templates",
)

ROUTES = 500
FIGURE = 12
REASONS: Final[dict[Reason, str]] = {
    "no_fixing": _("Not comparable: the agreement names no exchange rate"),
    "no_rate": _("Not comparable: there is no exchange rate of these days"),
    "tiers": _("Not comparable: the price depends on the volume of the month"),
    "quality": _("Below the quality asked for"),
}


@routing_pages.get("")
@requires("interconnect:read")
def routes() -> str:
    """The cheapest trunks for each prefix now, and what could not be ranked."""
    question = _question()
    return render_template(
        "interconnect/routes.html",
        asked=question,
        months=periods.periods(g.session),
        table=service.routing_table(g.session, question),
        routes_shown=ROUTES,
        reasons=REASONS,
        query=sent.args.to_dict(),
    )


@routing_pages.get("/csv")
@requires("interconnect:read")
def routes_file() -> Response:
    """The same as CSV, every route of it."""
    text = as_csv(service.routing_table(g.session, _question()))
    return attachment(text, "routes.csv", f"{CSV}; charset=utf-8")


def _question() -> Question:
    policy = Policy(
        routes=_whole("routes", 3),
        minimum_asr=_figure("minimum_asr"),
        minimum_acd=_figure("minimum_acd"),
    )
    return Question(
        _whole("seconds", 180), text_asked("prefix", 17) or "", id_asked("period"), policy
    )


def _whole(field: str, default: int) -> int:
    text = text_asked(field, FIGURE)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()):
        raise FigureUnreadable(field=field_title(field), text=text, at=field)
    return int(text)


def _figure(field: str) -> Decimal | None:
    text = text_asked(field, FIGURE)
    try:
        number = None if text is None else Decimal(text)
    except InvalidOperation:
        raise FigureUnreadable(field=field_title(field), text=text, at=field) from None
    if number is not None and not number.is_finite():
        raise FigureUnreadable(field=field_title(field), text=text, at=field)
    return number
