"""Quality counts all calls that left by a trunk, by the longest prefix of the table."""

import datetime as dt
from fractions import Fraction

import polars as pl

from mediation.usage import USAGE_SCHEMA
from settlement.interconnect.routing.quality import Quality, qualities, shown, tally

NOON = dt.datetime(2026, 10, 5, 12, tzinfo=dt.UTC)


def calls(*rows: str) -> pl.DataFrame:
    """Lines of `trunk number seconds [kind direction]`; a dash is no trunk."""
    plain = []
    for row in rows:
        trunk, number, seconds, kind, direction = (*row.split(), "voice", "outgoing")[:5]
        plain.append(
            {
                "trunk_out": None if trunk == "-" else trunk,
                "b_number": number,
                "duration_seconds": int(seconds),
                "kind": kind,
                "direction": direction,
                "occurred_at": NOON,
            }
        )
    return pl.DataFrame(plain, schema=USAGE_SCHEMA)


def test_a_call_counts_for_the_longest_prefix() -> None:
    usage = calls("A 48221234567 100", "A 48601234567 40", "A 48601234568 0", "A 4930 10")

    found = qualities([tally(usage, ["48", "4822"])])

    assert found[("A", "4822")] == Quality(1, 1, 100, knows_attempts=True)
    assert found[("A", "48")] == Quality(2, 1, 40, knows_attempts=True)
    assert len(found) == 2


def test_days_are_added_up() -> None:
    days = [calls("A 48601 30", "A 48601 0"), calls("A 48601 90", "A 48602 0")]

    found = qualities(tally(day, ["48"]) for day in days)

    quality = found[("A", "48")]
    assert (quality.asr, quality.acd) == (Fraction(50), Fraction(60))


def test_without_one_unanswered_call_of_a_trunk_its_share_is_not_known() -> None:
    usage = calls("A 48601 30", "B 48601 30", "B 4930 0")

    found = qualities([tally(usage, ["48"])])

    assert (found[("A", "48")].asr, found[("A", "48")].acd) == (None, Fraction(30))
    # A call elsewhere shows that the switch writes the unanswered calls of B.
    assert found[("B", "48")].asr == Fraction(100)


def test_nobody_answered_is_no_duration() -> None:
    quality = Quality(3, 0, 0, knows_attempts=True)

    assert (quality.asr, quality.acd) == (Fraction(0), None)


def test_only_calls_that_left_by_a_trunk_count() -> None:
    usage = calls(
        "- 48601 30", "A 48601 30 sms", "A 48601 30 voice incoming", "A 48 9 voice transit"
    )

    assert qualities([tally(usage, ["48"])]) == {("A", "48"): Quality(1, 1, 9, False)}


def test_no_usage_has_no_quality() -> None:
    assert qualities([]) == {}
    assert qualities([tally(calls(), ["48"])]) == {}


def test_a_figure_is_shown_to_one_place() -> None:
    assert [str(shown(Fraction(200, 3))), shown(None)] == ["66.7", None]
