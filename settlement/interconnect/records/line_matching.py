"""Match two rows of instants on one time line, as well as can be (rule R52).

    starts   ours 0 3   theirs 2 6   tolerance 3 s   two pairs: 0-2 and 3-6

Taking the nearest first pairs 3 with 2 and leaves the others alone. Wanted is the matching with
the most pairs, and among those the one with the smallest sum of differences; where that leaves a
choice, the calls whose seconds differ least.

An optimal matching never needs to cross: if it pairs a later call of ours with an earlier one of
theirs, swapping the two partners makes no difference larger and no sum greater. So an optimum is
found as in comparing two texts, by the best result for each pair of beginnings. A call touches only
those within the tolerance, so of each line of that table only the part within reach is computed.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple


class Instant(NamedTuple):
    """The start of a call in microseconds, and its seconds."""

    at: int
    seconds: int


class _Line(NamedTuple):
    """The best scores of the first calls of ours with the first `first`... of theirs."""

    first: int
    scores: list[int]

    def score(self, theirs: int) -> int:
        """With so many of theirs; those out of reach add nothing."""
        return self.scores[min(theirs - self.first, len(self.scores) - 1)]


def pairs_on_line(
    ours: Sequence[Instant], theirs: Sequence[Instant], tolerance: int
) -> list[tuple[int, int]]:
    """The places of the pairs in both sequences, which are sorted; the tolerance is inclusive."""
    lines = _lines(ours, theirs, tolerance)
    found: list[tuple[int, int]] = []
    mine, their = len(ours), len(theirs)
    while mine and their:
        line, above = lines[mine], lines[mine - 1]
        best = line.score(their)
        leaves_ours = best == above.score(their)
        leaves_theirs = their > line.first and best == line.score(their - 1)
        # Where either may stay alone it is the later one, so that changing sides changes nothing.
        if leaves_ours and leaves_theirs:
            leaves_ours = ours[mine - 1] >= theirs[their - 1]
        if leaves_ours:
            mine -= 1
        elif leaves_theirs:
            their -= 1
        else:
            mine, their = mine - 1, their - 1
            found.append((mine, their))
    found.reverse()
    return found


def _lines(ours: Sequence[Instant], theirs: Sequence[Instant], tolerance: int) -> list[_Line]:
    """For each number of our first calls, the best score with each number of their first ones."""
    starts = [each.at for each in theirs]
    of_second, of_pair = _weights(ours, theirs, tolerance)
    lines = [_Line(0, [0])]
    for call in ours:
        above = lines[-1]
        first = bisect_left(starts, call.at - tolerance)
        scores = [above.score(first)]
        for place in range(first, bisect_right(starts, call.at + tolerance)):
            other = theirs[place]
            apart = abs(call.at - other.at) * of_second + abs(call.seconds - other.seconds)
            with_pair = above.score(place) + of_pair - apart
            scores.append(max(above.score(place + 1), scores[-1], with_pair))
        lines.append(_Line(first, scores))
    return lines


def _weights(ours: Sequence[Instant], theirs: Sequence[Instant], tolerance: int) -> tuple[int, int]:
    """What a microsecond and a pair count, so that no sum of lesser things outweighs them."""
    most = min(len(ours), len(theirs))
    seconds = [each.seconds for each in (*ours, *theirs)]
    of_second = 1 + most * (max(seconds) - min(seconds)) if seconds else 1
    return of_second, 1 + most * (tolerance + 1) * of_second
