"""R03: every number up to the highest seen is loaded, waived or missing, in every round."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediation.sequences import Gap, Numbered, Waived, gaps, is_taken

START = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
ROUND = (1, 9)


def hour(number: int) -> dt.datetime:
    return START + dt.timedelta(hours=number)


def files(said: str) -> list[Numbered]:
    """Numbers in order of arrival, one an hour; q is quarantined, u undone at hour 100."""
    return [
        Numbered(
            int(word.rstrip("qu")),
            hour(place),
            is_loaded=word.isdigit(),
            undone_at=hour(100) if word.endswith("u") else None,
        )
        for place, word in enumerate(said.split())
    ]


def missing(said: str, counter: tuple[int, int] | None = None) -> list[int]:
    return [gap.number for gap in gaps(files(said), (), counter)]


@pytest.mark.parametrize(
    ("came", "counter", "expected"),
    [
        ("101 102 104", None, [103]),
        ("104 102", None, [103]),
        ("101 102 103q", None, [103]),
        ("101 102q 102 103", None, []),
        ("101 102u 103", None, [102]),
        ("101 102u 102 103", None, []),
        ("102 101", None, []),
        ("", None, []),
        ("9998 2", (1, 9999), [9999, 1]),
        ("9998 9999 1 2", (1, 9999), []),
        ("1 9999", (1, 9999), []),
        # The second round misses its own 3, whatever the first one had.
        ("1 2 3 4 5 6 7 8 9 1 2 4", ROUND, [3]),
        # Three rounds; the third misses 9 and the round after it 1.
        ("1 2 3 4 5 6 7 8 9 1 2 3 4 5 6 7 8 9 1 2 3 4 5 6 7 8 2", ROUND, [9, 1]),
    ],
)
def test_r03_what_is_missing(
    came: str, counter: tuple[int, int] | None, expected: list[int]
) -> None:
    assert missing(came, counter) == expected


def test_a_gap_is_known_since_a_later_number_came_or_its_file_was_undone() -> None:
    assert gaps(files("1 2u 3 6 5")) == [Gap(2, hour(100)), Gap(4, hour(3))]
    assert gaps(files("1 2q 3")) == [Gap(2, hour(1))]


def test_a_waiver_names_a_number_of_the_round_in_which_it_is_said() -> None:
    came = files("1 2 4 5 6 7 8 9 1 2 4 5")
    first_round, second_round = Waived(3, hour(3)), Waived(3, hour(11))

    assert gaps(came, [first_round], ROUND) == [Gap(3, hour(10))]
    assert gaps(came, [second_round], ROUND) == [Gap(3, hour(2))]
    assert gaps(came, [first_round, second_round], ROUND) == []


@pytest.mark.parametrize(
    ("came", "number", "taken"),
    [
        ("1 2 3", 2, True),
        ("1 2q 3", 2, False),
        ("1 2u 3", 2, False),
        ("1 2 3", 4, False),
        ("1 2 3 4 5 6 7 8 9", 9, True),
        ("1 2 3 4 5 6 7 8 9", 1, False),
        ("", 1, False),
    ],
)
def test_a_number_is_taken_by_a_file_of_its_own_round(came: str, number: int, taken: bool) -> None:
    assert is_taken(number, files(came), ROUND) is taken


@given(
    start=st.integers(0, 8),
    present=st.lists(st.booleans(), min_size=1, max_size=60),
    size=st.integers(9, 12),
)
def test_a_counter_may_come_round_any_number_of_times(
    start: int, present: list[bool], size: int
) -> None:
    # At most three in a row are missing, so that the nearest place is the right one.
    there = [any(not each for each in present[max(0, n - 3) : n]) or is_there
             for n, is_there in enumerate(present)]  # fmt: skip
    there[0] = True
    came = [
        Numbered((start + place) % size + 1, hour(place), is_loaded=True)
        for place, is_there in enumerate(there)
        if is_there
    ]
    last = max(place for place, is_there in enumerate(there) if is_there)
    expected = [(start + place) % size + 1 for place in range(last) if not there[place]]

    assert [gap.number for gap in gaps(came, (), (1, size))] == expected
