"""Two exporters of one domain are seen by what one exporter cannot say."""

import pytest

from mediation.flow_knowledge import BOOT, GIVEN, READ, STARTED, Told
from mediation.flow_mixture import mixture, started

MINUTE = 60_000
HOUR = 60 * MINUTE
WRAP = 2**32


def up(*told: tuple[int, int]) -> list[Told]:
    """Packets of domain 1 that say, in minutes, since when their exporter is up, and until when."""
    return started((9, 1, STARTED), [(boot * MINUTE, at * MINUTE) for boot, at in told])


@pytest.mark.parametrize(
    ("told", "is_mixed"),
    [
        (up((100, 200), (50, 201)), True),
        (up((50, 201), (100, 200)), True),
        # It started anew at 150 and never told of its first start again.
        (up((100, 140), (150, 151), (150, 300)), False),
        # The last packets before a start were set down a minute wrong.
        (up((100, 151), (150, 152)), False),
        # A clock that wanders a little in each packet.
        (up(*((100 + hour, 200 + 60 * hour) for hour in range(9))), False),
        # It is known of two domains.
        ([*up((100, 200)), Told(GIVEN, 9, 2, STARTED, "0", 0, 201 * MINUTE)], False),
        # So it is of options.
        ([Told(GIVEN, 10, 1, BOOT, str(boot * MINUTE), 200 * MINUTE, 201 * MINUTE)
          for boot in (50, 100)], True),
    ],
)  # fmt: skip
def test_an_exporter_is_up_since_one_instant(told: list[Told], is_mixed: bool) -> None:
    assert bool(mixture(told)) is is_mixed


def test_an_uptime_that_runs_over_is_no_second_exporter() -> None:
    told = started((9, 1, STARTED), [(0, WRAP - 1), (WRAP, WRAP + 1), (WRAP, WRAP + HOUR)])

    assert mixture(told) == []


def test_what_is_found_says_when_both_started() -> None:
    [words] = mixture(up((100, 200), (50, 201)))

    assert words == (
        "domain 1 of version 9 is up since 1970-01-01 00:50:00 and 1970-01-01 01:40:00"
    )


def given(definition: str, first: int, last: int | None = None, role: str = GIVEN) -> Told:
    ends = first if last is None else last
    return Told(role, 9, 1, 256, definition, first * MINUTE, ends * MINUTE)


@pytest.mark.parametrize(
    ("told", "is_mixed"),
    [
        ([given("a", 0), given("b", 5), given("a", 10)], True),
        ([given("a", 0, 10), given("b", 5, 15)], True),
        ([given("a", 0), given("b", 5), given("c", 6), given("a", 10)], True),
        # Redefined once; and redefined, and set back an hour later.
        ([given("a", 0, 10), given("b", 10, 20)], False),
        ([given("a", 0), given("b", 5, 60), given("a", 65)], False),
        # Taken back in between, as it must be before it means something else.
        ([given("a", 0), given("", 4), given("b", 5), given("", 9), given("a", 10)], False),
        # What was read is not what was told.
        ([given("a", 0), given("b", 5, role=READ), given("a", 10)], False),
    ],
)
def test_a_template_does_not_go_back_and_forth(told: list[Told], is_mixed: bool) -> None:
    assert bool(mixture(told)) is is_mixed
    assert mixture(told[::-1]) == mixture(told)
