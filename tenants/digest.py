"""One canonical digest: the same content gives the same SHA-256, on any machine and in any order.

Values are written as JSON with sorted keys, no blanks and no floats; decimals as plain text
without trailing zeros, instants in UTC, ids and dates in their standard text.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from tenants.decimal_text import decimal_text

# One for all texts: to make it takes as long as to write a short one.
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(value: object) -> str:
    """The one text of a value made of dicts, lists, texts, whole numbers, decimals and dates."""
    return _ENCODER.encode(_plain(value))


def digest(value: object) -> str:
    """SHA-256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def digest_of_rows(rows: Iterable[object]) -> str:
    """SHA-256 over rows in any order: each is digested, the digests are sorted and digested."""
    return digest_of_digests(map(digest, rows))


def digest_of_digests(digests: Iterable[str]) -> str:
    """SHA-256 over rows in any order that are digested already, as `digest` digests them."""
    return digest(sorted(digests))


def sha256_hex(content: bytes) -> str:
    """SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def plain_decimal(number: Decimal) -> str:
    """A decimal without exponent, trailing zeros or a negative zero."""
    assert number.is_finite(), "NaN and Infinity have no digest"
    return decimal_text(number)


def _plain(value: object) -> object:
    write = _FORMS.get(type(value))
    if write is not None:
        return write(value)
    for kind, form in _FORMS.items():
        if isinstance(value, kind):
            return form(value)
    raise TypeError(f"{type(value).__name__} has no canonical form; floats never do")


# What is another kind as well stands before it: an instant is a date.
_FORMS: Final[dict[type, Callable[[Any], object]]] = {
    str: lambda text: text,
    int: lambda number: number,
    type(None): lambda nothing: nothing,
    Decimal: plain_decimal,
    UUID: str,
    dt.datetime: lambda instant: instant.astimezone(dt.UTC).isoformat(),
    dt.date: dt.date.isoformat,
    dict: lambda value: {str(key): _plain(part) for key, part in value.items()},
    list: lambda value: [_plain(part) for part in value],
    tuple: lambda value: [_plain(part) for part in value],
}
