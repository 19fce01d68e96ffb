"""All that agreements give of the sales of several months, recomputed from plain facts.

Fractions and whole minor units only; none of the product's code. Everything is known at once here,
up to a month: a test adds up what the product gave in its runs, corrections and all.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from tests.reference.sharing import half_up, share

Plain = dict[str, Any]
# Days of October, November and December, which are a quarter.
DAYS = (31, 30, 31)
PLACES = 2
# A call below 5 seconds is free. Others are billed 20 seconds, and as many times 6 as they go on.
FREE_BELOW, FIRST, NEXT = 5, 20, 6
Dues = Counter[tuple[str, str]]


class Sale(NamedTuple):
    """An event of a month, in minor units; taken back where below zero. Months count from 0.

    It is of so many pieces; or a call, which lasted so many seconds.
    """

    known: int
    month: int
    customer: str
    product: str
    units: int
    pieces: int
    lasted: int = 0


class Customer(NamedTuple):
    """What rules look at."""

    segments: Sequence[str]
    country: str


def due(sales: Sequence[Sale], terms: Plain, customers: dict[str, Customer], now: int) -> Dues:
    """What everybody is due in all at the end of a month, by payee and cause."""
    earned = {
        month: of_a_month([each for each in sales if each.known <= now and each.month == month],
                          terms, customers)
        for month in range(now + 1)
    }  # fmt: skip
    found: Dues = Counter()
    for each in earned.values():
        found.update(each)
    for payee, cause, units in promised(terms, earned, now):
        found[payee, cause] += units
        found[terms["owner"], cause] -= units
    return Counter({key: units for key, units in found.items() if units})


def of_a_month(sales: Sequence[Sale], terms: Plain, customers: dict[str, Customer]) -> Dues:
    """The parts of revenue and the amounts for units, product by product and rule by rule."""
    by_rule: dict[tuple[str, str], list[Sale]] = defaultdict(list)
    for each in sales:
        rule = rule_for(terms, each.product, customers[each.customer])
        by_rule[each.product, rule].append(each)
    found: Dues = Counter()
    for (_, rule), events in by_rule.items():
        split = of_rule(terms, rule)
        deducted = {each["name"] for each in split.get("deductions", [])} | {"carried"}
        whole = terms.get("rounding_level", "statement") == "statement"
        amounts = [each.units for each in events]
        for units in [sum(amounts)] if whole else amounts:
            for name, part in share(units, split, PLACES).items():
                if name not in deducted:
                    found[name, "share"] += part
        for unit in split.get("units", []):
            count = sum(counted(each, unit.get("per", "event")) for each in events)
            amount = to_whole(Fraction(unit["amount"]) * 100 * count)
            found[unit["payee"], "unit"] += amount
            found[terms["owner"], "unit"] -= amount
    return found


def counted(sale: Sale, per: str) -> Fraction:
    """One event, its pieces or billed seconds, or its billed minutes; less by that if taken back.

    No part of a minute is rounded: 26 billed seconds are 26/60 of one.
    """
    measure = billed(sale.lasted) if sale.lasted else sale.pieces
    size = {"event": Fraction(1), "unit": Fraction(measure), "minute": Fraction(measure, 60)}[per]
    return -size if sale.units < 0 else size


def billed(lasted: int) -> int:
    """The seconds of a call that are paid for."""
    if lasted < FREE_BELOW:
        return 0
    found = FIRST
    while found < lasted:
        found += NEXT
    return found


def rule_for(terms: Plain, product: str, customer: Customer) -> str:
    """The first rule of which nothing speaks against the sale."""
    for rule in terms.get("rules", []):
        asked = [
            "products" not in rule or product in rule["products"],
            "segments" not in rule or any(each in rule["segments"] for each in customer.segments),
            "territories" not in rule or customer.country in rule["territories"],
        ]
        if all(asked):
            return str(rule["name"])
    return ""


def of_rule(terms: Plain, name: str) -> Plain:
    """The terms as a rule splits; the deductions stay. Who shares with nobody has no chain."""
    splitting = ("shares", "chain", "units")
    found = dict(terms)
    for rule in terms.get("rules", []):
        if rule["name"] == name:
            found = {key: terms[key] for key in terms if key not in splitting}
            found |= {key: rule[key] for key in splitting if key in rule}
    return found if found.get("shares") else {"chain": []} | found


def promised(terms: Plain, earned: dict[int, Dues], now: int) -> Iterator[tuple[str, str, int]]:
    """Caps, guarantees, advances and fees, in the order in which each builds on the ones before."""
    cut: Dues = Counter()
    for name in ("caps", "guarantees", "advances", "fees"):
        for promise in terms.get(name, []):
            payee, amount = promise["payee"], int(Fraction(promise["amount"]) * 100)
            for months in periods(promise.get("period", "month"), now):
                if name == "fees":
                    days = sum(DAYS[month] for month in months if month <= now)
                    yield (
                        payee,
                        "fee",
                        to_whole(Fraction(amount * days, sum(map(DAYS.__getitem__, months)))),
                    )
                    continue
                had = sum(
                    earned[month][payee, cause]
                    for month in months
                    if month <= now
                    for cause in ("share", "unit")
                )
                had += cut[payee, str(months)]
                if name == "caps":
                    cut[payee, str(months)] = min(amount - had, 0)
                    yield payee, "cap", min(amount - had, 0)
                elif name == "advances":
                    yield payee, "advance", max(had - amount, 0) - had
                elif months[-1] <= now:
                    yield payee, "guarantee", max(amount - had, 0)


def periods(kind: str, now: int) -> list[list[int]]:
    """The months of each own period that has begun."""
    return [[0, 1, 2]] if kind == "quarter" else [[month] for month in range(now + 1)]


def to_whole(units: Fraction) -> int:
    """To the nearest minor unit; one half away from zero."""
    return half_up(units) if units >= 0 else -half_up(-units)
