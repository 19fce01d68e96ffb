"""Receivables by age: how long what is still to be paid has been due."""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from currencies.money import Money, total
from i18n.locale import _

AGES: Final = (
    (0, _("not due yet")),
    (30, _("overdue up to 30 days")),
    (60, _("overdue 31 to 60 days")),
    (90, _("overdue 61 to 90 days")),
)
OLDER: Final = _("overdue more than 90 days")


def age_of(due_on: dt.date, today: dt.date) -> str:
    """The age of what is due on a day; on its day it is not overdue yet."""
    days = (today - due_on).days
    return next((name for most, name in AGES if days <= most), OLDER)


def by_age(
    open_items: Iterable[tuple[dt.date, Money]], today: dt.date
) -> dict[str, list[tuple[str, Money]]]:
    """By currency, the sum of each age, of none too, the youngest first."""
    found: dict[str, dict[str, list[Money]]] = {}
    for due_on, amount in open_items:
        of_currency = found.setdefault(str(amount.currency.code), {})
        of_currency.setdefault(age_of(due_on, today), []).append(amount)
    names = [*(name for _most, name in AGES), OLDER]
    return {
        code: [(name, total(ages.get(name, ()), code)) for name in names]
        for code, ages in sorted(found.items())
    }
