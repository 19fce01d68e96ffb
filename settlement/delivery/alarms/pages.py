"""Who is told of alarms by e-mail, as a page, with what was told last."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from i18n.locale import LOCALES, _
from settlement.delivery.alarms import service
from settlement.delivery.alarms.alarm import Kind, MailState
from settlement.delivery.alarms.wording import alarm_text
from settlement.delivery.choice import ADDRESS_LONGEST
from tenants.web.contracts import requires
from tenants.web.forms import say, text_sent
from tenants.web.problems import reader_language

alarm_pages = Blueprint("alarm_pages", __name__, url_prefix="/alarms", template_folder="templates")

TITLES: Final[Mapping[Kind, str]] = {
    Kind.CREDIT_LIMIT: _("Credit limits of carriers"),
    Kind.GUARANTEE_ENDS: _("Guarantees for carriers that run out"),
    Kind.MISSING_FILE: _("Missing files"),
    Kind.DEFAULT_RATE: _("Calls without a number above the agreed share"),
    Kind.FAILED_RUN: _("Jobs that failed"),
    Kind.SILENT_SOURCE: _("Sources of which files are overdue"),
}
STATES: Final[Mapping[MailState, str]] = {
    MailState.WAITING: _("Waiting"),
    MailState.SENDING: _("Being sent, or cut off meanwhile"),
    MailState.SENT: _("Sent"),
    MailState.GIVEN_UP: _("Given up"),
}


@alarm_pages.get("")
@requires("runs:read")
def alarms() -> str:
    """Recipients, a form that names one, and the alarms that were told last."""
    return render_template(
        "alarms/alarms.html",
        recipients=service.recipients(g.session),
        mails=service.mails(g.session),
        states=STATES,
        alarm_text=alarm_text,
        language=reader_language(),
        written_in=LOCALES,
        titles=TITLES,
        may_write=g.caller.principal.may("people:write"),
    )


@alarm_pages.post("")
@requires("people:write")
def name_recipient() -> Response:
    """Tell an address of what is raised from now on, of the kinds that are ticked."""
    email, language = text_sent("email", ADDRESS_LONGEST), text_sent("language", 2)
    ticked = [kind for kind in Kind if kind in request.form.getlist("kinds")]
    service.name_recipient(g.session, email, language, ticked)
    flash(say(_("The address is told of what is raised from now on.")), "done")
    return make_response(redirect(url_for(".alarms"), 303))


@alarm_pages.post("/<uuid:alarm_recipient_id>/removal")
@requires("people:write")
def drop_recipient(alarm_recipient_id: UUID) -> Response:
    """Tell an address no more."""
    service.drop_recipient(g.session, alarm_recipient_id)
    flash(say(_("The address is told no more.")), "done")
    return make_response(redirect(url_for(".alarms"), 303))
