"""JSON as strictly as money needs it.

The standard reader takes NaN, lets the last of two equal keys win, and turns 0.10 into a binary
float. Here a number with a point is a `Decimal`, and what has two readings is refused: NaN and
Infinity, duplicate keys, NUL and lone surrogates in texts, numbers of absurd length, and documents
too deep or too large to have been written in good faith.
"""

import json
import re
from decimal import Decimal
from typing import Any

from i18n.errors import Invalid
from i18n.locale import Words, _

LARGEST_BYTES = 8 * 1024 * 1024
DEEPEST = 32
MOST_VALUES = 500_000
LONGEST_NUMBER = 40
# A text that does not end is one too: the brackets in it are no brackets.
TEXTS_AND_BRACKETS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
HALF_A_PAIR = re.compile("[\ud800-\udfff]")


class BadJson(Invalid):
    """The body is not usable JSON: {reason}. Correct it and send it again."""


def loads(text: str | bytes) -> Any:
    """The value of a JSON text, or a refusal that says what is wrong with it."""
    if len(text) > LARGEST_BYTES:
        raise BadJson(reason=Words(_("it has more than {most} bytes"), most=LARGEST_BYTES))
    try:
        decoded = text.decode("utf-8") if isinstance(text, bytes) else text
        _require_shallow(decoded)
        value = json.loads(
            decoded,
            parse_float=_decimal,
            parse_int=_whole,
            parse_constant=_constant,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError:
        raise BadJson(reason=Words(_("it is not UTF-8"))) from None
    except json.JSONDecodeError as wrong:
        reason = Words(
            _("{said} at line {line}, column {column}"),
            said=wrong.msg,
            line=wrong.lineno,
            column=wrong.colno,
        )
        raise BadJson(reason=reason) from None
    _require_clean(value)
    return value


def _require_shallow(text: str) -> None:
    """Count brackets before parsing, since the parser itself would run out of stack."""
    depth = 0
    for found in TEXTS_AND_BRACKETS.finditer(text):
        mark = found[0]
        if mark in "[{":
            depth += 1
            if depth > DEEPEST:
                raise BadJson(
                    reason=Words(_("it is nested deeper than {most} levels"), most=DEEPEST)
                )
        elif mark in "]}":
            depth -= 1


def _decimal(digits: str) -> Decimal:
    if len(digits) > LONGEST_NUMBER or "e" in digits or "E" in digits:
        raise BadJson(
            reason=Words(
                _("the number {digits} is not written plainly"), digits=digits[:LONGEST_NUMBER]
            )
        )
    return Decimal(digits)


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise BadJson(
            reason=Words(_("the number {digits} is too long"), digits=digits[:LONGEST_NUMBER])
        )
    return int(digits)


def _constant(name: str) -> Any:
    raise BadJson(reason=Words(_("{name} is not a number"), name=name))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(key for key, _ in pairs if sum(key == other for other, _ in pairs) > 1)
        raise BadJson(reason=Words(_("the key {twice} stands twice in one object"), twice=twice))
    return found


def _require_clean(value: Any) -> None:
    waiting = [value]
    seen = 0
    while waiting:
        part = waiting.pop()
        seen += 1
        if seen > MOST_VALUES:
            raise BadJson(reason=Words(_("it holds more than {most} values"), most=MOST_VALUES))
        match part:
            case str():
                _require_clean_text(part)
            case dict():
                waiting += [*part.keys(), *part.values()]
            case list():
                waiting += part


def _require_clean_text(text: str) -> None:
    if "\0" in text:
        raise BadJson(reason=Words(_("a text holds a NUL character")))
    if not text.isascii() and HALF_A_PAIR.search(text):
        raise BadJson(reason=Words(_("a text holds half a surrogate pair")))
