"""RAP files that never came, on the page of roaming: waived by number."""

from flask import Blueprint, Response, flash, g, make_response, redirect, url_for

from i18n.locale import _
from settlement.disputes.returned_calls.missing_returns import service
from tenants.web.contracts import requires
from tenants.web.forms import say, text_sent

missing_return_pages = Blueprint(
    "missing_return_pages", __name__, url_prefix="/interconnect/roaming/missing-returns"
)


@missing_return_pages.post("")
@requires("interconnect:write")
def waive() -> Response:
    """Declare that a RAP file will not come."""
    named = text_sent("number", 5)
    # What is no number is none that is missing.
    number = int(named) if named.isascii() and named.isdigit() else 0
    service.waive(g.session, text_sent("network"), number, text_sent("why"))
    flash(say(_("Number {number} is waived."), number=f"{number:05}"), "done")
    return make_response(redirect(url_for("roaming_pages.files"), 303))
