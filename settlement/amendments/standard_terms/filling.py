"""Fill the places of standard terms.

A place is a name in braces, in any text of the terms. A text that is nothing but a place becomes
what it is filled with, a whole number too; within a text only texts are put.

    {rate = "{rate}", notice_days = "{days}"}  filled by rate "0.70", days 30
    {rate = "0.70",   notice_days = 30}
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from i18n.errors import Invalid

PLACE: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")
# Terms that are whole numbers say so in their names: notice_days, clawback_months, seconds.
WHOLE: Final = re.compile(r"(?:\w+_)?(?:days|months|seconds)")


class PlaceLeftOpen(Invalid):
    """Standard terms {name} leave open: {places}. Say what stands there."""


class NoSuchPlace(Invalid):
    """Standard terms {name} have no place {places}. Their places are: {known}."""


class PlaceWithinText(Invalid):
    """Place {place} of standard terms {name} stands within a text. Fill it with a text."""


def places_of(terms: object) -> list[str]:
    """The names of all places, in order, each once."""
    return sorted({name for text in _texts(terms) for name in PLACE.findall(text)})


def whole_places_of(terms: object, key: str = "") -> set[str]:
    """The names of the places that stand alone where terms have a whole number."""
    if isinstance(terms, Mapping):
        return {place for name, each in terms.items() for place in whole_places_of(each, name)}
    if isinstance(terms, list):
        return {place for each in terms for place in whole_places_of(each)}
    alone = PLACE.fullmatch(terms) if isinstance(terms, str) else None
    return {alone[1]} if alone and WHOLE.fullmatch(key) else set()


def filled(name: str, terms: Mapping[str, Any], said: Mapping[str, str | int]) -> dict[str, Any]:
    """The terms with every place filled. Raises PlaceLeftOpen, NoSuchPlace, PlaceWithinText."""
    known = places_of(terms)
    if unknown := sorted(said.keys() - set(known)):
        raise NoSuchPlace(name=name, places=", ".join(unknown), known=", ".join(known))
    if missing := [place for place in known if place not in said]:
        raise PlaceLeftOpen(name=name, places=", ".join(missing))
    return {key: _filled(name, value, said) for key, value in terms.items()}


def _filled(name: str, value: Any, said: Mapping[str, str | int]) -> Any:
    if isinstance(value, Mapping):
        return {key: _filled(name, each, said) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(name, each, said) for each in value]
    if not isinstance(value, str):
        return value
    whole = PLACE.fullmatch(value)
    if whole is not None:
        return said[whole[1]]
    return PLACE.sub(lambda found: _text(name, found[1], said), value)


def _text(name: str, place: str, said: Mapping[str, str | int]) -> str:
    text = said[place]
    if not isinstance(text, str):
        raise PlaceWithinText(name=name, place=place)
    return text


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
