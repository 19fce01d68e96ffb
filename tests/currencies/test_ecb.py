"""The ECB's history of reference rates is read exactly, and its gaps stay gaps."""

from datetime import date
from decimal import Decimal

import pytest

from currencies.ecb import NotEcbRates, parse_ecb
from currencies.fx_rate import Finding, NoFxRate, RateTable

THREE_DAYS = b"""Date,USD,JPY,BGN,PLN,
2026-01-02,1.1000,160.10,N/A,4.2100,
2025-12-31,1.0990,159.90,1.9558,4.2000,
2025-12-30,1.0980,159.80,1.9558,4.1900,
"""


def test_each_cell_is_a_price_of_one_euro():
    rates, findings = parse_ecb(THREE_DAYS)

    assert findings == []
    assert len(rates) == 11
    rate = RateTable(rates).rate("EUR", "PLN", date(2025, 12, 31), "ECB")
    assert (rate.unit, rate.rate, rate.published_on) == (1, Decimal("4.2000"), date(2025, 12, 31))


def test_a_currency_that_has_ended_has_no_rate():
    table = RateTable(parse_ecb(THREE_DAYS).rates)

    assert table.rate("EUR", "BGN", date(2025, 12, 31), "ECB").rate == Decimal("1.9558")
    with pytest.raises(NoFxRate):
        table.rate("EUR", "BGN", date(2026, 1, 2), "ECB")


def test_the_history_may_be_read_from_a_day_on():
    rates = parse_ecb(THREE_DAYS, since=date(2025, 12, 31)).rates

    assert {rate.valid_on for rate in rates} == {date(2025, 12, 31), date(2026, 1, 2)}


@pytest.mark.parametrize(
    ("row", "finding"),
    [
        ("2026-01-02,1.1,x,N/A,4.2,", Finding(2, "JPY", "x", "not-a-rate")),
        ("2026-01-02,1.1,1e3,N/A,4.2,", Finding(2, "JPY", "1e3", "not-a-rate")),
        ("2026-01-02,1.1,0,N/A,4.2,", Finding(2, "JPY", "0", "not-a-rate")),
        ("2026-01-02,1.1,-1,N/A,4.2,", Finding(2, "JPY", "-1", "not-a-rate")),
        ("2026-02-30,1.1,1,N/A,4.2,", Finding(2, "Date", "2026-02-30", "not-a-date")),
        ("2026-01-02,1.1,160.1,N/A,4.2", Finding(2, "Date", "2026-01-02", "wrong-number-of-cells")),
        ("", Finding(2, "Date", "", "not-a-date")),
    ],
)
def test_what_cannot_be_read_is_a_finding_and_the_next_row_stands(row, finding):
    content = f"Date,USD,JPY,BGN,PLN,\n{row}\n2025-12-31,1.099,159.9,1.9558,4.2,\n"

    rates, findings = parse_ecb(content.encode())

    assert findings == [finding]
    assert len([rate for rate in rates if rate.valid_on == date(2025, 12, 31)]) == 4


def test_an_unknown_column_is_a_finding():
    findings = parse_ecb(b"Date,USD,ZZZ,\n2026-01-02,1.1,2,\n").findings

    assert findings == [Finding(2, "ZZZ", "2", "unknown-currency")]


@pytest.mark.parametrize("content", [b"", b"<html>", b"Date\xff,USD,\n", b"data;1USD\n"])
def test_another_file_is_refused(content):
    with pytest.raises(NotEcbRates):
        parse_ecb(content)
