"""Which resources of a list were asked for, and which of their attributes (TMF630, part 1).

A filter names an attribute by its path; of an array any element may match. Values with a comma are
alternatives. `fields` names the attributes of the first level; who it is always comes with them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Resource = Mapping[str, Any]

ALWAYS = ("id", "href", "@type")


class Page(NamedTuple):
    """Some of the resources that match, and how many match in all."""

    resources: Sequence[Resource]
    total: int


def page_of(
    resources: Iterable[Resource], filters: Mapping[str, str], offset: int, limit: int
) -> Page:
    """The resources that match every filter, from an offset on."""
    found = [each for each in resources if matches(each, filters)]
    return Page(found[offset : offset + limit], len(found))


def matches(resource: Resource, filters: Mapping[str, str]) -> bool:
    """Whether each filter finds one of its values at its path."""
    return all(
        any(value in wanted.split(",") for value in _values(resource, path.split(".")))
        for path, wanted in filters.items()
    )


def narrowed(resource: Resource, fields: str) -> Resource:
    """Only the attributes asked for; all where none is named."""
    if not fields:
        return resource
    wanted = {path.strip().partition(".")[0] for path in fields.split(",")}
    return {name: value for name, value in resource.items() if name in wanted or name in ALWAYS}


def _values(part: Any, path: Sequence[str]) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _values(each, path)
    elif not path:
        yield str(part).lower() if isinstance(part, bool) else str(part)
    elif isinstance(part, Mapping) and path[0] in part:
        yield from _values(part[path[0]], path[1:])
