"""Which numbers of a source's file counter are missing, and since when (R03).

Files 101, 102 and 104 leave 103 open: the period cannot close until 103 is loaded or a waiver names
it. The counter may wrap, 9998, 9999, 1, and come round again: so each number is given its place in
an endless count, the nearest to the highest place reached when it came. The 103 of this round is
then not the 103 of the last. A quarantined file has been seen but does not fill its number, and
neither does an undone one (`quarantined_fills_gap`: no). A refused file that was given back to who
sent it is answered: nobody waits for it as for one that never came.

A source may carry several streams, each numbered by itself: what one network sends to another.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

# A counter that never wraps is a circle nobody gets round.
ENDLESS = (0, 10**15)
GAPS_LISTED_MAX = 10_000


class FileNumber(NamedTuple):
    """The number of a file in its stream, which is empty where the source has but one.

    A stream is named by what stands before the number in the names of its files.
    """

    number: int
    stream: str = ""

    @property
    def name(self) -> str:
        """The number or, of a stream, the file as it would be named."""
        return f"{self.stream}{self.number:05}" if self.stream else str(self.number)


class Numbered(NamedTuple):
    """A file that came with a number; `undone_at` says when it was taken back, if it was."""

    number: int
    came_at: dt.datetime
    is_loaded: bool
    undone_at: dt.datetime | None = None
    is_given_back: bool = False


class Waived(NamedTuple):
    """A number that need not come, and when that was said."""

    number: int
    waived_at: dt.datetime
    stream: str = ""


class Gap(NamedTuple):
    """A number that is missing in a stream, and when that could first be seen."""

    number: int
    since: dt.datetime
    stream: str = ""

    @property
    def name(self) -> str:
        """What is missing: the number or, of a stream, the file as it would be named."""
        return FileNumber(self.number, self.stream).name


def gaps(
    files: Sequence[Numbered],
    waivers: Collection[Waived] = (),
    counter: tuple[int, int] | None = None,
) -> list[Gap]:
    """The numbers up to the highest seen that nothing fills, the earliest place first.

    Args:
        files: all files with a number, in order of arrival.
        counter: first and last number, after which it wraps.
    """
    if not files:
        return []
    first, last = counter or ENDLESS
    count = Count(first, last - first + 1)
    seen, filled = _placed(files, waivers, count)
    gone = {place: file.undone_at for place, file in seen if file.undone_at is not None}
    reached = list(_reached(seen))
    missing = (
        Gap(count.number(place), max(since, gone.get(place, since)))
        for place, since in _up_to(min(place for place, _ in seen), reached)
        if place not in filled
    )
    return list(islice(missing, GAPS_LISTED_MAX))


def is_taken(
    number: int, files: Sequence[Numbered], counter: tuple[int, int] | None = None
) -> bool:
    """Whether a file that comes now with this number finds its place filled by another."""
    if not files:
        return False
    first, last = counter or ENDLESS
    count = Count(first, last - first + 1)
    seen, _ = _placed(files, (), count)
    place = count.place(number, max(place for place, _ in seen))
    return any(file.is_loaded and place == each for each, file in seen)


class Count(NamedTuple):
    """A counter of `size` numbers from `first` on, unrolled into places that never repeat."""

    first: int
    size: int

    def place(self, number: int, near: int) -> int:
        """The place of a number, the nearest to another place by either way round."""
        forward = (number - self.first - near) % self.size
        return near + forward - (self.size if forward > self.size // 2 else 0)

    def number(self, place: int) -> int:
        """The number at a place."""
        return place % self.size + self.first


def _placed(
    files: Sequence[Numbered], waivers: Collection[Waived], count: Count
) -> tuple[list[tuple[int, Numbered]], set[int]]:
    """Each file with its place, in order of arrival, and the places that are filled."""
    seen: list[tuple[int, Numbered]] = []
    filled: set[int] = set()
    highest = files[0].number - count.first
    said: Iterable[Numbered | Waived] = sorted(chain(files, waivers), key=_when)
    for each in said:
        place = count.place(each.number, highest)
        if isinstance(each, Numbered):
            seen.append((place, each))
            highest = max(highest, place)
        if isinstance(each, Waived) or each.is_loaded or each.is_given_back:
            filled.add(place)
    return seen, filled


def _when(each: Numbered | Waived) -> dt.datetime:
    return each.came_at if isinstance(each, Numbered) else each.waived_at


def _reached(seen: Sequence[tuple[int, Numbered]]) -> Iterator[tuple[int, dt.datetime]]:
    """The highest places reached, each with the arrival that reached it."""
    highest: int | None = None
    for place, file in seen:
        if highest is None or place > highest:
            highest = place
            yield place, file.came_at


def _up_to(
    lowest: int, reached: Sequence[tuple[int, dt.datetime]]
) -> Iterator[tuple[int, dt.datetime]]:
    """All places from the lowest to the highest, each with when it was first passed."""
    place = lowest
    for highest, since in reached:
        while place <= highest:
            yield place, since
            place += 1
