"""Amounts, numbers, dates and durations as the reader's language writes them.

Nothing is rounded here: a number is written with the digits it is given, and an amount with the
digits of its currency, which the caller names, because Babel would write XDR and withdrawn codes
by its own table. What has more digits than that is refused by an assertion.
"""

import datetime as dt
from copy import copy
from decimal import Context, Decimal, localcontext
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, get_month_names
from babel.numbers import NumberPattern, get_currency_symbol, get_decimal_symbol

from i18n.locale import known_locale

NARROW_SPACE = "\N{NO-BREAK SPACE}"

# Babel normalises numbers in the ambient context, which would cut at 28 digits.
WIDE = Context(prec=100)


def amount_text(amount: Decimal, currency: str, digits: int, locale: str) -> str:
    """`12 447,60 zł`, `€12,447.60`: with the symbol of the currency, for one-currency documents."""
    pattern = _babel(locale).currency_formats["standard"]
    # English writes the symbol first; a code in that place would stick to the number.
    if pattern.pattern.startswith("¤") and get_currency_symbol(currency, _babel(locale)).isalpha():
        return amount_code_text(amount, currency, digits, locale)
    return _apply(pattern, amount, digits, locale, currency)


def amount_code_text(amount: Decimal, currency: str, digits: int, locale: str) -> str:
    """`12 447,60 PLN`: with the code, where several currencies stand side by side."""
    return f"{number_text(amount, locale, digits)}{NARROW_SPACE}{currency}"


def number_text(number: Decimal | int, locale: str, digits: int | None = None) -> str:
    """`1 234,5`: with exactly `digits` decimals, or as many as the number has."""
    exact = Decimal(number)
    return _apply(
        _babel(locale).decimal_formats[None],
        exact,
        _digits(exact) if digits is None else digits,
        locale,
    )


def decimal_mark(locale: str) -> str:
    """What stands before the fraction of a number: a point in English, a comma elsewhere here."""
    return get_decimal_symbol(_babel(locale))


def percent_text(part: Decimal, locale: str) -> str:
    """`23%`, `33.33%` of a part between 0 and 1, with as many decimals as it has."""
    pattern = _babel(locale).percent_formats[None]
    return _apply(pattern, part, max(0, _digits(part) - 2), locale)


def date_text(day: dt.date, locale: str, form: str = "medium") -> str:
    """`31 Oct 2026` and the like; forms are short, medium, long and full."""
    return _unbroken(format_date(day, format=form, locale=_babel(locale)))


def month_text(day: dt.date, locale: str) -> str:
    """`October 2026`, `październik 2026`: the month that the day lies in."""
    return _unbroken(format_date(day, format="LLLL y", locale=_babel(locale)))


def month_names(locale: str) -> dict[int, str]:
    """The names of the months, by number from 1, as they stand alone."""
    return dict(get_month_names("wide", "stand-alone", _babel(locale)))


def instant_text(instant: dt.datetime, zone: ZoneInfo, locale: str, form: str = "medium") -> str:
    """An instant on the wall clock of a zone, with the offset, so that 02:30 is told from 02:30."""
    assert instant.tzinfo is not None, "an instant knows its offset"
    local = instant.astimezone(zone)
    text = _unbroken(format_datetime(local, format=form, locale=_babel(locale)))
    return f"{text}{NARROW_SPACE}{local:%z}"


def clock_text(seconds: int) -> str:
    """`1:02:03`, `0:00:59`, `100:00:00`: for columns of durations; the same in every language."""
    minutes, second = divmod(abs(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{'-' if seconds < 0 else ''}{hour}:{minute:02}:{second:02}"


def _unbroken(text: str) -> str:
    """With the one space at which paper does not break a line: 2026 and its г. stay together."""
    return text.replace("\N{NARROW NO-BREAK SPACE}", NARROW_SPACE)


@cache
def _babel(locale: str) -> Locale:
    language = known_locale(locale)
    # British English, because nobody outside the United States writes 10/31/2026.
    return Locale.parse("en_GB" if language == "en" else language)


def _digits(number: Decimal) -> int:
    text = format(number, "f").partition(".")[2].rstrip("0")
    return len(text)


def _apply(
    pattern: NumberPattern, number: Decimal, digits: int, locale: str, currency: str | None = None
) -> str:
    shift = 2 if "%" in pattern.pattern else 0
    assert _digits(number) - shift <= digits, f"round {number} to {digits} digits before writing it"
    with localcontext(WIDE):
        text = _exactly(pattern, digits).apply(
            number if number else Decimal(0), _babel(locale), currency, currency_digits=False
        )
    return str(text)


@cache
def _exactly(pattern: NumberPattern, digits: int) -> NumberPattern:
    """The pattern with that many decimals; Babel keeps one pattern per locale and style."""
    exact = copy(pattern)
    exact.frac_prec = (digits, digits)
    return exact
