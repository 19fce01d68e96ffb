"""The rounding ledger of a month as a page: its sums by cause, and the entries behind them."""

from flask import Blueprint, Response, g, render_template

from settlement.periods import service
from settlement.periods.rounding.rounding_entry import as_csv, of_cause, sums_by_cause
from settlement.periods.rounding.wording import CAUSES
from statements.filing import CSV
from tenants.web.attachment import attachment
from tenants.web.contracts import requires
from tenants.web.forms import text_asked

rounding_pages = Blueprint(
    "rounding_pages", __name__, url_prefix="/rounding", template_folder="templates"
)

SHOWN = 500
LONGEST_CAUSE = 50


@rounding_pages.get("")
@requires("ledger:read")
def ledger() -> str:
    """What rounding made and lost in a month, the last one where none is asked for."""
    codes = [each.code for each in reversed(service.periods(g.session))]
    code = text_asked("period", 7) or next(iter(codes), "")
    found = service.rounding_entries(g.session, code) if code else []
    cause = text_asked("cause", LONGEST_CAUSE)
    listed = of_cause(found, cause)
    return render_template(
        "rounding/rounding.html",
        codes=codes,
        code=code,
        cause=cause,
        causes=CAUSES,
        sums=sums_by_cause(found),
        entries=listed[:SHOWN],
        left_out=max(0, len(listed) - SHOWN),
    )


@rounding_pages.get("/csv")
@requires("ledger:read")
def ledger_file() -> Response:
    """All entries of a month, or those of one cause, as CSV."""
    code, cause = text_asked("period", 7) or "", text_asked("cause", LONGEST_CAUSE)
    found = of_cause(service.rounding_entries(g.session, code), cause)
    return attachment(as_csv(found).encode(), f"rounding-{code}.csv", CSV)
