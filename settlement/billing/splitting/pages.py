"""How a customer is invoiced, as a page: what it chose, and a form for a choice from a day on."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from i18n.formats import month_names
from i18n.locale import _
from settlement.billing.billing_cycle import BillingCycle
from settlement.billing.invoice_choice import InvoiceChoice, Way, groups_from_text
from settlement.billing.invoice_lines import SERVICES
from settlement.billing.splitting import service
from settlement.parties import service as parties
from settlement.parties.accounts import service as accounts
from settlement.parties.cycle_day import CALENDAR, LATEST
from settlement.parties.cycle_days import service as cycle_days
from settlement.periods import service as periods
from tenants.web.contracts import requires
from tenants.web.forms import NoSuchPage, optional_day_sent, optional_text_sent, say, text_sent
from tenants.web.problems import reader_language

invoicing_pages = Blueprint(
    "invoicing_pages", __name__, url_prefix="/parties", template_folder="templates"
)

WAYS = {
    "one": _("One invoice for everything"),
    "per_service": _("One invoice for each service"),
    "per_contract": _("One invoice for each contract"),
    "groups": _("Own groups of services"),
}
CYCLES = {
    1: _("every month"),
    2: _("every two months"),
    3: _("every quarter"),
    4: _("every four months"),
    6: _("every half-year"),
    12: _("every year"),
}


CYCLE_DAYS = range(CALENDAR, LATEST + 1)


@invoicing_pages.get("/<uuid:party_id>/invoicing")
@requires("parties:read")
def invoicing(party_id: UUID) -> str:
    """What a customer chose, and what it may choose."""
    return render_template(
        "splitting/invoicing.html",
        party=parties.party(g.session, party_id),
        choices=service.choices(g.session, party_id),
        ways=WAYS,
        cycles=CYCLES,
        cycle_days=cycle_days.cycle_days(g.session, party_id),
        days=CYCLE_DAYS,
        month_names=month_names(reader_language()),
        services=SERVICES,
        parents=accounts.parents(g.session, party_id),
        below=accounts.sub_accounts(g.session, party_id, periods.today(g.session)),
        names=_names(party_id),
        may_write=g.caller.principal.may("parties:write"),
    )


@invoicing_pages.post("/<uuid:party_id>/parent")
@requires("parties:write")
def set_parent(party_id: UUID) -> Response:
    """Let another account, by its code, pay from a day on; without one it pays for itself."""
    code, day = optional_text_sent("parent", 200), optional_day_sent("parent_from")
    if day is None:
        raise NoSuchPage
    parent = parties.party_by_code(g.session, code).id if code else None
    accounts.set_parent(g.session, party_id, parent, day)
    flash(say(_("Invoices go to the parent account from its day on.")), "done")
    return make_response(redirect(url_for(".invoicing", party_id=party_id), 303))


@invoicing_pages.post("/<uuid:party_id>/cycle-day")
@requires("parties:write")
def set_cycle_day(party_id: UUID) -> Response:
    """Begin bills on a day of each month, from a date on."""
    chosen, valid_from = text_sent("cycle_day", 2), optional_day_sent("cycle_day_from")
    if chosen not in map(str, CYCLE_DAYS) or valid_from is None:
        raise NoSuchPage
    service.choose_cycle_day(g.session, party_id, int(chosen), valid_from)
    flash(say(_("Bills begin on this day, from its date on.")), "done")
    return make_response(redirect(url_for(".invoicing", party_id=party_id), 303))


@invoicing_pages.post("/<uuid:party_id>/invoicing")
@requires("parties:write")
def choose(party_id: UUID) -> Response:
    """Choose from a day on."""
    way, day = text_sent("invoices", 20), optional_day_sent("valid_from")
    if way not in WAYS or day is None:
        raise NoSuchPage
    groups = groups_from_text(optional_text_sent("groups"))
    months, closes = text_sent("cycle_months", 2), text_sent("cycle_closes", 2)
    if months not in map(str, CYCLES) or closes not in map(str, range(1, 13)):
        raise NoSuchPage
    cycle = BillingCycle(int(months), int(closes))
    service.choose(g.session, party_id, InvoiceChoice(Way(way), groups, cycle), day)
    flash(say(_("Invoices follow this choice from its day on.")), "done")
    return make_response(redirect(url_for(".invoicing", party_id=party_id), 303))


def _names(party_id: UUID) -> dict[UUID, str]:
    """The names of all accounts that were above a party."""
    above = {each.parent_id for each in accounts.parents(g.session, party_id)}
    return parties.names(g.session, {each for each in above if each is not None})
