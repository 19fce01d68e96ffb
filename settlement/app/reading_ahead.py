"""Files one after another, read while those before them are taken in.

A file is decoded in a process of its own, normalised by a thread and taken in by whoever asks: of
three files that follow one another each is at another step. One is decoded at a time.
"""

from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, NamedTuple

from mediation import service as mediation
from tenants.session import TenantSession

# How many are read beyond the one that is taken in; of each a copy and its columns are held.
FURTHER: Final = 2


class ReadAhead(NamedTuple):
    """A file, and what is read of it."""

    place: Path
    ahead: mediation.Ahead


def read_ahead(
    look: Callable[[], AbstractContextManager[TenantSession]],
    source_code: str,
    places: Sequence[Path],
) -> Generator[ReadAhead, None, None]:
    """Give the files in their order; close the iterator when not all of them are asked for.

    Raises: NoSuchSource.
    """

    def begun(place: Path, before: Future[ReadAhead] | None) -> ReadAhead:
        copy = mediation.OwnCopy(place)
        try:
            if before is not None:
                before.result().ahead.decoded()
            with look() as session:
                return ReadAhead(place, mediation.begin_reading(session, source_code, copy))
        except BaseException:
            copy.remove()
            raise

    held: deque[Future[ReadAhead]] = deque()
    with ThreadPoolExecutor(1) as beside:
        try:
            for place in places:
                held.append(beside.submit(begun, place, held[-1] if held else None))
                if len(held) > FURTHER:
                    yield held[0].result()
                    _let_go(held.popleft())
            while held:
                yield held[0].result()
                _let_go(held.popleft())
        finally:
            for each in held:
                _let_go(each)


def _let_go(begun: "Future[ReadAhead]") -> None:
    """Remove what was written of a file, if it was begun."""
    if not begun.cancel() and begun.exception() is None:
        begun.result().ahead.abandon()
