"""Which day's rate is used, by purpose and calendar."""

from datetime import date

import pytest

from currencies.fixing import POLISH_VAT, Fixing, NoFixedDay, is_business_day, vat_rate_day


@pytest.mark.parametrize(
    ("tax_point", "issued_on", "rate_day"),
    [
        ("2025-06-10", "2025-06-10", "2025-06-09"),
        ("2025-06-16", "2025-06-16", "2025-06-13"),  # Monday: the Friday before.
        ("2025-06-30", "2025-06-10", "2025-06-09"),  # Issued before the tax point.
        ("2025-06-10", "2025-07-10", "2025-06-09"),  # Issued after it.
        ("2025-06-20", "2025-06-20", "2025-06-18"),  # 19 June 2025 is Corpus Christi.
        ("2024-12-27", "2024-12-27", "2024-12-24"),  # Still a working day in 2024 ...
        ("2025-12-29", "2025-12-29", "2025-12-23"),  # ... and a holiday since 2025.
        ("2026-01-02", "2026-01-02", "2025-12-31"),
    ],
)
def test_polish_vat_takes_the_last_business_day_before(tax_point, issued_on, rate_day):
    day = vat_rate_day(date.fromisoformat(tax_point), date.fromisoformat(issued_on))

    assert day == date.fromisoformat(rate_day)


@pytest.mark.parametrize(
    ("policy", "calendar", "on", "rate_day"),
    [
        ("previous_business_day", "ECB", "2026-10-31", "2026-10-30"),
        ("previous_business_day", "ECB", "2026-11-12", "2026-11-11"),  # TARGET works on the 11th,
        ("previous_business_day", "PL", "2026-11-12", "2026-11-10"),  # Poland does not.
        ("PL_previous_business_day", "ECB", "2026-11-12", "2026-11-10"),
        ("previous_business_day", "ECB", "2026-04-07", "2026-04-02"),  # Good Friday, Easter Monday.
        ("on_date", "ECB", "2026-10-31", "2026-10-31"),
        ("period_end", "ECB", "2026-10-31", "2026-10-30"),  # A Saturday.
        ("period_end", "ECB", "2026-09-30", "2026-09-30"),
        ("period_end", "PL", "2026-12-26", "2026-12-23"),
        # The Russian rates set on Friday 21 November hold from Saturday to Monday.
        ("RU_in_force", "RU", "2025-11-24", "2025-11-22"),
        ("RU_in_force", "RU", "2025-11-23", "2025-11-22"),
        ("RU_in_force", "RU", "2025-11-26", "2025-11-26"),
        ("previous_business_day", "RU", "2025-11-05", "2025-10-31"),  # 3 and 4 November are off.
        ("previous_business_day", "US", "2025-11-28", "2025-11-26"),  # Thanksgiving.
        ("previous_business_day", "UA", "2025-08-25", "2025-08-22"),
        ("period_average", "ECB", "2026-10-31", "2026-10-30"),
    ],
)
def test_each_policy_names_its_day(policy, calendar, on, rate_day):
    fixing = Fixing("ECB", policy, calendar)

    assert fixing.rate_day(date.fromisoformat(on)) == date.fromisoformat(rate_day)


def test_the_law_of_polish_vat_is_a_fixing_like_any_other():
    assert Fixing("NBP-A", "PL_previous_business_day", "PL", "PLN") == POLISH_VAT


def test_labour_day_is_a_target_holiday():
    assert not is_business_day(date(2026, 5, 1), "ECB")
    assert is_business_day(date(2026, 5, 4), "ECB")


def test_a_rate_fixed_by_contract_is_of_its_day_whenever_it_is_used():
    fixing = Fixing("AGREED", "fixed", fixed_on=date(2026, 1, 1))

    assert fixing.rate_day(date(2026, 10, 31)) == date(2026, 1, 1)
    with pytest.raises(NoFixedDay):
        Fixing("AGREED", "fixed")
    with pytest.raises(NoFixedDay):
        Fixing("ECB", "on_date", fixed_on=date(2026, 1, 1))
