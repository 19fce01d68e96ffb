"""Amounts are converted from the original, at a dated rate, and rounded once."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currencies.conversion import convert, convert_at, convert_by, rate_path
from currencies.fixing import Fixing
from currencies.fx_rate import FxRate, FxRateDiffers, NoFxRate, NotAnFxRate, RateTable
from currencies.money import CurrenciesMixed, money, shown, total

DAY = date(2026, 10, 30)
FRIDAY, SATURDAY = DAY, date(2026, 10, 31)


def a_rate(base, quote, rate, unit=1, source="ECB", on=DAY, table_number=None):
    return FxRate(source, base, quote, unit, Decimal(rate), on, on, table_number)


RATES = RateTable(
    [
        a_rate("EUR", "USD", "1.1172"),
        a_rate("EUR", "JPY", "175.68"),
        a_rate("EUR", "PLN", "4.4038"),
        a_rate("HUF", "PLN", "1.0567", unit=100, source="NBP-A"),
        a_rate("EUR", "PLN", "4.2500", source="NBP-A"),
        a_rate("JPY", "EUR", "0.0058", source="AGREED"),
        a_rate("JPY", "USD", "0.0065", source="AGREED"),
        a_rate("XDR", "EUR", "1.2345", source="AGREED"),
        a_rate("KWD", "EUR", "2.9", source="AGREED"),
    ]
)


@pytest.mark.parametrize(
    ("amount", "source", "pivot", "result"),
    [
        ("5000 HUF", "NBP-A", None, "52.84 PLN"),  # 5,000 x 1.0567 / 100 = 52.835
        ("100.00 EUR", "ECB", None, "111.72 USD"),
        ("111.72 USD", "ECB", None, "100.00 EUR"),  # The quote read backwards.
        ("100.00 USD", "ECB", None, "89.51 EUR"),  # 100 / 1.1172 = 89.5094...
        ("100.00 EUR", "ECB", None, "17568 JPY"),
        ("0.01 EUR", "ECB", None, "2 JPY"),  # 1.7568, without decimals.
        ("100.00 USD", "ECB", "EUR", "394.18 PLN"),  # 100 x 4.4038 / 1.1172 = 394.1819...
        ("5000 HUF", "NBP-A", "PLN", "12.43 EUR"),  # 52.835 / 4.25 = 12.4317...
        ("-5000 HUF", "NBP-A", None, "-52.84 PLN"),
        ("10.005 XDR", "AGREED", None, "12.35 EUR"),  # 12.3511...
        ("1.00 EUR", "AGREED", None, "0.345 KWD"),  # 1 / 2.9 = 0.34482...
    ],
)
def test_an_amount_is_converted_and_rounded_once(amount, source, pivot, result):
    quote = result.split()[1]

    converted = convert(money(amount), quote, RATES, DAY, source, pivot)

    assert shown(converted.amount) == result


def test_r76_a_cross_rate_is_not_rounded_in_between():
    # At a cross rate cut to six places, 0.002486, it would be 12,430,000.00.
    converted = convert(money("5000000000 HUF"), "EUR", RATES, DAY, "NBP-A", "PLN")

    assert shown(converted.amount) == "12431764.71 EUR"


def test_r72_there_is_no_round_trip():
    one_yen = money("1 JPY")

    reported = convert(one_yen, "EUR", RATES, DAY, "AGREED")
    refunded = convert(reported, "JPY", RATES, DAY, "AGREED")
    in_dollars = convert(reported, "USD", RATES, DAY, "AGREED")

    assert shown(reported.amount) == "0.01 EUR"
    assert refunded.amount == one_yen
    assert in_dollars == convert(one_yen, "USD", RATES, DAY, "AGREED")


@pytest.mark.parametrize(
    ("base", "quote", "on", "source", "pivot"),
    [
        ("EUR", "GBP", FRIDAY, "ECB", None),  # Not in the table.
        ("EUR", "USD", SATURDAY, "ECB", None),  # The day after the last: never the latest.
        ("EUR", "USD", FRIDAY, "NBP-A", None),  # Another source has it.
        ("USD", "PLN", FRIDAY, "ECB", None),  # Two steps, but no pivot was agreed.
        ("USD", "GBP", FRIDAY, "ECB", "EUR"),  # The second step is missing.
    ],
)
def test_r70_a_missing_rate_is_an_error(base, quote, on, source, pivot):
    with pytest.raises(NoFxRate, match="Load the rates of that day"):
        rate_path(base, quote, RATES, on, source, pivot)


def test_an_amount_stays_as_it_is_in_its_own_currency():
    converted = convert(money("0.00789 EUR"), "EUR", RateTable(), DAY, "ECB")

    assert shown(converted.amount) == "0.00789 EUR"
    assert converted.path == ()


def test_the_fixing_of_an_agreement_names_source_day_and_pivot():
    fixing = Fixing("ECB", "period_end", "ECB", "EUR")

    converted = convert_by(money("100.00 USD"), "PLN", RATES, fixing, SATURDAY)

    assert shown(converted.amount) == "394.18 PLN"
    assert [rate.valid_on for rate in converted.path] == [FRIDAY, FRIDAY]


def test_r75_a_credit_note_uses_the_rate_of_the_corrected_invoice():
    invoiced = convert(money("23.00 EUR"), "PLN", RATES, DAY, "NBP-A")

    credited = convert_at(money("-23.00 EUR"), "PLN", invoiced.path)

    assert credited.amount == -invoiced.amount


def test_the_rate_is_shown_with_six_places():
    forints = convert(money("5000 HUF"), "PLN", RATES, DAY, "NBP-A")
    euros = convert(money("1 EUR"), "PLN", RATES, DAY, "NBP-A")

    assert str(forints.rate()) == "0.010567"
    assert str(euros.rate()) == "4.250000"


def test_r77_currencies_are_not_added():
    lines = [money("0.004 JPY"), money("1.11 EUR"), money("100 JPY"), money("1.11 EUR")]

    with pytest.raises(CurrenciesMixed):
        total(lines, "EUR")


def test_a_table_refuses_two_prices_for_one_day():
    with pytest.raises(FxRateDiffers, match="already gives 1.1 per 1 .* not 1.2 per 1"):
        RateTable([a_rate("EUR", "USD", "1.1"), a_rate("EUR", "USD", "1.2")])


def test_a_table_takes_the_same_price_twice():
    assert len(RateTable([a_rate("EUR", "USD", "1.1"), a_rate("EUR", "USD", "1.10")])) == 1


@pytest.mark.parametrize(
    ("rate", "unit"), [("0", 1), ("-1", 1), ("NaN", 1), ("Infinity", 1), ("1e-13", 1), ("1", 0)]
)
def test_a_rate_is_a_price_that_can_be_kept(rate, unit):
    with pytest.raises(NotAnFxRate):
        a_rate("EUR", "USD", rate, unit)


def test_a_rate_has_a_name_that_amounts_can_refer_to():
    assert a_rate("EUR", "USD", "1.1").reference == "ECB EUR/USD 2026-10-30"


def test_a_table_keeps_the_history_of_a_pair():
    days = [date(2026, 10, 30), date(2026, 10, 28), date(2026, 10, 29)]
    table = RateTable([a_rate("EUR", "USD", "1.1", on=day) for day in days])

    assert [rate.valid_on for rate in table.history("EUR", "USD", "ECB")] == sorted(days)


cents = st.integers(-(10**12), 10**12).map(lambda n: money(Decimal(n).scaleb(-2), "EUR"))


@given(cents, st.sampled_from(["half_up", "half_even"]))
def test_a_conversion_mirrors(amount, rounding):
    there = convert(amount, "USD", RATES, DAY, "ECB", rounding=rounding)
    back = convert(-amount, "USD", RATES, DAY, "ECB", rounding=rounding)

    assert back.amount == -there.amount
    assert abs(there.amount.amount - amount.amount * Decimal("1.1172")) <= Decimal("0.005")


# 1 and 2 October 2026 are a Thursday and a Friday, 5 October the Monday after.
OCTOBER = [(1, "4.20"), (2, "4.30"), (5, "4.40")]


def averaging(until, days=OCTOBER):
    rates = RateTable(a_rate("EUR", "PLN", rate, on=date(2026, 10, day)) for day, rate in days)
    fixing = Fixing("ECB", "period_average", "ECB", "EUR")
    return convert_by(money("100.00 EUR"), "PLN", rates, fixing, date(2026, 10, until))


def test_an_average_is_of_all_business_days_of_the_month_so_far():
    converted = averaging(until=5)

    # (4.20 + 4.30 + 4.40) / 3 = 4.30
    assert shown(converted.amount) == "430.00 PLN"
    assert converted.path[0].reference == "ECB-AVG EUR/PLN 2026-10-05"
    assert converted.path[0].table_number == "3"
    # A weekend adds nothing: (4.20 + 4.30) / 2 = 4.25
    assert shown(averaging(until=4).amount) == "425.00 PLN"


@pytest.mark.parametrize(("until", "days"), [(6, OCTOBER), (5, OCTOBER[:1] + OCTOBER[2:]), (5, [])])
def test_an_average_with_a_day_missing_is_an_error(until, days):
    with pytest.raises(NoFxRate):
        averaging(until, days)


def test_an_average_before_the_first_business_day_is_an_error():
    rates = RateTable([a_rate("EUR", "PLN", "4.2", on=date(2026, 8, 1))])

    with pytest.raises(NoFxRate):
        convert_by(
            money("1.00 EUR"), "PLN", rates, Fixing("ECB", "period_average"), date(2026, 8, 2)
        )


def test_a_contract_fixes_one_rate_for_every_day():
    fixing = Fixing("AGREED", "fixed", fixed_on=DAY)

    converted = convert_by(money("10.00 KWD"), "EUR", RATES, fixing, date(2027, 3, 1))

    assert shown(converted.amount) == "29.00 EUR"
