"""Numbers, amounts and dates as each language writes them; digits are given, never taken."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from i18n.formats import (
    amount_code_text,
    amount_text,
    clock_text,
    date_text,
    instant_text,
    month_text,
    number_text,
    percent_text,
)


def spaced(text):
    """The text with ordinary spaces, so that the tables below can be read."""
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("locale", "amount", "currency", "digits", "text"),
    [
        ("en", "12447.60", "EUR", 2, "€12,447.60"),
        ("en", "-12.30", "EUR", 2, "-€12.30"),
        ("en", "12.30", "PLN", 2, "12.30 PLN"),
        ("pl", "12447.60", "PLN", 2, "12 447,60 zł"),
        ("pl", "-0.00", "PLN", 2, "0,00 zł"),
        ("ru", "12447.60", "EUR", 2, "12 447,60 €"),
        ("de", "12447.60", "EUR", 2, "12.447,60 €"),
        ("uk", "12447.60", "UAH", 2, "12 447,60 ₴"),
        ("pl", "1234", "JPY", 0, "1 234 JPY"),
        ("pl", "1.500", "KWD", 3, "1,500 KWD"),
        ("pl", "1.2345", "XDR", 4, "1,2345 XDR"),
        ("pl", "1.50", "HUF", 2, "1,50 HUF"),
        ("en", "999999999999999.123456789012", "EUR", 12, "€999,999,999,999,999.123456789012"),
    ],
)
def test_an_amount_with_the_symbol_of_its_currency(locale, amount, currency, digits, text):
    assert spaced(amount_text(Decimal(amount), currency, digits, locale)) == text


def test_an_amount_with_the_code_of_its_currency():
    assert spaced(amount_code_text(Decimal("1234.5"), "PLN", 2, "pl")) == "1 234,50 PLN"
    assert spaced(amount_code_text(Decimal("1234.5"), "PLN", 2, "en")) == "1,234.50 PLN"


def test_formatting_never_rounds():
    with pytest.raises(AssertionError, match="round 1.005 to 2 digits"):
        amount_text(Decimal("1.005"), "EUR", 2, "en")


@pytest.mark.parametrize(
    ("locale", "number", "text"),
    [
        ("pl", Decimal("1234567.0100"), "1 234 567,01"),
        ("en", Decimal("0.006"), "0.006"),
        ("de", 1237, "1.237"),
        ("ru", Decimal("-1.5"), "-1,5"),
    ],
)
def test_a_number_keeps_the_digits_it_has(locale, number, text):
    assert spaced(number_text(number, locale)) == text


@pytest.mark.parametrize(
    ("locale", "part", "text"),
    [
        ("en", "0.23", "23%"),
        ("pl", "0.3333", "33,33%"),
        ("de", "0.05", "5 %"),
        ("ru", "1", "100 %"),
        ("en", "0.005", "0.5%"),
    ],
)
def test_a_part_is_shown_in_percent(locale, part, text):
    assert spaced(percent_text(Decimal(part), locale)) == text


@pytest.mark.parametrize(
    ("locale", "day", "long", "month"),
    [
        ("en", "31 Oct 2026", "31 October 2026", "October 2026"),
        ("pl", "31 paź 2026", "31 października 2026", "październik 2026"),
        ("ru", "31 окт. 2026 г.", "31 октября 2026 г.", "октябрь 2026"),
        ("de", "31.10.2026", "31. Oktober 2026", "Oktober 2026"),
        ("uk", "31 жовт. 2026 р.", "31 жовтня 2026 р.", "жовтень 2026"),
    ],
)
def test_a_day_and_its_month(locale, day, long, month):
    last = date(2026, 10, 31)

    assert spaced(date_text(last, locale)) == day
    assert spaced(date_text(last, locale, "long")) == long
    assert spaced(month_text(last, locale)) == month


@pytest.mark.parametrize("locale", ["ru", "uk"])
def test_the_year_and_the_word_for_it_stay_on_one_line(locale):
    # Paper knows one space that keeps a line whole, and breaks at the narrow one (U+202F).
    instant = datetime(2026, 10, 31, tzinfo=UTC)
    texts = [
        date_text(instant.date(), locale),
        date_text(instant.date(), locale, "long"),
        instant_text(instant, ZoneInfo("Europe/Warsaw"), locale),
    ]

    assert all("2026\u00a0" in text and "\u202f" not in text for text in texts)


def test_the_hour_shown_twice_is_told_apart_by_its_offset():
    warsaw = ZoneInfo("Europe/Warsaw")
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

    assert spaced(instant_text(first, warsaw, "pl")) == "25 paź 2026, 02:30:00 +0200"
    assert spaced(instant_text(second, warsaw, "pl")) == "25 paź 2026, 02:30:00 +0100"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00:00"), (59, "0:00:59"), (3723, "1:02:03"), (360000, "100:00:00"), (-61, "-0:01:01")],
)
def test_a_duration_in_a_column(seconds, text):
    assert clock_text(seconds) == text
