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
COMPLETE: Final = "pl"


class _Mould(NamedTuple):
    """A message with places: its fixed parts, how much they are, and how a text of it looks."""

    message: str
    parts: tuple[str, ...]
    weight: int
    pattern: re.Pattern[str]


@lru_cache(maxsize=4096)
def retold(text: str, locale: str) -> str:
    """A text that was kept in English, in a language; as it stands where it is not known."""
    language = known_locale(locale)
    if language == DEFAULT or not text:
        return text
    said = _said(text, language)
    if said is None and BETWEEN in text:
        return BETWEEN.join(retold(part, locale) for part in text.split(BETWEEN))
    return text if said is None else said


def is_ours(text: str) -> bool:
    """Whether a text is a message of ours, in English."""
    return _said(text, COMPLETE) is not None


class Kept(Words):
    """A text that was kept in English, as a part of a refusal."""

    def said(self, locale: str) -> str:
        """It in a language, as far as it is known."""
        return retold(self.message, locale)


def _said(text: str, locale: str) -> str | None:
    known = translate(text, locale)
    if known != text:
        return known
    # The message with the most words of its own is meant: others have a place for what it says.
    for mould in _moulds(locale):
        if all(part in text for part in mould.parts):
            found = mould.pattern.fullmatch(text)
            if found:
                return translate(mould.message, locale, **_fields(found, locale))
    return None


def _fields(found: re.Match[str], locale: str) -> dict[str, object]:
    """What fills the places; a phrase among them may be a message itself, a word is a name."""
    return {
        name: retold(value, locale) if " " in value else value
        for name, value in found.groupdict().items()
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
    parts = PLACE.split(message)
    seen: set[str] = set()
    pattern = re.escape(parts[0])
    for place, part in zip(PLACE.findall(message), parts[1:], strict=True):
        name = place[1:-1]
        pattern += f"(?P={name})" if name in seen else f"(?P<{name}>.+?)"
        pattern += re.escape(part)
        seen.add(name)
    fixed = tuple(part for part in parts if part)
    return _Mould(message, fixed, sum(map(len, fixed)), re.compile(pattern, re.DOTALL))
