"""Suspense as pages: what waits and why, one record with its text, repair, recycle."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from i18n.locale import _
from mediation import service as mediation
from mediation.recycling import service as recycling
from mediation.suspense import service as suspense
from mediation.suspense.wording import FIELDS, STAGES, STATUSES, said
from tenants.web.contracts import requires
from tenants.web.forms import choice_asked, optional_text_sent, say, text_asked, text_sent
from tenants.web.paging import page_of, place_of

suspense_pages = Blueprint(
    "suspense_pages", __name__, url_prefix="/suspense", template_folder="templates"
)

ROWS = 50
LONGEST_CELL = 256


@suspense_pages.get("")
@requires("suspense:read")
def waiting() -> str:
    """Counts by reason, and the records that wait, the earliest first."""
    stage, reason = choice_asked("stage", STAGES), text_asked("reason", 100)
    place = place_of(text_asked("starting_after"), 1)
    rows = suspense.open_suspense(
        g.session,
        stage=stage,
        reason=reason,
        after=None if place is None else suspense.id_from(place[0]),
        limit=ROWS + 1,
    )
    return render_template(
        "suspense/waiting.html",
        page=page_of(rows, ROWS, lambda record: [str(record.id)]),
        counts=suspense.open_counts(g.session),
        stage=stage,
        reason=reason,
        **_words(),
    )


@suspense_pages.get("/<uuid:record_id>")
@requires("suspense:read")
def record(record_id: UUID) -> str:
    """One record: its text as it came, its cells, and what can be done."""
    found = suspense.the_record(g.session, record_id)
    return render_template(
        "suspense/record.html",
        record=found,
        batch=mediation.the_batch(g.session, found.batch_id),
        fields=FIELDS,
        **_words(),
    )


@suspense_pages.post("/<uuid:record_id>/repair")
@requires("suspense:write")
def repair(record_id: UUID) -> Response:
    """Change the cells that differ from what is kept, and send the record on."""
    found = suspense.the_record(g.session, record_id)
    sent = {name: optional_text_sent(name, LONGEST_CELL) for name in FIELDS}
    changes = {
        name: text or None for name, text in sent.items() if text != found.fields.get(name, "")
    }
    suspense.repair(g.session, record_id, changes, text_sent("reason"))
    recycling.recycle(g.session, [record_id])
    after = suspense.the_record(g.session, record_id)
    if after.status == "open":
        words = say(
            _("The record is kept as changed, but waits on: {reason}."),
            reason=say(said(after.reason)),
        )
        flash(words, "refused")
        return _to_record(record_id)
    flash(say(_("The record has left suspense.")), "done")
    return _to_list()


@suspense_pages.post("/recycling")
@requires("suspense:write")
def recycle() -> Response:
    """Send all waiting records through again, for example after a tariff was added."""
    left, still = recycling.recycle(g.session)
    told = say(
        _("Sent through again: {left} left suspense, {still} wait on."),
        left=len(left),
        still=len(still),
    )
    flash(told, "done")
    return _to_list()


def _words() -> dict[str, Any]:
    return {"stages": STAGES, "statuses": STATUSES, "said": said}


def _to_list() -> Response:
    return make_response(redirect(url_for("suspense_pages.waiting"), 303))


def _to_record(record_id: UUID) -> Response:
    return make_response(redirect(url_for("suspense_pages.record", record_id=record_id), 303))
