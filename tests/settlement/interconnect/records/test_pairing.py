"""Records are paired one to one: most pairs first, then the least difference (rule R52)."""

from itertools import permutations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.interconnect.records.pairing import paired
from tests.settlement.interconnect.records.builders import calls, records, sides


@pytest.mark.parametrize(
    ("ours", "theirs", "tolerance", "pairs"),
    [
        # The example of the rule: taking the nearest first finds one.
        ([0, 3], [2, 6], 3, ["0-2", "3-6"]),
        # Calls that began at the same instant are not always each other's: this leaves none alone.
        ([0, 3], [3, 6], 3, ["0-3", "3-6"]),
        # The tolerance includes its bound.
        ([0], [3], 3, ["0-3"]),
        ([0], [3.000001], 3, []),
        # As many pairs either way; the nearest wins.
        ([0], [-2, 1], 3, ["0-1"]),
        # As many on both sides, but the first are not each other's.
        ([0, 1, 2], [3, 4, 5], 2, ["1-3", "2-4"]),
        ([], [1], 3, []),
    ],
)
def test_pairs_are_the_most_and_then_the_nearest(
    ours: list[float], theirs: list[float], tolerance: int, pairs: list[str]
) -> None:
    one, other = calls(ours), calls(theirs)

    assert sides(paired(one, other, tolerance), one, other) == pairs


@pytest.mark.parametrize("fact", ["calling", "called", "direction"])
def test_only_calls_of_a_direction_between_the_same_numbers_are_paired(fact: str) -> None:
    other = "outgoing" if fact == "direction" else "48999"

    assert paired(records({}), records({fact: other}), 3).is_empty()


def test_of_calls_that_began_together_those_as_long_are_paired() -> None:
    ours, theirs = records({"seconds": 30}, {"seconds": 60}), records({"seconds": 60})

    assert paired(ours, theirs, 3).rows() == [(1, 0)]


def best_by_trying_all(ours: list[int], theirs: list[int], tolerance: int) -> tuple[int, int]:
    """Most pairs and least difference, found by trying every one-to-one assignment."""
    fewer, more = sorted((ours, theirs), key=len)
    best = (0, 0)
    for chosen in permutations(more, len(fewer)):
        apart = [abs(one - other) for one, other in zip(fewer, chosen, strict=True)]
        paired = [each for each in apart if each <= tolerance]
        best = max(best, (len(paired), -sum(paired)))
    return best


starts = st.lists(st.integers(0, 12), max_size=5)


@given(ours=starts, theirs=starts, tolerance=st.integers(0, 4))
def test_no_other_matching_is_better(ours: list[int], theirs: list[int], tolerance: int) -> None:
    found = paired(calls(ours), calls(theirs), tolerance)

    apart = [abs(ours[one] - theirs[other]) for one, other in found.iter_rows()]
    assert (len(apart), -sum(apart)) == best_by_trying_all(ours, theirs, tolerance)
    assert found["ours"].n_unique() == found["theirs"].n_unique() == found.height
    assert max(apart, default=0) <= tolerance


some_records = st.lists(
    st.fixed_dictionaries(
        {
            "at": st.integers(0, 9),
            "seconds": st.sampled_from([30, 60, 61]),
            "called": st.sampled_from(["49200", "49201"]),
        }
    ),
    max_size=7,
)


@given(ours=some_records, theirs=some_records, seed=st.randoms(use_true_random=False))
def test_neither_the_order_of_records_nor_of_sides_changes_a_pair(
    ours: list[dict[str, object]], theirs: list[dict[str, object]], seed: object
) -> None:
    one, other = records(*ours, side="ours"), records(*theirs, side="theirs")
    shuffled = one.sample(fraction=1, shuffle=True, seed=seed.randrange(99))  # type: ignore[attr-defined]

    def named(left: pl.DataFrame, right: pl.DataFrame) -> set[tuple[str, str]]:
        pairs = paired(left, right, 3)
        return set(
            zip(left["record_id"][pairs["ours"]], right["record_id"][pairs["theirs"]], strict=True)
        )

    assert named(shuffled, other) == named(one, other)
    assert named(other, one) == {(theirs, ours) for ours, theirs in named(one, other)}
