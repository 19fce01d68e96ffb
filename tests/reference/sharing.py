"""Sharing, recomputed with fractions from the plain terms of an agreement.

Whole numbers of minor units and fractions only; none of the product's code. Where the product
rounds once per column, this hands out one unit after the other.
"""

from fractions import Fraction
from math import floor
from typing import Any

Plain = dict[str, Any]


def share(units: int, terms: Plain, places: int) -> dict[str, int]:
    """Minor units of each deduction and payee, and what is carried; together the units."""
    sign = -1 if units < 0 else 1
    each_step = terms.get("waterfall_rounding", "each_step") == "each_step"
    found = stepwise(abs(units), terms, places) if each_step else at_end(abs(units), terms, places)
    return {name: sign * amount for name, amount in found.items()}


def stepwise(units: int, terms: Plain, places: int) -> dict[str, int]:
    found, left = deducted(units, terms, places)
    names, parts = leaves(terms)
    if left < 0:
        return found | dict.fromkeys(names, 0) | {"carried": left}
    if "chain" in terms and terms.get("chain_rounding", "cascade") == "cascade":
        for link in terms["chain"]:
            found[link["payee"]] = half_up(left * Fraction(link["rate"]))
            left -= found[link["payee"]]
        return found | {terms["owner"]: left, "carried": 0}
    return found | dict(zip(names, largest_remainder(left, parts), strict=True)) | {"carried": 0}


def deducted(units: int, terms: Plain, places: int) -> tuple[dict[str, int], int]:
    """What the deductions take one after the other, and what they leave."""
    found: dict[str, int] = {}
    left = net = units
    claims: list[Plain] = []
    for deduction in terms.get("deductions", []):
        if deduction.get("claim"):
            claims.append(deduction)
            continue
        # Claims that follow one another have come to an end: they are one step.
        found |= serve(left, claims, terms, places)
        claims = []
        left = units - sum(found.values())
        found[deduction["name"]] = half_up(wanted(deduction, units, net, left, places))
        left -= found[deduction["name"]]
        net = left if deduction.get("vat") else net
    found |= serve(left, claims, terms, places)
    return found, units - sum(found.values())


def serve(left: int, claims: list[Plain], terms: Plain, places: int) -> dict[str, int]:
    """What each claim gets of what is left, no more than it asks for."""
    names = [each["name"] for each in claims]
    asked = [half_up(Fraction(each["amount"]) * 10**places) for each in claims]
    to_give = min(max(left, 0), sum(asked))
    if terms.get("step", "ratio") == "ratio":
        parts = largest_remainder(to_give, [Fraction(each) for each in asked])
        return dict(zip(names, parts, strict=True))
    given = [0 for _ in asked]
    while to_give:
        # A round gives one unit to each that still asks, in their order.
        for place, amount in enumerate(asked):
            if to_give and given[place] < amount:
                given[place] += 1
                to_give -= 1
    return dict(zip(names, given, strict=True))


def at_end(units: int, terms: Plain, places: int) -> dict[str, int]:
    left = net = Fraction(units)
    taken = []
    for deduction in terms.get("deductions", []):
        taken.append(wanted(deduction, units, net, left, places))
        left -= taken[-1]
        if deduction.get("vat"):
            net = left
    names, parts = leaves(terms)
    deducted = [deduction["name"] for deduction in terms.get("deductions", [])]
    if left < 0:
        rounded = [half_up(amount) for amount in taken]
        found = dict(zip(deducted, rounded, strict=True)) | dict.fromkeys(names, 0)
        return found | {"carried": units - sum(rounded)}
    exact = [left * part for part in parts]
    *paid, kept = largest_remainder(units, [*exact[:-1], units - sum(exact[:-1])])
    *deductions, owned = largest_remainder(kept, [*taken, exact[-1]])
    found = dict(zip(deducted, deductions, strict=True))
    return found | dict(zip(names, [*paid, owned], strict=True)) | {"carried": 0}


def wanted(deduction: Plain, gross: Any, net: Any, left: Any, places: int) -> Fraction:
    if "amount" in deduction:
        return Fraction(deduction["amount"]) * 10**places
    rate = Fraction(deduction["rate"])
    if deduction.get("vat"):
        return left * rate / (1 + rate)
    base = {"gross": gross, "net": net, "left": left}[deduction.get("percent_of", "left")]
    return base * rate


def leaves(terms: Plain) -> tuple[list[str], list[Fraction]]:
    """Who ends up with which part of what is left; the owner last."""
    names, parts, left = [], [], Fraction(1)
    for each in terms.get("shares") or terms["chain"]:
        rate = Fraction(each["rate"])
        names.append(each["payee"])
        parts.append(rate if terms.get("shares") else left * rate)
        left -= parts[-1]
    return [*names, terms["owner"]], [*parts, left]


def largest_remainder(units: int, parts: list[Fraction]) -> list[int]:
    """Give each its whole units, then one unit at a time to whoever lacks most; ties by order."""
    whole = sum(parts)
    if not whole:
        assert units == 0
        return [0 for _ in parts]
    exact = [units * part / whole for part in parts]
    given = [int(each) for each in exact]
    while sum(given) < units:
        lacking = [each - had for each, had in zip(exact, given, strict=True)]
        given[lacking.index(max(lacking))] += 1
    return given


def half_up(amount: Any) -> int:
    """To the nearest whole; one half goes up. Amounts below zero are whole here."""
    return floor(Fraction(amount) + Fraction(1, 2))
