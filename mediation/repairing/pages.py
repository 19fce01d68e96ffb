"""Repair rules as pages: say what is to be changed, see what it touches, apply it."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from i18n.locale import _
from mediation.repairing import service
from mediation.repairing.rule import Change
from mediation.sources import service as sources
from mediation.suspense.wording import FIELDS, REASONS, said
from tenants.web.contracts import requires
from tenants.web.forms import optional_text_sent, say, text_asked, text_sent

repair_pages = Blueprint(
    "repair_pages", __name__, url_prefix="/suspense/repair-rules", template_folder="templates"
)

LONGEST_CELL = 256


@repair_pages.get("")
@requires("suspense:read")
def rules() -> str:
    """All rules, a form for a new one, and what the one being written would touch."""
    asked = {name: text_asked(name, LONGEST_CELL) or "" for name in (*PARTS, "source")}
    is_whole = bool(asked["reason"] and asked["field"] and asked["target"])
    change = Change(**{name: asked[name] for name in PARTS}) if is_whole else None
    known = sources.all_sources(g.session)
    return render_template(
        "repairing/rules.html",
        rules=service.rules(g.session),
        asked=asked,
        preview=change and service.preview(g.session, change, asked["source"] or None),
        sources={each.source.code: each.name for each in known},
        source_names={each.id: each.name for each in known},
        fields=FIELDS,
        reasons=REASONS,
        said=said,
    )


@repair_pages.post("")
@requires("suspense:write")
def apply() -> Response:
    """Apply a rule, once or from now on."""
    change = Change(**{name: optional_text_sent(name, LONGEST_CELL) for name in PARTS})
    applied = service.apply(
        g.session,
        change,
        text_sent("why"),
        source_code=optional_text_sent("source", 100) or None,
        is_standing=text_sent("applies", 10) == "always",
    )
    told = say(
        _("Records changed: {changed}. {left} left suspense, {waiting} wait on."),
        changed=applied.rule.records,
        left=applied.left,
        waiting=applied.waiting,
    )
    flash(told, "done")
    return _to_rules()


@repair_pages.post("/<uuid:rule_id>/stopping")
@requires("suspense:write")
def stop(rule_id: UUID) -> Response:
    """Let a standing rule rest."""
    service.stop(g.session, rule_id)
    flash(say(_("The rule is stopped. What it repaired stays as it is.")), "done")
    return _to_rules()


PARTS = ("reason", "field", "pattern", "target", "value")


def _to_rules() -> Response:
    return make_response(redirect(url_for("repair_pages.rules"), 303))
