"""The operator's home: one month from files to payouts, and its records day by day."""

from typing import Any

from flask import Blueprint, g, render_template

from i18n.formats import date_text
from i18n.locale import _
from settlement.insight.pipeline import service
from settlement.insight.pipeline.figures import Revenue
from settlement.periods import service as periods
from settlement.periods.closing import Obstacles
from settlement.periods.service import Period
from tenants.web.contracts import requires
from tenants.web.forms import say, text_asked
from tenants.web.problems import reader_language

pipeline_pages = Blueprint("pipeline", __name__, url_prefix="/month", template_folder="templates")

SERVICES = {
    "voice": _("Calls"),
    "sms": _("Messages"),
    "content": _("Content"),
    "data": _("Data"),
    "recurring": _("Recurring fees"),
    "one_off": _("One-off fees"),
    "shortfall": _("Unused commitment"),
    "month_rounding": _("Rounding of the month"),
    "missing_caller": _("Calls without a calling number"),
}
BALANCES = {
    ("customer", "receivable"): _("Customers owe us"),
    ("carrier", "receivable"): _("Carriers owe us"),
    ("carrier", "payable"): _("We owe carriers"),
}
INVOICES = ("invoice", "credit_note")
STATEMENTS = ("statement", "self_billed_invoice", "self_billed_credit")


@pipeline_pages.get("")
@requires("usage:read")
def month() -> str:
    """The month asked for, else the latest whose days are over."""
    known = periods.periods(g.session)
    if not known:
        return render_template("pipeline/none.html")
    shown = _shown(known)
    counted = service.pipeline(g.session, shown)
    return render_template(
        "pipeline/month.html",
        periods=list(reversed(known)),
        shown=shown,
        pipeline=counted,
        invoices=counted.of_kinds(INVOICES),
        statements=counted.of_kinds(STATEMENTS),
        declarations=counted.of_kinds(["declaration"]),
        revenue=sorted(counted.revenue, key=_place_of_service),
        obstacles=_obstacles(shown),
        services=SERVICES,
        balances=BALANCES,
    )


@pipeline_pages.get("/<code>/days")
@requires("usage:read")
def days(code: str) -> dict[str, Any]:
    """Rated records by day, for the chart, with its words in the reader's language."""
    language = reader_language()
    daily = service.rated_by_day(g.session, periods.period(g.session, code))
    return {
        "language": language,
        "days": [str(day.day) for day in daily.days],
        "titles": [date_text(day, language, "long") for day in daily.days],
        "series": [
            {"name": say(SERVICES.get(kind, kind)), "counts": counts}
            for kind, counts in daily.counts.items()
        ],
    }


def _obstacles(shown: Period) -> Obstacles | None:
    """What keeps a month from closing whose days are over; None where nothing does."""
    if not shown.is_open or shown.span.ends_at > g.session.now():
        return None
    found = periods.obstacles(g.session, shown.code)
    return found if found.said().parts else None


def _place_of_service(revenue: Revenue) -> int:
    known = list(SERVICES)
    return known.index(revenue.service) if revenue.service in known else len(known)


def _shown(known: list[Period]) -> Period:
    code = text_asked("period", 7)
    if code is not None:
        return periods.period(g.session, code)
    over = [each for each in known if each.span.ends_at <= g.session.now()]
    return over[-1] if over else known[-1]
