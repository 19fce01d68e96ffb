"""Usage limits that were reached, as a page."""

from flask import Blueprint, g, render_template

from i18n.locale import _
from settlement.rating.limit_alerts import service
from tenants.web.contracts import requires

alert_pages = Blueprint("alert_pages", __name__, url_prefix="/limits", template_folder="templates")

KINDS = {
    "voice": _("Calls"),
    "sms": _("Messages"),
    "data": _("Data"),
    "content": _("Content"),
    "meter": _("Meters"),
}
AT_LIMIT = {"alert": _("Alert"), "stop": _("Stop")}


@alert_pages.get("")
@requires("usage:read")
def reached_limits() -> str:
    """What was reached in the present month, the newest first."""
    month = g.session.now().date().replace(day=1)
    return render_template(
        "limit_alerts/reached.html",
        month=month,
        alerts=service.alerts(g.session, month),
        kinds=KINDS,
        at_limit=AT_LIMIT,
    )
