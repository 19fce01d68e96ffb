"""A carrier's own people send a message of the exchange as a file: totals, records, an answer."""

from io import BytesIO
from typing import BinaryIO, cast

from flask import Blueprint, Response, flash, g, make_response, redirect, url_for

from i18n.locale import _
from settlement.disputes.objections import service
from statements.exchange.reading import read_message
from tenants.web.contracts import requires
from tenants.web.forms import file_sent, own_party, say

own_answers = Blueprint("own_answers", __name__, url_prefix="/own/exchange")


@own_answers.post("/messages")
@requires("own-exchange:write")
def send() -> Response:
    """Take in a message of the reader's company, and say whether it is accepted."""
    sent = cast(BinaryIO, file_sent("message").stream)
    answer = service.receive(g.session, own_party(), sent)
    # What they acknowledge is not acknowledged again.
    refused = read_message(BytesIO(answer)).lines if answer else ()
    if refused:
        told = _("The message is refused: {reason}")
        flash(say(told, reason="; ".join(each.reason for each in refused[:5])), "refused")
    else:
        flash(say(_("The message is taken in.")), "done")
    return make_response(redirect(url_for("own_exchange.exchange"), 303))
