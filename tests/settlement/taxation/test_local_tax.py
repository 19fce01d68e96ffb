"""Tax in the currency of the tax office: the rate of the right day (R70, R71)."""

import datetime as dt
from decimal import Decimal

import pytest

from currencies.fx_rate import FxRate, NoFxRate, RateTable
from settlement.taxation.local_tax import tax_currency


def nbp(base: str, rate: str, on: dt.date, unit: int = 1) -> FxRate:
    return FxRate("NBP-A", base, "PLN", unit, Decimal(rate), on, on)


def ecb(quote: str, rate: str, on: dt.date) -> FxRate:
    return FxRate("ECB", "EUR", quote, 1, Decimal(rate), on, on)


@pytest.mark.parametrize(
    ("tax_point", "issued_on", "rate_day"),
    [
        # The examples of R70: a Tuesday, and a Monday whose business day before is Friday.
        (dt.date(2025, 6, 10), dt.date(2025, 6, 10), dt.date(2025, 6, 9)),
        (dt.date(2025, 6, 16), dt.date(2025, 6, 16), dt.date(2025, 6, 13)),
        # The earlier of tax point and issue counts.
        (dt.date(2025, 6, 30), dt.date(2025, 6, 10), dt.date(2025, 6, 9)),
        (dt.date(2025, 6, 10), dt.date(2025, 6, 30), dt.date(2025, 6, 9)),
        # 24 December is a holiday since 2025.
        (dt.date(2025, 12, 29), dt.date(2025, 12, 29), dt.date(2025, 12, 23)),
    ],
)
def test_the_polish_rate_is_of_the_business_day_before(
    tax_point: dt.date, issued_on: dt.date, rate_day: dt.date
):
    rates = RateTable([nbp("EUR", "4.2565", rate_day)])

    stated = tax_currency("PL", "PLN", "EUR", rates, tax_point, issued_on)

    assert stated is not None
    assert (stated.code, stated.rate, stated.unit) == ("PLN", Decimal("4.2565"), 1)
    assert (stated.published_on, stated.source) == (rate_day, "NBP-A")


def test_a_rate_for_a_hundred_keeps_its_unit():
    day = dt.date(2026, 10, 30)
    rates = RateTable([nbp("HUF", "1.0567", day, unit=100)])

    stated = tax_currency("PL", "PLN", "HUF", rates, dt.date(2026, 10, 31), dt.date(2026, 11, 2))

    assert stated is not None
    assert (stated.rate, stated.unit) == (Decimal("1.0567"), 100)


def test_elsewhere_the_central_bank_of_the_union_is_asked():
    rates = RateTable([ecb("USD", "1.2500", dt.date(2026, 10, 30))])

    stated = tax_currency("DE", "EUR", "USD", rates, dt.date(2026, 10, 31), dt.date(2026, 11, 2))

    assert stated is not None
    assert (stated.rate, stated.published_on) == (Decimal("0.800000"), dt.date(2026, 10, 30))


def test_a_document_in_the_local_currency_states_its_tax_once():
    assert (
        tax_currency("PL", "PLN", "PLN", RateTable(), dt.date(2026, 1, 1), dt.date(2026, 1, 1))
        is None
    )


def test_a_missing_rate_is_an_error():
    with pytest.raises(NoFxRate):
        tax_currency("PL", "PLN", "EUR", RateTable(), dt.date(2025, 6, 10), dt.date(2025, 6, 10))
