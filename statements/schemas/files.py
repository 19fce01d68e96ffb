"""Where schemas lie: our own in this folder, those of others in their packages."""

import os.path
from functools import cache
from pathlib import Path
from typing import Final

from lxml import etree

LOCATED: Final = (
    "{http://www.w3.org/2001/XMLSchema}import",
    "{http://www.w3.org/2001/XMLSchema}include",
)


@cache
def own_schemas() -> dict[str, bytes]:
    """The schemas that Saldo defines, by their file names."""
    found = sorted(Path(__file__).parent.glob("*.xsd"))
    return {each.name: each.read_bytes() for each in found}


@cache
def with_imports(place: Path) -> dict[str, bytes]:
    """A schema and all that it imports from files, by paths under which they find each other.

    What is imported from an address on the network stays there.
    """
    found: dict[Path, bytes] = {}
    waiting = [place]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found[each] = each.read_bytes()
            waiting += _imported(each, found[each])
    top = Path(os.path.commonpath([each.parent for each in found]))
    return {each.relative_to(top).as_posix(): found[each] for each in sorted(found)}


def _imported(place: Path, schema: bytes) -> list[Path]:
    root = etree.fromstring(schema, etree.XMLParser(resolve_entities=False, no_network=True))
    named = (each.get("schemaLocation") for each in root.iterchildren(*LOCATED))
    return [
        Path(os.path.normpath(place.parent / each)) for each in named if each and "://" not in each
    ]
