"""Lines in the settlement currency add up to the converted sum."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currencies.conversion import convert_by
from currencies.fixing import Fixing
from currencies.fx_rate import FxRate, NoFxRate, RateTable
from currencies.money import money, shown, total
from settlement.self_billing.converting import Conversion, NoFixing, converted_lines

LAST_OF_OCTOBER = dt.date(2026, 10, 31)
# The 31st is a Saturday, so the last fixing inside the period is of the 30th.
FRIDAY = dt.date(2026, 10, 30)
FIXING = Fixing("ECB", "period_end", "ECB", "EUR")
RATES = RateTable([FxRate("ECB", "EUR", "PLN", 1, Decimal("4.2500"), FRIDAY, FRIDAY)])


def in_euro(**policies: str) -> Conversion:
    return Conversion("RS-1", "EUR", FIXING, LAST_OF_OCTOBER, policies)


def test_a_currency_is_converted_as_one_sum_and_the_lines_share_it():
    # 0.10 PLN is 0.02353 EUR; three of them are 0.07059 EUR.
    amounts = [money("0.10 PLN")] * 3

    by_sum = converted_lines(amounts, in_euro(), RATES)
    by_line = converted_lines(amounts, in_euro(total_conversion="per_line"), RATES)

    assert [shown(line.amount) for line in by_sum] == ["0.02 EUR", "0.03 EUR", "0.02 EUR"]
    assert [shown(line.amount) for line in by_line] == ["0.02 EUR", "0.02 EUR", "0.02 EUR"]


def test_a_line_keeps_what_it_came_from():
    [line] = converted_lines([money("425.00 PLN")], in_euro(), RATES)

    assert (shown(line.original), shown(line.amount)) == ("425.00 PLN", "100.00 EUR")
    assert [rate.valid_on for rate in line.path] == [FRIDAY]


def test_what_is_in_the_currency_already_is_rounded_and_not_converted():
    [line] = converted_lines([money("1.005 EUR")], in_euro(), RateTable())

    assert (shown(line.amount), line.path) == ("1.01 EUR", ())


def test_without_a_fixing_another_currency_is_an_error():
    conversion = Conversion("RS-1", "EUR", None, LAST_OF_OCTOBER, {})

    with pytest.raises(NoFixing, match="RS-1 pays EUR for PLN"):
        converted_lines([money("1.00 PLN")], conversion, RATES)


def test_a_missing_rate_is_an_error():
    with pytest.raises(NoFxRate):
        converted_lines([money("1.00 USD")], in_euro(), RATES)


amounts = st.integers(-100_000, 100_000).map(lambda n: money(Decimal(n).scaleb(-2), "PLN"))


@given(st.lists(amounts, min_size=1, max_size=10))
def test_the_lines_add_up_to_the_converted_sum_refunds_included(parts):
    lines = converted_lines(parts, in_euro(), RATES)

    whole = convert_by(total(parts, "PLN"), "EUR", RATES, FIXING, LAST_OF_OCTOBER)
    assert total((line.amount for line in lines), "EUR") == whole.amount
