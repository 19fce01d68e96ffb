"""Late usage reverses what was billed and bills everything anew (R33, R34)."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

from settlement.rating.charge_line import ChargeLine, late_adjustments

CUSTOMER = UUID(int=1)


def a_line(events: int, amount: str, **changes: object) -> ChargeLine:
    facts: dict[str, object] = {
        "side": "customer",
        "direction": "receivable",
        "party_id": CUSTOMER,
        "service": "sms",
        "currency": "PLN",
        "starts_on": dt.date(2026, 9, 1),
        "ends_on": dt.date(2026, 10, 1),
        "events": events,
        "amount": Decimal(amount),
        "amount_3600": Decimal(amount) * 3600,
    }
    return ChargeLine(**(facts | changes))  # type: ignore[arg-type]


def amounts(lines: list[ChargeLine]) -> list[str]:
    return [str(line.amount) for line in lines]


def test_a_late_unit_that_reaches_a_cheaper_tier_brings_the_price_of_all_down() -> None:
    # R33: 15 x 10 = 150 becomes 16 x 5 = 80, so the correction is -150 and +80.
    corrections = late_adjustments([a_line(15, "150")], [a_line(16, "80")])

    assert amounts(corrections) == ["-150", "80"]
    assert [line.events for line in corrections] == [-15, 16]


def test_what_is_unchanged_is_not_touched() -> None:
    unchanged = a_line(3, "0.45")

    assert late_adjustments([unchanged], [unchanged]) == []


def test_usage_of_a_new_kind_is_billed_and_reverses_nothing() -> None:
    voice = a_line(1, "0.19", service="voice")

    assert late_adjustments([a_line(3, "0.45")], [a_line(3, "0.45"), voice]) == [voice]


def test_usage_taken_back_is_reversed() -> None:
    assert amounts(late_adjustments([a_line(3, "0.45")], [])) == ["-0.45"]


def test_a_second_correction_starts_from_the_first() -> None:
    first = late_adjustments([a_line(15, "150")], [a_line(16, "80")])

    second = late_adjustments([a_line(15, "150"), *first], [a_line(17, "85")])

    assert amounts(second) == ["-80", "85"]


def test_correcting_twice_with_nothing_new_changes_nothing() -> None:
    first = late_adjustments([a_line(15, "150")], [a_line(16, "80")])

    assert late_adjustments([a_line(15, "150"), *first], [a_line(16, "80")]) == []


def test_lines_are_rounded_before_they_are_subtracted() -> None:
    # R34: one call of 0.006 was billed 0.01; two are 0.012, also 0.01. What was billed is taken
    # back whole, and nothing is owed; the difference, 0.006, rounded would be another 0.01.
    billed = a_line(1, "0.01", amount_3600=Decimal("0.006") * 3600)
    all_of_it = a_line(2, "0.01", amount_3600=Decimal("0.012") * 3600)

    corrections = late_adjustments([billed], [all_of_it])

    assert amounts(corrections) == ["-0.01", "0.01"]
    assert [line.amount_3600 for line in corrections] == [-billed.amount_3600, Decimal("43.2")]
