"""Reasons that were kept as English text, said in the language of who reads them later.

Why a bill was parked or a job failed is kept as a text, in English, whoever will read it. Here the
text is put back to the message it was made from and to what filled the message's places, and is
said again in the reader's language. What is no message of ours stays as it is.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final, NamedTuple

from i18n.locale import DEFAULT, Words, known_locale, messages_of, translate

PLACE: Final = re.compile(r"\{\w+\}")
SAYS_SOMETHING: Final = re.compile(r"[A-Za-z]{2,}\W+[A-Za-z]{2,}|[A-Za-z]{4,}")
BETWEEN: Final = "; "
# A language that has all messages, as a test holds: what it knows is a message of ours.
COMPLETE: Final = "pl"
# A message of fewer letters than this is found in many a text that nobody made from it.
SHORT: Final = 20
# What a short message quotes or explains, may be anything.
EXPLAINS: Final = (": ", '"')
# A refusal may stand in a refusal, and that in what refused a whole; nobody means more.
DEEPEST: Final = 4


class _Mould(NamedTuple):
    """A message with places: their names, what stands around them, and how much that is."""

    message: str
    names: tuple[str, ...]
    parts: tuple[str, ...]
    weight: int


def retold(text: str, locale: str) -> str:
    """A text that was kept in English, in a language; as it stands where it is not known."""
    return _retold(text, known_locale(locale), DEEPEST)


@lru_cache(maxsize=4096)
def _retold(text: str, language: str, deepest: int) -> str:
    if language == DEFAULT or not text or not deepest:
        return text
    said = _said(text, language, deepest)
    if said is None and BETWEEN in text:
        parts = text.split(BETWEEN)
        return BETWEEN.join(_retold(part, language, deepest - 1) for part in parts)
    return text if said is None else said


def is_ours(text: str) -> bool:
    """Whether a text is a message of ours, in English."""
    return _said(text, COMPLETE, DEEPEST) is not None


class Kept(Words):
    """A text that was kept in English, as a part of a refusal."""

    def said(self, locale: str) -> str:
        """It in a language, as far as it is known."""
        return retold(self.message, locale)


def _said(text: str, language: str, deepest: int) -> str | None:
    known = translate(text, language)
    if known != text:
        return known
    # The message with the most words of its own is meant: others have a place for what it says.
    for mould in _moulds(language):
        found = _places(mould, text)
        if found is not None:
            return translate(mould.message, language, **_fields(found, language, deepest - 1))
    return None


def _places(mould: _Mould, text: str) -> dict[str, str] | None:
    """What of a text stands in the places of a message; None where it is not made of it.

    Each part of the message is taken where it comes first and never looked for again: a pattern
    that goes back would take minutes over a text that somebody made for it. What fills a short
    message is one word, or explained.
    """
    first, *between, last = mould.parts
    if not (text.startswith(first) and text.endswith(last)):
        return None
    at, end = len(first), len(text) - len(last)
    found: dict[str, str] = {}
    for name, before, part in zip(mould.names, mould.parts[:-1], [*between, None], strict=True):
        until = end if part is None else text.find(part, at + 1, end)
        value = text[at:until]
        if until <= at or found.setdefault(name, value) != value:
            return None
        if mould.weight < SHORT and " " in value and not before.endswith(EXPLAINS):
            return None
        at = until + len(part or "")
    return found


def _fields(found: dict[str, str], language: str, deepest: int) -> dict[str, object]:
    """What fills the places; a phrase among them may be a message itself, a word is a name."""
    return {
        name: _retold(value, language, deepest) if " " in value else value
        for name, value in found.items()
    }


@cache
def _moulds(locale: str) -> tuple[_Mould, ...]:
    moulds = map(_mould, _with_places(locale))
    return tuple(sorted(moulds, key=lambda mould: (-mould.weight, mould.message)))


def _with_places(locale: str) -> Iterator[str]:
    for message in messages_of(locale):
        if PLACE.search(message) and SAYS_SOMETHING.search(PLACE.sub(" ", message)):
            yield message


def _mould(message: str) -> _Mould:
    parts = tuple(PLACE.split(message))
    names = tuple(place[1:-1] for place in PLACE.findall(message))
    return _Mould(message, names, parts, sum(map(len, parts)))
