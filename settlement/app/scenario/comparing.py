"""Compare what came out of a story with what was expected; look single figures up by their path.

A path is read from left to right: names and numbers apart by `/`, and a choice in brackets of the
one entry of a list that has these values; `#` counts a list.

    documents[kind=invoice, party=anna]/gross     charges/#     steps/2/unbillable
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from i18n.errors import Invalid

_PART = re.compile(r"(?:^|/)([^/\[\]]+)|\[([^\[\]]+)\]")


class PathUnreadable(Invalid):
    """The path {path} cannot be read at {part}. Write it like charges[party=anna]/amount."""


class Difference(NamedTuple):
    """A figure that is not what was expected."""

    path: str
    expected: str
    found: str


def figures_missed(expected: Mapping[str, Any], told: Mapping[str, Any]) -> list[Difference]:
    """The expected figures that did not come out. Raises PathUnreadable."""
    missed = []
    for path, wanted in expected.items():
        found = look_up(told, path)
        if found != wanted:
            missed.append(Difference(path, _shown(wanted), _shown(found)))
    return missed


def look_up(told: Any, path: str) -> Any:
    """The value at a path, or a text in angle brackets that says why there is none.

    Raises PathUnreadable.
    """
    value = told
    for part in _parts(path):
        value = _chosen(value, part) if isinstance(part, dict) else _inside(value, part)
        if isinstance(value, _Nothing):
            return value.why
    return value


def lines_apart(expected: str, found: str) -> list[str]:
    """A readable difference of two texts, line by line; empty where they are equal."""
    apart = difflib.unified_diff(
        expected.splitlines(), found.splitlines(), "expected", "found", lineterm="", n=4
    )
    return list(apart)


class _Nothing(NamedTuple):
    why: str


def _parts(path: str) -> Iterator[str | dict[str, str]]:
    place = 0
    while place < len(path):
        found = _PART.match(path, place)
        if found is None:
            raise PathUnreadable(path=path, part=path[place:])
        place = found.end()
        if found[1] is not None:
            yield found[1]
        else:
            pairs = [pair.partition("=") for pair in found[2].split(",")]
            if not all(equals for _, equals, _ in pairs):
                raise PathUnreadable(path=path, part=found[0])
            yield {name.strip(): value.strip() for name, _, value in pairs}


def _inside(value: Any, part: str) -> Any:
    if isinstance(value, Mapping):
        return value[part] if part in value else _Nothing(f"<no {part}; there is {_names(value)}>")
    if isinstance(value, list) and part == "#":
        return len(value)
    if isinstance(value, list) and part.isdecimal():
        return value[int(part)] if int(part) < len(value) else _Nothing(f"<only {len(value)}>")
    return _Nothing(f"<{part} of {type(value).__name__}>")


def _chosen(value: Any, wanted: Mapping[str, str]) -> Any:
    if not isinstance(value, list):
        return _Nothing("<not a list>")
    found = [
        each
        for each in value
        if isinstance(each, Mapping)
        and all(name in each and _shown(each[name]) == text for name, text in wanted.items())
    ]
    return found[0] if len(found) == 1 else _Nothing(f"<{len(found)} of {len(value)} are such>")


def _names(value: Mapping[str, Any]) -> str:
    return ", ".join(value)


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
