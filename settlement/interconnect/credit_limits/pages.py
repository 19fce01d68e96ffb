"""Credit limits of carriers, as a page."""

from flask import Blueprint, g, render_template

from currencies.money import money
from settlement.interconnect.credit_limits import service
from tenants.web.contracts import requires

credit_limit_pages = Blueprint(
    "credit_limit_pages",
    __name__,
    url_prefix="/interconnect/credit-limits",
    template_folder="templates",
)


@credit_limit_pages.get("")
@requires("interconnect:read")
def limits() -> str:
    """What carriers may owe, what they owe now, what was told, and who is blocked."""
    return render_template(
        "interconnect/credit_limits.html", states=service.states(g.session), as_money=money
    )
