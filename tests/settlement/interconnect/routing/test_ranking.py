"""Routes are ranked by price, and at one price by quality; a policy keeps the good ones."""

from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest

from settlement.interconnect.routing.quality import Quality
from settlement.interconnect.routing.ranking import Policy, Quote, is_good_enough, ranked

AGREEMENT = UUID(int=1)


def a_quote(row: str) -> Quote:
    """A line of `prefix trunk price [attempts answered seconds]`."""
    prefix, trunk, price, *counts = row.split()
    quality = None
    if counts:
        attempts, answered, seconds = map(int, counts)
        quality = Quality(attempts, answered, seconds, knows_attempts=attempts > answered)
    return Quote(prefix, trunk, AGREEMENT, "Poland", Fraction(price), quality)


def order_of(policy: Policy, *rows: str) -> list[str]:
    found = ranked(map(a_quote, rows), policy)
    return [f"{each.quote.prefix} {each.rank} {each.quote.trunk}" for each in found]


def test_the_cheapest_comes_first_within_each_prefix() -> None:
    found = order_of(Policy(), "48 b 0.02", "49 a 0.05", "48 a 0.03", "48 c 0.01")

    assert found == ["48 1 c", "48 2 b", "48 3 a", "49 1 a"]


def test_a_prefix_has_no_more_routes_than_asked() -> None:
    assert order_of(Policy(routes=1), "48 b 0.02", "48 a 0.03") == ["48 1 b"]


def test_a_third_is_compared_exactly() -> None:
    """0.333333 is cheaper than a third, though both are shown alike."""
    assert order_of(Policy(), "48 a 1/3", "48 b 333333/1000000") == ["48 1 b", "48 2 a"]


def test_at_one_price_more_answered_then_longer_then_the_name_decides() -> None:
    found = order_of(
        Policy(routes=9),
        "48 e 0.02",
        "48 d 0.02",
        "48 c 0.02 10 5 500",
        "48 b 0.02 10 5 600",
        "48 a 0.02 10 6 60",
    )

    assert found == ["48 1 a", "48 2 b", "48 3 c", "48 4 d", "48 5 e"]


@pytest.mark.parametrize(
    ("row", "is_kept"),
    [
        # Half of the calls answered, 60 s each: just as asked.
        ("48 a 0.02 10 5 300", True),
        ("48 a 0.02 100 49 2940", False),
        ("48 a 0.02 10 5 299", False),
        # Nothing known, or unanswered calls not known: what is not known shuts nobody out.
        ("48 a 0.02", True),
        ("48 a 0.02 5 5 300", True),
        ("48 a 0.02 5 5 299", False),
        # Nobody answered: the share is 0, a duration is not known.
        ("48 a 0.02 5 0 0", False),
    ],
)
def test_what_is_known_to_be_too_bad_is_no_route(row: str, is_kept: bool) -> None:
    policy = Policy(minimum_asr=Decimal(50), minimum_acd=Decimal(60))

    assert is_good_enough(a_quote(row), policy) is is_kept
