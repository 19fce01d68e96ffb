"""Figures, days and lists as a story tells them: texts, in an order that no run changes."""

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from currencies.money import Money, money, plain, shown
from currencies.rounding import round_fraction
from tenants.digest import canonical

Told = dict[str, Any]
Namer = Callable[[UUID | None], str]


def in_order(entries: Iterable[Told]) -> list[Told]:
    """By the first fields that tell entries apart, as they are written."""
    return sorted(entries, key=lambda entry: [canonical(value) for value in entry.values()])


def exact(amount_3600: Decimal) -> str:
    """The amount before its rounding; what has no end as a decimal is rounded at twelve places."""
    return plain(round_fraction(Fraction(amount_3600) / 3600, 12))


def number(value: Decimal | None) -> str:
    """A price or rate without needless zeros; nothing where there is none."""
    return "" if value is None else plain(value)


def payable(amount: Decimal, currency: str) -> str:
    """The number of a rounded amount, with the digits of its currency."""
    return shown(money(amount, currency)).partition(" ")[0]


def figure(amount: Money) -> str:
    """The number of an amount, whose currency stands beside it."""
    return shown(amount).partition(" ")[0]


def iso_day(day: dt.date | None) -> str:
    """A day in ISO form; nothing where there is none."""
    return "" if day is None else day.isoformat()
