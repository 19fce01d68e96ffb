"""A term is counted in months of the calendar; leaving before its end costs what was agreed."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from currencies.money import shown
from settlement.catalogue.term import term_from_plain
from settlement.rating.commitment import (
    Commitment,
    free_days,
    leaving_fee,
    months_after,
    without,
)
from tests.settlement.rating.commercial_builders import OCTOBER, a_day, days
from tests.settlement.rating.formula import worked_out


def committed(begins: str, replaced: str | None = None, **term: Any) -> Commitment:
    plain = {"months": 12} | term
    replaced_on = a_day(replaced) if replaced else None
    return Commitment(a_day(begins), term_from_plain(plain, "tariff gold"), replaced_on)


@pytest.mark.parametrize(
    ("begins", "months", "ends"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-01-31", 2, "2026-03-31"),
        ("2023-12-31", 2, "2024-02-29"),
        ("2026-11-15", 2, "2027-01-15"),
        ("2026-05-05", 0, "2026-05-05"),
        ("2026-05-05", 12 * 9000, "9999-12-31"),
    ],
)
def test_months_are_counted_from_the_first_day(begins: str, months: int, ends: str) -> None:
    assert months_after(a_day(begins), months) == date.fromisoformat(ends)


def costs(terms: list[Commitment], left_on: date) -> str:
    """What leaving costs; how it came about gives the same (rule R131)."""
    fee = leaving_fee(terms, "PLN", left_on)
    if fee is None:
        return "0.00 PLN"
    assert worked_out(fee.derivation.formula) == Fraction(fee.amount.amount)
    return shown(fee.amount)


# A year from 1 January 2026 has 365 days; on 1 October 92 of them and 3 months are left.
@pytest.mark.parametrize(
    ("policy", "left_on", "fee"),
    [
        ("flat", "2026-01-02", "120.00"),
        ("flat", "2026-12-31", "120.00"),
        ("flat", "2027-01-01", "0.00"),
        ("flat", "2027-06-01", "0.00"),
        # 10-01: October, November, December; 10-02: October has begun and counts whole.
        ("remaining_months", "2026-10-01", "360.00"),
        ("remaining_months", "2026-09-30", "480.00"),
        ("remaining_months", "2026-10-02", "360.00"),
        ("remaining_months", "2026-12-31", "120.00"),
        # 120 x 92 / 365 = 30.2465..., less than by months.
        ("declining", "2026-10-01", "30.25"),
        ("declining", "2026-12-31", "0.33"),
        ("declining", "2026-01-02", "119.67"),
    ],
)
def test_leaving_early_costs_what_the_policy_says(policy: str, left_on: str, fee: str) -> None:
    term = committed("2026-01-01", fee="120.00", early_leaving=policy)

    assert costs([term], a_day(left_on)) == f"{fee} PLN"


def test_a_term_that_begins_again_binds_again() -> None:
    again = committed("2025-01-01", fee="120.00", renewal="again", early_leaving="declining")

    # The second year has 92 days left on 1 October; at its end one leaves for nothing.
    assert costs([again], a_day("2026-10-01")) == "30.25 PLN"
    assert costs([again], a_day("2027-01-01")) == "0.00 PLN"


def test_a_term_agreed_anew_takes_the_place_of_the_old() -> None:
    first = committed("2026-01-01", "2026-07-01", fee="50.00")
    second = committed("2026-07-01", fee="70.00", months=6)

    fees = [costs([first, second], a_day(day)) for day in ("06-30", "10-01")]

    assert fees == ["50.00 PLN", "70.00 PLN"]
    # Who leaves on the day of the change never began the second, and breaks the first.
    assert costs([first, second], a_day("07-01")) == "50.00 PLN"


@pytest.mark.parametrize(
    ("begins", "terms", "free"),
    [
        ("2025-11-01", {"bonus_months": 1}, [("10-01", "11-01")]),
        ("2025-11-15", {"bonus_months": 1}, [("10-15", "11-01")]),
        ("2025-10-15", {"bonus_months": 1}, [("10-01", "10-15")]),
        ("2025-09-01", {"bonus_months": 2}, []),
        ("2024-11-01", {"bonus_months": 1, "renewal": "again"}, [("10-01", "11-01")]),
        ("2024-11-01", {"bonus_months": 1}, []),
        ("2025-11-01", {}, []),
    ],
)
def test_the_last_months_of_a_term_are_free(
    begins: str, terms: dict[str, Any], free: list[tuple[str, str]]
) -> None:
    found = free_days([committed(begins, **terms)], OCTOBER)

    assert found == [days(*each) for each in free]


def test_what_is_free_is_taken_out_of_the_days() -> None:
    left = without(days("10-01", "11-01"), [days("09-01", "10-03"), days("10-10", "10-12")])

    assert left == [days("10-03", "10-10"), days("10-12", "11-01")]
    assert without(days("10-01"), [days("10-05", None)]) == [days("10-01", "10-05")]
    assert without(days("10-01", "10-05"), []) == [days("10-01", "10-05")]
