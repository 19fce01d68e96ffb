"""What a subscription is charged for having something (rules R35, R36), and for leaving early."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tests.reference.commercial.days import cents, days_of, later, runs, seconds_between, shared

Plain = dict[str, Any]
Month = tuple[date, date]


@dataclass
class Due:
    """A fee of a version: the days on which it is charged, and its lines in cents by product."""

    fee: Plain
    month: Month
    zone: str
    days: set[date]
    lines: list[tuple[str, int]]

    def on(self, days: set[date]) -> int:
        """What of it falls on days."""
        return amount_on(self.fee, self.month, self.zone, self.days & days)


def dues(
    subscription: Plain, versions: list[Plain], bundles: dict[str, list[Plain]], month: Month
) -> list[Due]:
    """The fees of a month, by version and as written."""
    free = bonus_days(subscription, month)
    found = []
    for version in sorted(versions, key=lambda each: each["valid_from"]):
        held = [day for day in days_of(*month) if holds(version, day) and holds(subscription, day)]
        for fee in version.get("fees", ()):
            if fee["kind"] == "one_off":
                days = {day for day in held if day == subscription["valid_from"]}
            else:
                days = set(held) - free
            amount = amount_on(fee, month, subscription["zone"], days)
            if amount:
                lines = [(fee["product"], amount)]
                if fee["product"] in bundles:
                    lines = shared_out(amount, bundles[fee["product"]])
                found.append(Due(fee, month, subscription["zone"], days, lines))
    return found


def holds(row: Plain, day: date) -> bool:
    """Half-open; no end is no end."""
    return row["valid_from"] <= day and (row["valid_until"] is None or day < row["valid_until"])


def shared_out(amount: int, components: list[Plain]) -> list[tuple[str, int]]:
    """The price of a bundle on its components (rule R35)."""
    parts = shared(amount, [Fraction(each["weight"]) for each in components])
    return [(each["product"], part) for each, part in zip(components, parts, strict=True)]


def amount_on(fee: Plain, month: Month, zone: str, days: set[date]) -> int:
    """A once-only fee on its day; else what is due up to the end of days less what was before."""
    price = Fraction(fee["amount"])
    if fee["kind"] == "one_off":
        return cents(price) if days else 0
    price = Fraction(cents(price), 100)

    def place(day: date) -> int:
        if fee.get("proration_unit") == "second":
            return seconds_between(month[0], day, zone)
        return (day - month[0]).days

    whole = place(month[1])
    return sum(
        cents(price * place(until) / whole) - cents(price * place(first) / whole)
        for first, until in runs(days)
    )


@dataclass
class Spell:
    """One term, or one renewal of it: `ends` of its months, and what took its place when."""

    first: date
    ends: list[date]
    said: Plain
    replaced: date | None


def spells(subscription: Plain) -> list[Spell]:
    """Every term; its months are counted from the day on which the first one began."""
    found = []
    begun = subscription["terms"]
    for place, (begins, term) in enumerate(begun):
        replaced = begun[place + 1][0] if place + 1 < len(begun) else None
        months = term["months"]
        for number in range(40 if term.get("renewal") == "again" else 1):
            ends = [later(begins, number * months + n + 1) for n in range(months)]
            found.append(Spell(later(begins, number * months), ends, term, replaced))
    return found


def bonus_days(subscription: Plain, month: Month) -> set[date]:
    """The days on which recurring fees are not charged: the last months of a term."""
    free = set()
    for spell in spells(subscription):
        bonus = spell.said.get("bonus_months", 0)
        if bonus:
            begins = [spell.first, *spell.ends][len(spell.ends) - bonus]
            ends = min(spell.ends[-1], spell.replaced or date.max)
            free |= {day for day in days_of(*month) if begins <= day < ends}
    return free


def bonus(subscription: Plain, month: Month) -> int:
    """What each term gives once, on its first day, to somebody who is there on that day."""
    return sum(
        cents(Fraction(spell.said.get("bonus_amount", "0")))
        for spell in spells(subscription)
        if month[0] <= spell.first < month[1]
        and holds(subscription, spell.first)
        and spell.first < (spell.replaced or date.max)
    )


def leaving_fee(subscription: Plain, month: Month) -> int:
    """What leaving before the end of a term costs, in the month of the first day without."""
    left_on = subscription["valid_until"]
    if not subscription["ended"] or left_on is None or not month[0] <= left_on < month[1]:
        return 0
    for spell in spells(subscription):
        if (spell.replaced or left_on) >= left_on and spell.first < left_on < spell.ends[-1]:
            return _fee(spell, left_on)
    return 0


def _fee(spell: Spell, left_on: date) -> int:
    fee = Fraction(spell.said.get("fee", "0"))
    kind = spell.said.get("early_leaving", "flat")
    if kind == "flat":
        return cents(fee)
    if kind == "remaining_months":
        return cents(fee * sum(end > left_on for end in spell.ends))
    price = Fraction(cents(fee), 100)
    used, whole = (left_on - spell.first).days, (spell.ends[-1] - spell.first).days
    return cents(price) - cents(price * used / whole)
