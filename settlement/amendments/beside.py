"""A draft beside the version it follows: what of its terms is new, other or gone."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple


class Changed(NamedTuple):
    """One place of the terms, and what stands there; None where there is no such place."""

    place: str
    before: str | None
    after: str | None


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Changed]:
    """Places where two terms differ, in the order of their names; `shares 2 rate` is one."""
    was, now = dict(_places(before, ())), dict(_places(after, ()))
    return [
        Changed(" ".join(map(str, place)), was.get(place), now.get(place))
        for place in sorted({*was, *now}, key=_in_order)
        if was.get(place) != now.get(place)
    ]


def _places(value: Any, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Each value within terms, with the names and numbers (from 1) that lead to it."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _places(part, (*place, name))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for number, part in enumerate(value, 1):
            yield from _places(part, (*place, number))
    else:
        yield place, str(value)


def _in_order(place: tuple[str | int, ...]) -> list[tuple[bool, int, str]]:
    """Numbers as numbers, so that the tenth comes after the ninth."""
    return [(False, part, "") if isinstance(part, int) else (True, 0, str(part)) for part in place]
