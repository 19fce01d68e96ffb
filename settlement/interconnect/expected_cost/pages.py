"""What a carrier's invoice for a month should be, as a page and as a file."""

from uuid import UUID

from flask import Blueprint, Response, g, render_template

from currencies.money import money
from settlement.interconnect.expected_cost import service
from settlement.interconnect.expected_cost.expected import ExpectedCost, as_csv
from settlement.parties import service as parties
from settlement.parties.party import Kind
from settlement.periods import service as periods
from statements.filing import CSV
from tenants.web.attachment import attachment
from tenants.web.contracts import requires
from tenants.web.forms import NoSuchPage, id_asked

expected_cost_pages = Blueprint(
    "expected_cost_pages",
    __name__,
    url_prefix="/interconnect/expected-costs",
    template_folder="templates",
)

LINES = 500


@expected_cost_pages.get("")
@requires("interconnect:read")
def expected() -> str:
    """The control statement of a carrier and month, by destination and by day."""
    carrier_id, period_id = id_asked("carrier"), id_asked("period")
    costs = _costs(carrier_id, period_id) if carrier_id and period_id else None
    return render_template(
        "interconnect/expected_cost.html",
        carriers=parties.parties(g.session, Kind.CARRIER),
        months=periods.periods(g.session),
        carrier_id=carrier_id,
        period_id=period_id,
        costs=costs,
        lines_shown=LINES,
        as_money=money,
    )


@expected_cost_pages.get("/csv")
@requires("interconnect:read")
def expected_file() -> Response:
    """The same as CSV, every line of it."""
    carrier_id, period_id = id_asked("carrier"), id_asked("period")
    if carrier_id is None or period_id is None:
        raise NoSuchPage
    return attachment(
        as_csv(_costs(carrier_id, period_id)), "expected-cost.csv", f"{CSV}; charset=utf-8"
    )


def _costs(carrier_id: UUID, period_id: UUID) -> list[ExpectedCost]:
    month = periods.period_by_id(g.session, period_id).month
    return service.expected_cost(g.session, carrier_id, month.starts_on, month.ends_on)
