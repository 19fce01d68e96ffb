"""The audit trail as a page: who changed what, when and why."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from flask import Blueprint, g, render_template

from i18n.locale import _
from tenants.audit import service
from tenants.audit.service import Change
from tenants.web.contracts import requires
from tenants.web.forms import text_asked
from tenants.web.paging import BadCursor, page_of, place_of

audit_pages = Blueprint("audit_pages", __name__, url_prefix="/audit", template_folder="templates")

ROWS = 50
ACTIONS = {"insert": _("added"), "update": _("changed"), "delete": _("removed")}
LONGEST_VALUE = 120


class Difference(NamedTuple):
    """A column that a change touched, as it was and as it became."""

    column: str
    before: str
    after: str


@audit_pages.get("")
@requires("audit:read")
def trail() -> str:
    """Changes, the latest first, of one kind of object or of one object."""
    changes = service.trail(
        g.session,
        object=text_asked("object", 100),
        object_id=text_asked("object_id", 100),
        before=_place(text_asked("starting_after")),
        limit=ROWS + 1,
    )
    page = page_of(changes, ROWS, lambda change: [change.at.isoformat(), str(change.id)])
    return render_template(
        "audit/trail.html",
        page=page,
        differences={change.id: differences(change) for change in page["data"]},
        object=text_asked("object", 100),
        object_id=text_asked("object_id", 100),
        actions=ACTIONS,
    )


def differences(change: Change) -> list[Difference]:
    """The columns in which the row before and the row after differ."""
    before, after = change.before or {}, change.after or {}
    return [
        Difference(column, _shown(before, column), _shown(after, column))
        for column in sorted({*before, *after} - {"tenant_id", "id"})
        if before.get(column) != after.get(column)
    ]


def _shown(row: Mapping[str, Any], column: str) -> str:
    text = "" if row.get(column) is None else str(row[column])
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _place(cursor: str | None) -> tuple[dt.datetime, UUID] | None:
    parts = place_of(cursor, 2)
    if parts is None:
        return None
    try:
        return dt.datetime.fromisoformat(parts[0]), UUID(parts[1])
    except ValueError:
        raise BadCursor from None
