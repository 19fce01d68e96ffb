"""What a body says, read part by part; what is missing or of the wrong kind is named."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from i18n.errors import Invalid
from i18n.locale import Words, _

Body = Mapping[str, Any]


class BodyUnusable(Invalid):
    """The body cannot be used: {what} is {value}. Take what a GET of the same kind shows as the
    pattern.
    """


def parts(body: Body, name: str) -> Sequence[Body]:
    """A list of objects. Raises BodyUnusable."""
    found = body.get(name)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise BodyUnusable(what=name, value=Words(_("no list of objects")))
    return found


def part(body: Body, name: str) -> Body:
    """An object. Raises BodyUnusable."""
    found = body.get(name)
    if not isinstance(found, dict):
        raise BodyUnusable(what=name, value=Words(_("no object")))
    return found


def text(body: Body, name: str) -> str:
    """A text that is not empty. Raises BodyUnusable."""
    found = body.get(name)
    if not isinstance(found, str) or not found:
        raise BodyUnusable(what=name, value=Words(_("no text")))
    return found


def identity(body: Body, name: str) -> UUID:
    """An id as we give them. Raises BodyUnusable."""
    try:
        return UUID(text(body, name))
    except ValueError:
        raise BodyUnusable(what=name, value=repr(body[name])[:60]) from None


def day(written: str) -> date:
    """A day as YYYY-MM-DD. Raises BodyUnusable."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise BodyUnusable(what=Words(_("a day")), value=repr(written)[:60]) from None


def value(written: str) -> Any:
    """What a text says as JSON, amounts exact. Raises BodyUnusable."""
    try:
        return json.loads(written, parse_float=Decimal)
    except ValueError:
        raise BodyUnusable(what="value", value=written[:80]) from None


def written(found: object) -> str:
    """A value as JSON, the same for the same value."""
    return json.dumps(found, ensure_ascii=False, sort_keys=True)
