"""Files one after another, each read while the one before it is taken in."""

from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from mediation import service as mediation
from tenants.session import TenantSession


class ReadAhead(NamedTuple):
    """A file, its bytes, and what is read of them."""

    place: Path
    content: bytes
    ahead: mediation.Ahead


def read_ahead(
    look: Callable[[], AbstractContextManager[TenantSession]],
    source_code: str,
    places: Sequence[Path],
) -> Generator[ReadAhead, None, None]:
    """Give the files in their order; close the iterator when not all of them are asked for.

    Raises: NoSuchSource.
    """

    def begun(place: Path) -> ReadAhead:
        content = place.read_bytes()
        with look() as session:
            return ReadAhead(place, content, mediation.begin_reading(session, source_code, content))

    held: list[ReadAhead] = []
    try:
        for place in places:
            held.append(begun(place))
            if len(held) > 1:
                yield held[0]
                held.pop(0).ahead.abandon()
        yield from held
    finally:
        for each in held:
            each.ahead.abandon()
