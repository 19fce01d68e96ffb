"""Lists over HTTP, a page at a time, by a cursor that only we can read.

A page begins after the sort key of the last row seen, never at an offset, so rows that arrive
meanwhile neither repeat nor hide others.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from marshmallow import Schema, fields, validate

from i18n.errors import Invalid

MOST_ROWS = 200

Row = TypeVar("Row")


class BadCursor(Invalid):
    """The cursor is not one of ours. Begin the list again without it."""


class PageQuery(Schema):
    """The query of every list: `limit` and `starting_after`."""

    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST_ROWS))
    starting_after = fields.String(load_default=None, validate=validate.Length(max=400))


def page_schema(row: type[Schema]) -> type[Schema]:
    """The schema of one page of these rows."""
    name = f"{row.__name__.removesuffix('Schema')}Page"
    return type(
        name,
        (Schema,),
        {
            "data": fields.List(fields.Nested(row)),
            "has_more": fields.Boolean(),
            "next_cursor": fields.String(allow_none=True),
        },
    )


def page_of(
    rows: Sequence[Row], limit: int, sort_key: Callable[[Row], Sequence[str]]
) -> dict[str, Any]:
    """One page out of at most `limit + 1` rows; the extra row only says that there are more."""
    shown = rows[:limit]
    has_more = len(rows) > limit
    next_cursor = cursor(sort_key(shown[-1])) if has_more else None
    return {"data": shown, "has_more": has_more, "next_cursor": next_cursor}


def cursor(sort_key: Sequence[str]) -> str:
    """The text that stands for a place in a list."""
    text = json.dumps(list(sort_key), separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place_of(text: str | None, parts: int) -> list[str] | None:
    """The sort key a cursor stands for, `parts` texts; None at the beginning of a list."""
    if text is None:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        found = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        raise BadCursor from None
    is_key = isinstance(found, list) and all(isinstance(part, str) for part in found)
    if not is_key or len(found) != parts:
        raise BadCursor
    return list(found)


def id_in(part: str) -> UUID:
    """A part of a sort key as the id it is. Raises BadCursor."""
    try:
        return UUID(part)
    except ValueError:
        raise BadCursor from None
