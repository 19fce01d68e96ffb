"""What was agreed in a dispute, carried out from its page: an adjusting entry or a credit note."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, url_for

from i18n.locale import _
from settlement.disputes.values import service
from tenants.web.contracts import requires
from tenants.web.forms import optional_text_sent, say

carrying_out_pages = Blueprint("carrying_out_pages", __name__, url_prefix="/disputes")


@carrying_out_pages.post("/<uuid:dispute_id>/adjustment")
@requires("disputes:write")
def adjust(dispute_id: UUID) -> Response:
    """Book the adjusting entry of an accepted difference."""
    service.adjust(g.session, dispute_id)
    return _carried_out(dispute_id, say(_("The adjusting entry is booked.")))


@carrying_out_pages.post("/<uuid:dispute_id>/credit-note")
@requires("disputes:write")
def credit(dispute_id: UUID) -> Response:
    """Issue the credit note of an accepted dispute, on the line it names or the one chosen."""
    service.credit(g.session, dispute_id, optional_text_sent("line", 100))
    return _carried_out(dispute_id, say(_("The credit note is issued.")))


def _carried_out(dispute_id: UUID, told: str) -> Response:
    flash(told, "done")
    return make_response(redirect(url_for("dispute_pages.dispute", dispute_id=dispute_id), 303))
