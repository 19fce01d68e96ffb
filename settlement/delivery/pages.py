"""Deliveries as pages: a list to look through, and a button to send again."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from i18n.locale import _
from settlement.delivery import service
from settlement.delivery.delivery import Channel, State
from settlement.delivery.wording import CHANNELS, COLOURS, STATES
from settlement.parties import service as parties
from tenants.web.attachment import attachment
from tenants.web.contracts import requires
from tenants.web.forms import choice_asked, optional_text_sent, own_place, say

delivery_pages = Blueprint(
    "delivery_pages", __name__, url_prefix="/deliveries", template_folder="templates"
)

ROWS = 200
STATES_ASKED = {each.value: each for each in State}
CHANNELS_ASKED = {each.value: each for each in Channel}


@delivery_pages.get("")
@requires("documents:read")
def all_deliveries() -> str:
    """Deliveries of a state or a channel, those that moved last first."""
    state = choice_asked("state", STATES_ASKED)
    channel = choice_asked("channel", CHANNELS_ASKED)
    found = service.deliveries(
        g.session,
        state=STATES_ASKED[state] if state else None,
        channel=CHANNELS_ASKED[channel] if channel else None,
        limit=ROWS,
    )
    return render_template(
        "delivery/deliveries.html",
        deliveries=found,
        names=parties.names(g.session, {each.party_id for each in found}),
        chosen={"state": state, "channel": channel},
        rows=ROWS,
        **words(),
    )


@delivery_pages.get("/<uuid:delivery_id>/receipt")
@requires("documents:read")
def receipt(delivery_id: UUID) -> Response:
    """The receipt of the network that took the document."""
    found = service.receipt_of(g.session, delivery_id)
    return attachment(found.content, found.name, found.media_type)


@delivery_pages.post("/<uuid:delivery_id>/retry")
@requires("documents:issue")
def try_again(delivery_id: UUID) -> Response:
    """Send once more, and go back to where the button was."""
    found = service.try_again(g.session, delivery_id)
    flash(say(_("The delivery of {number} is sent again."), number=found.number), "done")
    where = own_place(optional_text_sent("next")) or url_for("delivery_pages.all_deliveries")
    return make_response(redirect(where, 303))


def words() -> dict[str, object]:
    """What templates that show deliveries need."""
    return {
        "channels": CHANNELS,
        "states": STATES,
        "state_colours": COLOURS,
        "may_retry": g.caller.principal.may("documents:issue"),
    }
