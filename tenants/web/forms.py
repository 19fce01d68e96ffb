"""What a page's form or address line says, read as strictly as the JSON of a program.

A browser sends what it likes: fields that are missing, too long, or hold a NUL that no column
takes. Each is refused by name here, so views and services see usable text only.
"""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from flask import g, request
from werkzeug.datastructures import MultiDict

from i18n.errors import Invalid, NotFound
from i18n.locale import _, translator
from tenants.principal import NotAllowed
from tenants.web.problems import reader_language

LONGEST = 500

FIELD_TITLES = {
    "agreement": _("Agreement"),
    "amount": _("Amount"),
    "country": _("Country"),
    "currency": _("Currency"),
    "declaration": _("XML or CSV file"),
    "invoice": _("Invoice"),
    "kind": _("Kind"),
    "line": _("Line"),
    "name": _("Name"),
    "number": _("Number"),
    "party": _("Party"),
    "prefix": _("Prefix"),
    "rate": _("Rate"),
    "reason": _("Reason"),
    "request_identifier": _("Identifier of the request"),
    "seconds": _("Seconds of a call"),
    "service": _("Service"),
    "source": _("Source"),
    "valid_from": _("Valid from"),
    "valid_on": _("Day"),
    "why": _("Why"),
    "year": _("Year"),
}
"""What the pages call the fields of their forms; any other goes by its own name."""

Value = TypeVar("Value")


class FieldMissing(Invalid):
    """The field "{field}" is empty. Fill it in and send the form again."""


class FieldUnusable(Invalid):
    """The field "{field}" is too long or holds characters that cannot be kept. Shorten it to {longest} printable ones."""  # noqa: E501 - one message.


class DayUnreadable(Invalid):
    """{field}: {text} is not a day. Write it like 2026-10-31."""


class FigureUnreadable(Invalid):
    """{field}: {text} is not a number. Write it like 180 or 0.25."""


class NoSuchPage(NotFound):
    """There is nothing at this address."""


def text_sent(field: str, longest: int = LONGEST) -> str:
    """The text of a form's field, trimmed; an empty one is refused."""
    text = optional_text_sent(field, longest)
    if not text:
        raise FieldMissing(field=field_title(field))
    return text


def optional_text_sent(field: str, longest: int = LONGEST) -> str:
    """The text of a form's field, trimmed; empty where there is none."""
    return _usable(request.form, field, longest)


def text_asked(field: str, longest: int = LONGEST) -> str | None:
    """A part of the address line; None where it is missing or empty."""
    return _usable(request.args, field, longest) or None


def optional_day_sent(field: str) -> date | None:
    """The day of a form's field, as a browser writes it; None where it is empty."""
    text = optional_text_sent(field, 10)
    return _day(field, text) if text else None


def day_asked(field: str) -> date | None:
    """A day in the address line; None where it is missing or empty."""
    text = text_asked(field, 10)
    return _day(field, text) if text else None


def choice_asked(field: str, choices: Mapping[str, Value]) -> str | None:
    """A part of the address line that is one of these words; None where it is missing."""
    text = text_asked(field)
    if text is not None and text not in choices:
        raise NoSuchPage
    return text


def id_asked(field: str) -> UUID | None:
    """An id in the address line; None where it is missing."""
    text = text_asked(field)
    return _id(text) if text else None


def id_sent(field: str) -> UUID:
    """The id that a form's field names."""
    return _id(text_sent(field))


def own_party() -> UUID:
    """The party a portal user belongs to. Raises NotAllowed for everybody else."""
    principal = g.caller.principal
    if principal.party_id is None:
        raise NotAllowed(role=principal.role.value, right="own")
    party: UUID = principal.party_id
    return party


def field_title(field: str) -> str:
    """What a form calls this field, in the reader's language."""
    return translator(reader_language())(FIELD_TITLES.get(field, field))


def say(message: str, **fields: object) -> str:
    """A message in the reader's language, for views that tell what they did."""
    return translator(reader_language())(message, **fields)


def own_place(address: str | None) -> str | None:
    """The path and query of an address on this site; None for any other, or none at all."""
    if not address or "\\" in address or not address.isprintable():
        return None
    parts = urlsplit(address)
    is_ours = parts.netloc in ("", request.host) and parts.scheme in ("", "http", "https")
    if not is_ours or not parts.path.startswith("/") or parts.path.startswith("//"):
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NoSuchPage from None


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DayUnreadable(field=field_title(field), text=text) from None


def _usable(fields: MultiDict[str, str], field: str, longest: int) -> str:
    text = fields.get(field, "").strip()
    if len(text) > longest or "\0" in text:
        raise FieldUnusable(field=field_title(field), longest=longest)
    return text
