"""R57 once more, in whole numbers and without the code it checks: debts paid from one another."""

from collections.abc import Sequence


def reference_offset(
    owed: Sequence[int], owing: Sequence[int], threshold: int
) -> tuple[int, list[int], list[int]]:
    """What is set off, and what is left of each debt: unit by unit from the first debt on."""
    left_owed, left_owing = list(owed), list(owing)
    if min(sum(owed), sum(owing)) < threshold or not owed or not owing:
        return 0, left_owed, left_owing
    first, second, set_off = 0, 0, 0
    while first < len(left_owed) and second < len(left_owing):
        step = min(left_owed[first], left_owing[second])
        left_owed[first] -= step
        left_owing[second] -= step
        set_off += step
        first += not left_owed[first]
        second += not left_owing[second]
    return set_off, left_owed, left_owing
