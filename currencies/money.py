"""The one door through which an amount becomes Money.

`moneyed.Money` is a good value, but its constructor takes floats, NaN and any text Decimal takes
(`1_000`, full-width digits, `1e999999`), and its operators work in the ambient decimal context,
which cuts silently at 28 digits. So Money is made here and nowhere else, from a strict ASCII
text, a finite Decimal or a whole number; and sums and products are computed here in a context
that raises instead of cutting.

Nothing here rounds; see `currencies.rounding`.
"""

import re
from collections.abc import Iterable
from decimal import Clamped, Context, Decimal, Inexact, InvalidOperation, Overflow, Rounded
from functools import cache, reduce

from moneyed import Currency, Money

from currencies.units import minor_unit
from i18n.errors import Invalid
from tenants.decimal_text import decimal_text as plain

__all__ = [
    "EXACT",
    "Money",
    "added",
    "amount_text",
    "money",
    "parse_amount",
    "plain",
    "scaled",
    "shown",
    "total",
]

AMOUNT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?")

# Wide enough for a product of two database numerics (38 digits each); raises where it is not.
EXACT = Context(prec=80, traps=[Inexact, Rounded, InvalidOperation, Overflow, Clamped])

INTEGER_DIGITS = 26
FRACTION_DIGITS = 40


class NotAnAmount(Invalid):
    """{value} is not an amount. Write digits with a point, for example 1234.56."""


class AmountTooLong(Invalid):
    """Amount {value} has too many digits. Check its unit and its decimal point."""


class CurrencyMissing(Invalid):
    """The amount {value} has no currency. Write it like 12.34 EUR."""


class CurrenciesMixed(Invalid):
    """{other} cannot be added to {currency}. Convert one of them first, at a named rate."""


def parse_amount(text: str) -> Decimal:
    """Read an amount written in ASCII as `-?digits[.digits]`; up to 15 and 12 of them.

    Raises NotAnAmount for anything else: a comma, a space, a plus sign, an exponent, an
    underscore, digits of other scripts, NaN. A minus before zero is dropped.
    """
    if not isinstance(text, str) or not AMOUNT.fullmatch(text):
        raise NotAnAmount(value=repr(text)[:60])
    return _unsigned_zero(Decimal(text))


def money(value: str | Decimal | int, currency: str | None = None) -> Money:
    """Make Money of `money("12.34 EUR")` or `money(Decimal("12.34"), "EUR")`.

    Raises NotAnAmount, AmountTooLong, CurrencyMissing or UnknownCurrency.
    """
    if currency is None:
        value, currency = _taken_apart(value)
    return Money(_as_decimal(value), _currency(currency))


def total(moneys: Iterable[Money], currency: str) -> Money:
    """Add amounts of one currency; the currency is named because there may be none to add.

    Raises CurrenciesMixed (rule R77).
    """
    amounts = []
    for each in moneys:
        if each.currency.code != currency:
            raise CurrenciesMixed(other=each.currency.code, currency=currency)
        amounts.append(each.amount)
    return money(added(amounts), currency)


def added(amounts: Iterable[Decimal]) -> Decimal:
    """Add exactly; raises decimal.Inexact rather than lose a digit."""
    return reduce(EXACT.add, amounts, Decimal(0))


def scaled(amount: Money, factor: Decimal | int) -> Money:
    """Multiply exactly; raises decimal.Inexact rather than lose a digit."""
    return money(EXACT.multiply(amount.amount, _as_decimal(factor)), amount.currency.code)


def shown(amount: Money) -> str:
    """Write Money for logs, digests and tests: `12.30 EUR`, `0.00 EUR`, `0.0078 EUR`.

    Equal amounts give equal text: at least the digits of the minor unit, more only where they
    are not zero, never `-0.00`.
    """
    places = minor_unit(amount.currency.code)
    whole, _, fraction = plain(amount.amount).partition(".")
    fraction = fraction.ljust(places, "0")
    return (
        f"{whole}.{fraction} {amount.currency.code}"
        if fraction
        else f"{whole} {amount.currency.code}"
    )


def amount_text(amount: Money) -> str:
    """Write the number of a payable amount with exactly the digits of its minor unit."""
    number = shown(amount).partition(" ")[0]
    digits = len(number.partition(".")[2])
    assert digits == minor_unit(amount.currency.code), f"round {shown(amount)} before writing it"
    return number


def _taken_apart(value: str | Decimal | int) -> tuple[str, str]:
    parts = value.split(" ") if isinstance(value, str) else []
    if len(parts) != 2:
        raise CurrencyMissing(value=repr(value)[:60])
    return parts[0], parts[1]


def _as_decimal(value: str | Decimal | int) -> Decimal:
    if type(value) is Decimal:
        number = value
    elif isinstance(value, str):
        return parse_amount(value)
    # bool is an int, and True EUR is not an amount.
    elif isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise NotAnAmount(value=repr(value)[:60])
    else:
        number = Decimal(value)
    if not number.is_finite():
        raise NotAnAmount(value=str(value))
    # Few characters are few digits on either side; taking a number apart takes ten times as long.
    if len(text := str(number)) <= INTEGER_DIGITS and "E" not in text:
        return _unsigned_zero(number)
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int), "a finite Decimal has a whole exponent"
    if number.adjusted() >= INTEGER_DIGITS or -exponent > FRACTION_DIGITS:
        raise AmountTooLong(value=str(value)[:60])
    return _unsigned_zero(number)


def _unsigned_zero(number: Decimal) -> Decimal:
    return number if number else number.copy_abs()


@cache
def _currency(code: str) -> Currency:
    minor_unit(code)
    return Currency(code=code)
