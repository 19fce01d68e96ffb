"""The cost calculator as a page: describe a month, see what it comes to at each tariff."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, g, render_template, request

from i18n.errors import DomainError, Invalid
from i18n.locale import _, error_text
from settlement.insight.tariff_choice import service
from settlement.insight.tariff_choice.described import DAYS, EVENTS_MOST, Line
from settlement.periods.calendar import local_day, month_of
from tenants.directory.service import own_tenant
from tenants.web.contracts import requires
from tenants.web.forms import choice_asked, field_title, text_asked
from tenants.web.problems import reader_language

calculator_pages = Blueprint(
    "calculator_pages", __name__, url_prefix="/tariff-calculator", template_folder="templates"
)

LINES: Final = (1, 2, 3, 4)
FIELDS: Final = ("kind", "events", "size", "to", "days", "at")
KIND_TITLES: Final[Mapping[str, str]] = {
    "voice": _("Calls"),
    "sms": _("Messages"),
    "data": _("Internet"),
}
DAY_TITLES: Final[Mapping[str, str]] = {
    "all": _("every day"),
    "workdays": _("Monday to Friday"),
    "weekends": _("Saturday and Sunday"),
}

assert set(DAY_TITLES) == set(DAYS), "every choice of days has a title"


class FigureOdd(Invalid):
    """{field} is {text}. Write a whole number, from 1 to {most}."""


class TimeOdd(Invalid):
    """{text} is no time of day. Write it like 18:30."""


@calculator_pages.get("")
@requires("usage:read")
def calculator() -> str:
    """A form, and what the month that it describes comes to at the tariffs that customers have."""
    tenant = own_tenant(g.session)
    code = text_asked("period", 7) or _this_month(tenant.time_zone)
    offers, refused = [], ""
    try:
        if lines := [line for number in LINES if (line := _line(number)) is not None]:
            offers = service.compare_described(g.session, code, tenant.base_currency, lines)
    except DomainError as fault:
        refused = error_text(fault, reader_language())
    return render_template(
        "tariff_choice/calculator.html",
        offers=offers,
        refused=refused,
        period=code,
        numbers=LINES,
        kinds=KIND_TITLES,
        days=DAY_TITLES,
        typed=_typed(),
    )


def _typed() -> dict[str, str]:
    """What was written, as it was, to show it again."""
    names = [f"{field}-{n}" for n in LINES for field in FIELDS]
    return {name: request.form.get(name, "") for name in names}


def _line(number: int) -> Line | None:
    """A line of the form; None where it says of no event."""
    events = text_asked(f"events-{number}", 10)
    if not events:
        return None
    kind = choice_asked(f"kind-{number}", KIND_TITLES) or "voice"
    size = text_asked(f"size-{number}", 10)
    counted: dict[str, Any] = {}
    if size and kind == "voice":
        counted["seconds"] = _figure(f"size-{number}", size, 10**6)
    elif size and kind == "data":
        counted |= {"quantity": _figure(f"size-{number}", size, 10**6), "unit": "megabyte"}
    return Line(
        kind,
        _figure(f"events-{number}", events, EVENTS_MOST),
        number=text_asked(f"to-{number}", 40),
        days=choice_asked(f"days-{number}", DAY_TITLES) or "all",
        at=_time(text_asked(f"at-{number}", 5) or "12:00"),
        **counted,
    )


def _figure(field: str, text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= most:
        raise FigureOdd(field=field_title(field), text=text, most=most, at=field)
    return int(text)


def _time(text: str) -> dt.time:
    try:
        return dt.time.fromisoformat(text)
    except ValueError:
        raise TimeOdd(text=text) from None


def _this_month(time_zone: str) -> str:
    return month_of(local_day(g.session.now(), time_zone)).code
