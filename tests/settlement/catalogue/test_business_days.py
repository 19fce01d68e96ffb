"""Business days leave out weekends and the public holidays of the country."""

from datetime import date

import pytest

from settlement.catalogue.business_days import business_days_after, is_business_day

# Wednesday, 11 November 2026, is Independence Day in Poland and no holiday in Germany.
FRIDAY = date(2026, 11, 6)


@pytest.mark.parametrize(
    ("count", "country", "day"),
    [
        (0, "PL", FRIDAY),
        (1, "PL", date(2026, 11, 9)),
        (3, "PL", date(2026, 11, 12)),
        (3, "DE", date(2026, 11, 11)),
        # Of a country whose holidays nobody knows only weekends are left out.
        (3, "XX", date(2026, 11, 11)),
    ],
)
def test_weekends_and_holidays_do_not_count(count: int, country: str, day: date) -> None:
    assert business_days_after(FRIDAY, count, country) == day
    assert is_business_day(day, country)


def test_a_day_of_rest_is_no_business_day() -> None:
    saturday, independence_day = date(2026, 11, 7), date(2026, 11, 11)

    assert not is_business_day(saturday, "DE")
    assert not is_business_day(independence_day, "PL")
