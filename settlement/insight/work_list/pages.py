"""The work list of suspense as a page: reason, records, estimated value, how it was estimated."""

from flask import Blueprint, g, render_template

from currencies.money import money
from i18n.locale import _
from mediation.scheduling import service as scheduling
from mediation.suspense.wording import STAGES, said
from settlement.insight.oss import service as oss
from settlement.insight.work_list import service
from tenants.web.contracts import requires

work_list_pages = Blueprint(
    "work_list_pages", __name__, url_prefix="/work-list", template_folder="templates"
)

LIKENESSES = {
    "country": _("same source, kind and country called"),
    "kind": _("same source and kind"),
    "any": _("same kind, any source"),
}


@work_list_pages.get("")
@requires("suspense:read")
def work_list() -> str:
    """What waits by reason, the most records first; and what the reader may see that is late."""
    principal = g.caller.principal
    sees_usage = principal.may("usage:read")
    sees_disputes, sees_credit = principal.may("disputes:read"), principal.may("interconnect:read")
    return render_template(
        "work_list/work_list.html",
        work=service.suspense_work_list(g.session),
        late=service.late_disputes(g.session) if sees_disputes else None,
        bound=oss.bound_to_watch(g.session) if principal.may("documents:read") else None,
        credit=service.credit_reached(g.session) if sees_credit else [],
        silent=scheduling.silent_sources(g.session) if sees_usage else {},
        ending=service.guarantees_running_out(g.session) if sees_credit else [],
        as_money=money,
        stages=STAGES,
        likenesses=LIKENESSES,
        said=said,
    )
