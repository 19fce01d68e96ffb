"""Credit limits of carriers, as a page with a form that sets one."""

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from currencies.money import money
from i18n.locale import _
from settlement.interconnect.credit_limits import service
from settlement.interconnect.credit_limits.limit import DEFAULT_PERCENTS
from settlement.parties import service as parties
from settlement.parties.party import Kind
from tenants.web.contracts import requires
from tenants.web.forms import (
    FigureUnreadable,
    field_title,
    figure_sent,
    id_sent,
    optional_text_sent,
    say,
)

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
        "interconnect/credit_limits.html",
        states=service.states(g.session),
        carriers=parties.parties(g.session, Kind.CARRIER),
        may_set=g.caller.principal.may("interconnect:write"),
        percents=", ".join(map(str, DEFAULT_PERCENTS)),
        as_money=money,
    )


@credit_limit_pages.post("")
@requires("interconnect:write")
def set_limit() -> Response:
    """Limit what a carrier may owe in a currency, in place of the limit before."""
    amount = money(figure_sent("amount"))
    currency = str(amount.currency.code)
    service.set_limit(g.session, id_sent("carrier"), amount.amount, currency, _percents())
    flash(say(_("The credit limit is set.")), "done")
    return make_response(redirect(url_for("credit_limit_pages.limits"), 303))


def _percents() -> list[int]:
    """Percents as they are written, "50, 80"; none says that 100 alone is told."""
    text = optional_text_sent("percents", 60)
    found = text.replace(",", " ").split()
    if not all(each.isascii() and each.isdigit() for each in found):
        raise FigureUnreadable(field=field_title("percents"), text=text, at="percents")
    return [int(each) for each in found]
