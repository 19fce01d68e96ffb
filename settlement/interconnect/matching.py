"""Match our call records with the carrier's, one to one and as well as can be (rule R52).

    starts   ours 0 3   theirs 2 6   tolerance 3 s   two pairs: 0-2 and 3-6

Taking the nearest first pairs 3 with 2 and leaves the others alone. Wanted is the matching with
the most pairs, and among those the one with the smallest sum of differences.

Only calls between the same two numbers may be paired, and on the time line an optimal matching
never needs to cross: if it pairs a later call of ours with an earlier one of theirs, swapping the
two partners makes no difference larger and no sum greater. So both sides are sorted, and an
optimum is found as in comparing two texts: by the best result for each pair of beginnings. Calls
further apart than the tolerance cannot touch each other, so the time line is cut there first and
the work stays small.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Literal, NamedTuple

ClassBy = Literal["seconds", "start"]

ONE_MICROSECOND = timedelta(microseconds=1)
CLOSE_SECONDS = 2


class Record(NamedTuple):
    """One call as one side recorded it."""

    reference: str
    a_number: str
    b_number: str
    started_at: datetime
    seconds: int


class Fit(StrEnum):
    """How well a call of one side is answered by the other."""

    EXACT = "exact"
    CLOSE = "close"
    APART = "apart"
    MISSING_OURS = "missing_ours"
    MISSING_THEIRS = "missing_theirs"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records of one call, or one that the other side does not have."""

    ours: Record | None
    theirs: Record | None
    fit: Fit


class _Best(NamedTuple):
    """The best matching of two beginnings: more pairs first, then less difference."""

    pairs: int
    nearness: int


def match(
    ours: Iterable[Record],
    theirs: Iterable[Record],
    tolerance_seconds: int,
    class_by: ClassBy = "seconds",
) -> list[Pair]:
    """Pair the records; every record of both sides is in exactly one pair.

    The tolerance on the difference of starts is inclusive. `class_by` says whether a pair is
    judged by the difference of its seconds or of its starts.
    """
    tolerance = timedelta(seconds=tolerance_seconds) // ONE_MICROSECOND
    sided = [(record, True) for record in ours] + [(record, False) for record in theirs]
    sided.sort(key=_order)
    pairs: list[Pair] = []
    for _, calls in groupby(sided, key=_numbers):
        for stretch in _stretches(list(calls), tolerance):
            our_part = [record for record, is_ours in stretch if is_ours]
            their_part = [record for record, is_ours in stretch if not is_ours]
            for our_record, their_record in _paired(our_part, their_part, tolerance):
                fit = _fit(our_record, their_record, class_by)
                pairs.append(Pair(our_record, their_record, fit))
    return pairs


Sided = tuple[Record, bool]


def _numbers(sided: Sided) -> tuple[str, str]:
    return sided[0].a_number, sided[0].b_number


def _order(sided: Sided) -> tuple[str, str, datetime, int, str, bool]:
    record, is_ours = sided
    numbers = record.a_number, record.b_number
    return *numbers, record.started_at, record.seconds, record.reference, is_ours


def _stretches(calls: list[Sided], tolerance: int) -> Iterator[list[Sided]]:
    """Cut where a gap is wider than the tolerance; no pair can bridge it."""
    stretch = calls[:1]
    for call in calls[1:]:
        if _microseconds_between(stretch[-1][0], call[0]) > tolerance:
            yield stretch
            stretch = []
        stretch.append(call)
    yield stretch


def _paired(
    ours: Sequence[Record], theirs: Sequence[Record], tolerance: int
) -> Iterator[tuple[Record | None, Record | None]]:
    best = _table(ours, theirs, tolerance)
    at, to = len(ours), len(theirs)
    found: list[tuple[Record | None, Record | None]] = []
    while at or to:
        if at and best[at][to] == best[at - 1][to]:
            at -= 1
            found.append((ours[at], None))
        elif to and best[at][to] == best[at][to - 1]:
            to -= 1
            found.append((None, theirs[to]))
        else:
            at, to = at - 1, to - 1
            found.append((ours[at], theirs[to]))
    return reversed(found)


def _table(ours: Sequence[Record], theirs: Sequence[Record], tolerance: int) -> list[list[_Best]]:
    """The best matching of the first i records of ours with the first j of theirs."""
    nothing = _Best(0, 0)
    rows = [[nothing] * (len(theirs) + 1)]
    for our_record in ours:
        above = rows[-1]
        row = [nothing]
        for to, their_record in enumerate(theirs):
            best = max(above[to + 1], row[to])
            apart = _microseconds_between(our_record, their_record)
            if apart <= tolerance:
                with_pair = _Best(above[to].pairs + 1, above[to].nearness - apart)
                best = max(best, with_pair)
            row.append(best)
        rows.append(row)
    return rows


def _fit(ours: Record | None, theirs: Record | None, class_by: ClassBy) -> Fit:
    if ours is None:
        return Fit.MISSING_OURS
    if theirs is None:
        return Fit.MISSING_THEIRS
    if class_by == "seconds":
        apart = timedelta(seconds=abs(ours.seconds - theirs.seconds))
    else:
        apart = abs(ours.started_at - theirs.started_at)
    if not apart:
        return Fit.EXACT
    return Fit.CLOSE if apart <= timedelta(seconds=CLOSE_SECONDS) else Fit.APART


def _microseconds_between(one: Record, other: Record) -> int:
    return abs(one.started_at - other.started_at) // ONE_MICROSECOND
