"""Own choices as a page of the portal: how invoices come, and what comes with them."""

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from i18n.locale import _
from settlement.billing.invoice_choice import InvoiceChoice, Way, groups_from_text
from settlement.billing.invoice_lines import SERVICES
from settlement.billing.splitting.pages import CYCLES, WAYS
from settlement.delivery.choice import ENCLOSED
from settlement.delivery.delivery import Channel
from settlement.delivery.own_choices import service
from settlement.delivery.wording import CHANNELS
from settlement.periods import service as periods
from tenants.web.contracts import requires
from tenants.web.forms import (
    NoSuchPage,
    day_sent,
    optional_text_sent,
    own_party,
    say,
    text_sent,
)

own_choice_pages = Blueprint(
    "own_choice_pages", __name__, url_prefix="/own/choices", template_folder="templates"
)

CHANNELS_SENT = {each.value: each for each in Channel}


@own_choice_pages.get("")
@requires("own-invoices:read")
def choices() -> str:
    """What was chosen, with forms for what the reader may choose."""
    return render_template(
        "own_choices/choices.html",
        own=service.own_choices(g.session, own_party()),
        ways=WAYS,
        cycles=CYCLES,
        services=SERVICES,
        channels=CHANNELS,
        enclosed=ENCLOSED,
        today=periods.today(g.session),
    )


@own_choice_pages.post("/invoices")
@requires("own-invoices:choose")
def choose_invoices() -> Response:
    """Choose one invoice or several from a day on."""
    way = text_sent("invoices", 20)
    if way not in WAYS:
        raise NoSuchPage
    choice = InvoiceChoice(Way(way), groups_from_text(optional_text_sent("groups")))
    service.choose_invoices(g.session, own_party(), choice, day_sent("valid_from"))
    flash(say(_("Invoices follow this choice from its day on.")), "done")
    return _back()


@own_choice_pages.post("/usage")
@requires("own-invoices:choose")
def choose_usage() -> Response:
    """Choose what comes by one channel."""
    channel = CHANNELS_SENT.get(text_sent("channel", 20))
    if channel is None:
        raise NoSuchPage
    form, whole = optional_text_sent("usage_form", 10), optional_text_sent("usage_whole", 3)
    service.choose_usage(g.session, own_party(), channel, form, whole=whole == "yes")
    flash(say(_("The choice is kept.")), "done")
    return _back()


def _back() -> Response:
    return make_response(redirect(url_for(".choices"), 303))
