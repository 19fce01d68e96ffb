"""The audit trail over HTTP, for administrators."""

import datetime as dt
from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from tenants.audit import service
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires
from tenants.web.paging import BadCursor, PageQuery, page_of, page_schema, place_of

audit = Blueprint("audit", __name__, url_prefix="/audit", description="Who changed what.")


class ChangeSchema(Schema):
    """One change of one row."""

    id = fields.UUID()
    at = fields.AwareDateTime()
    principal = fields.String()
    reason = fields.String()
    object = fields.String()
    object_id = fields.String()
    action = fields.String()
    before = fields.Dict(allow_none=True)
    after = fields.Dict(allow_none=True)


class TrailQuery(PageQuery):
    """Which changes: of one kind of object, of one object, or all."""

    object = fields.String(load_default=None, validate=validate.Length(max=100))
    object_id = fields.String(load_default=None, validate=validate.Length(max=100))


@audit.get("")
@requires("audit:read")
@audit.response(200, page_schema(ChangeSchema))
@audit.arguments(TrailQuery, location="query")
def trail(query: dict[str, Any]) -> dict[str, Any]:
    """Changes, the latest first."""
    changes = service.trail(
        g.session,
        object=query["object"],
        object_id=query["object_id"],
        before=_place(query["starting_after"]),
        limit=query["limit"] + 1,
    )
    return page_of(changes, query["limit"], lambda change: [change.at.isoformat(), str(change.id)])


def _place(cursor: str | None) -> tuple[dt.datetime, UUID] | None:
    parts = place_of(cursor, 2)
    if parts is None:
        return None
    try:
        return dt.datetime.fromisoformat(parts[0]), UUID(parts[1])
    except ValueError:
        raise BadCursor from None
