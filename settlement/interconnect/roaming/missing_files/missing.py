"""Numbers of TAP files that are missing between two networks, and those told to the sender."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from i18n.errors import Conflict
from mediation.formats.rap_writing import Missing


class NothingMissing(Conflict):
    """No file of {sender} is missing from source {source} that it was not told of yet."""


@dataclass(frozen=True, slots=True)
class MissingFiles:
    """What never came of one network by a source: all numbers, and those it was told of by RAP.

    `since` is when the first of them could be seen to be missing.
    """

    source_id: UUID
    source: str
    sender: str
    recipient: str
    since: dt.datetime
    numbers: tuple[int, ...]
    told: frozenset[int]

    @property
    def untold(self) -> list[int]:
        """The numbers that the network was not told of."""
        return [each for each in self.numbers if each not in self.told]


def named_rows(numbers: Iterable[int]) -> list[str]:
    """Numbers as networks write them, what follows one another in one: 00043–00045."""
    return [
        f"{first:05}" if first == last else f"{first:05}–{last:05}"
        for first, last in in_rows(numbers)
    ]


def in_rows(numbers: Iterable[int]) -> Sequence[Missing]:
    """Numbers in their order, those that follow one another together."""
    return list(_rows(numbers))


def _rows(numbers: Iterable[int]) -> Iterator[Missing]:
    row: Missing | None = None
    for each in numbers:
        if row is not None and each == row.last + 1:
            row = row._replace(last=each)
            continue
        if row is not None:
            yield row
        row = Missing(each, each)
    if row is not None:
        yield row
