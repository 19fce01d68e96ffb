"""Which numbers of a source's file counter are missing (R03).

Files 101, 102 and 104 leave 103 open: the period cannot close until 103 is loaded or a waiver names
it. The counter may wrap, 9998, 9999, 1: numbers are then ordered around the circle, the way that is
shorter. A quarantined file has been seen but does not fill its number.
"""

from collections.abc import Collection, Sequence

# A counter that never wraps is a circle nobody gets round.
ENDLESS = (0, 10**15)
GAPS_LISTED_MAX = 10_000


def missing_numbers(
    seen: Sequence[int],
    loaded: Collection[int],
    waived: Collection[int] = (),
    closed_through: int | None = None,
    counter: tuple[int, int] | None = None,
) -> list[int]:
    """The numbers after the last closed one, up to the highest seen, that nothing fills.

    Args:
        seen: numbers of all files, loaded or quarantined, in order of arrival.
        loaded: numbers of files that were loaded.
        closed_through: the last number of closed periods; None before the first close.
        counter: first and last number, after which it wraps.
    """
    if not seen:
        return []
    first, last = counter or ENDLESS
    size = last - first + 1
    anchor = closed_through if closed_through is not None else seen[0]
    steps = [_step(number, anchor, size) for number in seen]
    lowest = 1 if closed_through is not None else min(steps)
    filled = set(loaded) | set(waived)
    expected = ((anchor - first + step) % size + first for step in range(lowest, max(steps) + 1))
    gaps = []
    for number in expected:
        if number not in filled:
            gaps.append(number)
        if len(gaps) == GAPS_LISTED_MAX:
            break
    return gaps


def _step(number: int, anchor: int, size: int) -> int:
    """How far a number stands from the anchor, by the shorter way round the circle."""
    forward = (number - anchor) % size
    return forward if forward <= size // 2 else forward - size
