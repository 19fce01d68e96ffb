"""The listing for the one stop shop as a page and as CSV."""

import datetime as dt

from flask import Blueprint, Response, g, render_template

from settlement.insight.oss import service
from settlement.insight.oss.oss import Quarter, listing_csv, quarter, quarter_of
from settlement.periods import service as periods
from settlement.taxation.places import service as places
from statements.filing import CSV
from tenants.web.attachment import attachment
from tenants.web.contracts import requires
from tenants.web.forms import text_asked

oss_pages = Blueprint("oss_pages", __name__, url_prefix="/oss", template_folder="templates")

ONE_DAY = dt.timedelta(days=1)
SHOWN = 8


@oss_pages.get("")
@requires("documents:read")
def owed_abroad() -> str:
    """What is owed to other member states, by country and rate, for this quarter or another."""
    this, asked = quarter_of(periods.today(g.session)), _asked()
    choices = [this]
    while len(choices) < SHOWN:
        choices.append(quarter_of(choices[-1].span.starts_on - ONE_DAY))
    return render_template(
        "oss/oss.html",
        quarter=asked,
        quarters=[each.code for each in choices],
        owed=service.owed_abroad(g.session, asked),
        bound=service.bound(g.session),
        needs_two=places.known(g.session).needs_two,
    )


@oss_pages.get("/csv")
@requires("documents:read")
def owed_abroad_csv() -> Response:
    """Each document behind the listing of a quarter."""
    asked = _asked()
    content = listing_csv(asked.code, service.owed_abroad(g.session, asked))
    return attachment(content, f"oss-{asked.code}.csv", CSV)


def _asked() -> Quarter:
    code = text_asked("quarter", 7)
    return quarter(code) if code else quarter_of(periods.today(g.session))
