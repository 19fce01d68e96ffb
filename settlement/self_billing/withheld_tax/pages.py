"""Tax withheld as a page: what a year comes to by payee and rate, and its certificates."""

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from i18n.locale import _
from settlement.periods import service as periods
from settlement.self_billing.withheld_tax import service
from statements.downloading import forms_of
from statements.withholding_certificate import by_rate
from tenants.web.contracts import requires
from tenants.web.forms import NoSuchPage, flash_parked, say, text_asked, text_sent

withheld_tax_pages = Blueprint(
    "withheld_tax_pages", __name__, url_prefix="/withheld-tax", template_folder="templates"
)

FIRST_YEAR = 2000


@withheld_tax_pages.get("")
@requires("documents:read")
def withheld() -> str:
    """What was withheld in a year, this one unless another is asked for."""
    this_year = periods.today(g.session).year
    asked = text_asked("year", 4)
    year = this_year if asked is None else _year(asked)
    return render_template(
        "withheld_tax/withheld.html",
        year=year,
        years=range(this_year, this_year - 6, -1),
        is_over=year < this_year,
        withheld=[(each, by_rate(each)) for each in service.of_year(g.session, year)],
        certificates=service.certificates(g.session),
        forms=forms_of,
        may_issue=g.caller.principal.may("documents:issue"),
    )


@withheld_tax_pages.post("")
@requires("documents:issue")
def certify() -> Response:
    """Certify a year that is over."""
    year = _year(text_sent("year", 4))
    run = service.issue_year(g.session, year)
    flash(say(_("Certificates of {year}: {count}."), year=year, count=len(run.issued)), "done")
    flash_parked(run.parked)
    return make_response(redirect(url_for("withheld_tax_pages.withheld", year=year), 303))


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) >= FIRST_YEAR):
        raise NoSuchPage
    return min(int(text), 9998)
