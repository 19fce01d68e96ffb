"""Numbered resources as pages: how many there are of each state, which, and what became of one."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from i18n.locale import _
from settlement.inventory import service
from settlement.inventory.wording import COLOURS, KINDS, STATES
from tenants.web.contracts import requires
from tenants.web.forms import choice_asked, day_sent, optional_text_sent, say, text_asked, text_sent
from tenants.web.paging import page_of, place_of

inventory_pages = Blueprint(
    "inventory_pages", __name__, url_prefix="/resources", template_folder="templates"
)

ROWS = 50


@inventory_pages.get("")
@requires("resources:read")
def resources() -> str:
    """Counts by kind and state, and the resources of one of them, in the order of their codes."""
    kind, state = choice_asked("kind", KINDS), choice_asked("state", STATES)
    place = place_of(text_asked("starting_after"), 1)
    after = None if place is None else place[0]
    today = service.today(g.session)
    rows = service.resources(g.session, today, kind, state, after, ROWS + 1)
    return render_template(
        "inventory/resources.html",
        page=page_of(rows, ROWS, lambda resource: [resource.code]),
        counts=service.counts(g.session, today),
        ranges=service.ranges(g.session),
        kind=kind,
        state=state,
        kinds=KINDS,
        states=STATES,
        colours=COLOURS,
    )


@inventory_pages.get("/<uuid:resource_id>")
@requires("resources:read")
def resource(resource_id: UUID) -> str:
    """One resource, what became of it, and what can be done."""
    today = service.today(g.session)
    return render_template(
        "inventory/resource.html",
        resource=service.resource(g.session, resource_id, today),
        history=service.history(g.session, resource_id),
        today=today,
        states=STATES,
        colours=COLOURS,
    )


@inventory_pages.post("/<uuid:resource_id>/reservation")
@requires("resources:write")
def reserve(resource_id: UUID) -> Response:
    """Hold it for somebody until a day."""
    due_on = day_sent("due_on")
    held_for, party = text_sent("held_for", 200), optional_text_sent("party", 40) or None
    service.reserve(g.session, resource_id, held_for, service.today(g.session), due_on, party)
    flash(say(_("It is reserved.")), "done")
    return _to(resource_id)


@inventory_pages.post("/<uuid:resource_id>/freeing")
@requires("resources:write")
def free(resource_id: UUID) -> Response:
    """End its reservation or quarantine today."""
    service.free(g.session, resource_id, service.today(g.session))
    flash(say(_("It is free.")), "done")
    return _to(resource_id)


def _to(resource_id: UUID) -> Response:
    return make_response(
        redirect(url_for("inventory_pages.resource", resource_id=resource_id), 303)
    )
