"""Call records are matched one to one: as many pairs as possible, then the least difference."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from settlement.interconnect.matching import Fit, Record, match
from tests.settlement.interconnect.builders import NOON, calls


def pairs(ours: list[Record], theirs: list[Record], tolerance: int) -> list[str]:
    """The pairs as `ours-theirs` seconds after noon, a dash where there is none."""

    def second(record: Record | None) -> str:
        return f"{(record.started_at - NOON).total_seconds():g}" if record else ""

    found = match(ours, theirs, tolerance)
    return [f"{second(pair.ours)}-{second(pair.theirs)}" for pair in found]


def test_two_pairs_where_taking_the_nearest_first_finds_one() -> None:
    assert pairs(calls([0, 3]), calls([2, 6]), 3) == ["0-2", "3-6"]


def test_the_tolerance_includes_its_bound() -> None:
    assert pairs(calls([0]), calls([3]), 3) == ["0-3"]
    assert pairs(calls([0]), calls([3.000001]), 3) == ["0-", "-3"]


def test_among_matchings_with_as_many_pairs_the_nearest_wins() -> None:
    assert pairs(calls([0]), calls([-2, 1]), 3) == ["--2", "0-1"]


def test_only_calls_between_the_same_numbers_are_paired() -> None:
    assert pairs(calls([0], a="48100"), calls([0], a="48101"), 3) == ["0-", "-0"]


def test_pairs_are_judged_by_their_seconds_or_their_starts() -> None:
    def fits(seconds: int, start: float, by: str) -> Fit:
        theirs = [record._replace(seconds=60 + seconds) for record in calls([start])]
        return match(calls([0]), theirs, 10, class_by=by)[0].fit  # type: ignore[arg-type]

    assert [fits(apart, 5, "seconds") for apart in (0, 2, 3, -2)] == [
        Fit.EXACT, Fit.CLOSE, Fit.APART, Fit.CLOSE,
    ]  # fmt: skip
    assert [fits(9, start, "start") for start in (0, 2, 2.5)] == [
        Fit.EXACT, Fit.CLOSE, Fit.APART,
    ]  # fmt: skip


def test_what_one_side_does_not_have_is_named() -> None:
    found = match(calls([0]), calls([100]), 3)

    assert [pair.fit for pair in found] == [Fit.MISSING_THEIRS, Fit.MISSING_OURS]


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
    found = match(calls(ours, "ours"), calls(theirs, "theirs"), tolerance)

    paired = [
        abs((pair.ours.started_at - pair.theirs.started_at).total_seconds())
        for pair in found
        if pair.ours and pair.theirs
    ]
    assert (len(paired), -sum(paired)) == best_by_trying_all(ours, theirs, tolerance)


@given(ours=starts, theirs=starts, tolerance=st.integers(0, 4))
def test_every_record_is_in_exactly_one_pair(
    ours: list[int], theirs: list[int], tolerance: int
) -> None:
    our_calls, their_calls = calls(ours, "ours"), calls(theirs, "theirs")

    found = match(our_calls, their_calls, tolerance)

    assert sorted(pair.ours for pair in found if pair.ours) == sorted(our_calls)
    assert sorted(pair.theirs for pair in found if pair.theirs) == sorted(their_calls)


def test_the_order_in_which_records_come_changes_nothing() -> None:
    ours, theirs = calls([0, 3, 9, 4], "ours"), calls([2, 6, 5], "theirs")

    assert match(ours, theirs, 3) == match(ours[::-1], theirs[::-1], 3)
