"""What agents are due for what they sold, recomputed from plain facts with whole minor units.

Everything is known at once here, and nothing is subtracted: a test adds up what the product gave
in its runs. None of the product's code. Agents, contracts and customers are numbers, days are
ordinary dates, months are their first days.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

Plain = dict[str, Any]
# Cause, head of the commission, agent, level, product, month.
Key = tuple[str, int, int, int, str, dt.date]


class Placed(NamedTuple):
    """From a day on `who` (a contract or an agent) belongs to an agent, or to nobody."""

    who: int
    day: dt.date
    agent: int | None


class Charged(NamedTuple):
    """Charged under a contract for a product of a month, or given back."""

    contract: int
    month: dt.date
    product: str
    units: int


class Contract(NamedTuple):
    """From its first day until the first day without."""

    number: int
    first: dt.date
    end: dt.date | None


class Head(NamedTuple):
    """An agent with a commission from a day on: terms as agreements write them."""

    agent: int
    day: dt.date
    terms: Plain


class World(NamedTuple):
    """All there is."""

    sellers: Sequence[Placed]
    superiors: Sequence[Placed]
    heads: Sequence[Head]
    contracts: Sequence[Contract]
    charged: Sequence[Charged]


def line_of(world: World, contract: int, day: dt.date) -> list[int]:
    """The seller and all above it on a day."""
    line = []
    agent = _placed(world.sellers, contract, day)
    while agent is not None:
        line.append(agent)
        agent = _placed(world.superiors, agent, day)
    return line


def due(world: World, now: dt.date) -> dict[Key, int]:
    """What is due in minor units at the end of the month `now`."""
    sums: dict[Key, int] = defaultdict(int)
    terms_of: dict[Key, Plain] = {}
    for charge in world.charged:
        if charge.month > now:
            continue
        day = next_month(charge.month) - dt.timedelta(days=1)
        line = line_of(world, charge.contract, day)
        head = _head(world, line, day)
        if head is None:
            continue
        for level, (agent, _) in enumerate(
            zip(line, _rates(head.terms, charge.product), strict=False), 1
        ):
            key = ("commission", head.agent, agent, level, charge.product, charge.month)
            sums[key] += charge.units
            terms_of[key] = head.terms
    found = {key: _of_base(base, terms_of[key], key) for key, base in sums.items()}
    for contract in world.contracts:
        month = contract.first.replace(day=1)
        line = line_of(world, contract.number, contract.first)
        head = _head(world, line, contract.first)
        if month > now or head is None or _is_lost(contract, head.terms, now):
            continue
        for level, (agent, amount) in enumerate(
            zip(line, head.terms.get("per_contract", []), strict=False), 1
        ):
            key = ("new_contract", head.agent, agent, level, "", month)
            found[key] = found.get(key, 0) + int(Fraction(amount) * 100)
    return {key: units for key, units in found.items() if units}


def next_month(day: dt.date) -> dt.date:
    """The first day of the month after."""
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def _placed(placed: Sequence[Placed], who: int, day: dt.date) -> int | None:
    held = [each for each in placed if each.who == who and each.day <= day]
    return max(held, key=lambda each: each.day).agent if held else None


def _head(world: World, line: Sequence[int], day: dt.date) -> Head | None:
    for agent in line:
        held = [each for each in world.heads if each.agent == agent and each.day <= day]
        if held:
            return max(held, key=lambda each: each.day)
    return None


def _rates(terms: Plain, product: str) -> list[str]:
    rates = terms.get("rates", [])
    for rate in rates:
        if product in rate.get("products", []):
            return list(rate["levels"])
    for rate in rates:
        if not rate.get("products"):
            return list(rate["levels"])
    return []


def _of_base(base: int, terms: Plain, key: Key) -> int:
    sign, left = (-1 if base < 0 else 1), abs(base)
    for deduction in terms.get("deductions", []):
        rate = Fraction(deduction["rate"])
        part = left - Fraction(left) / (1 + rate) if deduction.get("vat") else left * rate
        left -= _half_up(Fraction(part))
    rate = Fraction(_rates(terms, key[4])[key[3] - 1])
    return sign * _half_up(left * rate)


def _half_up(units: Fraction) -> int:
    return (2 * units.numerator + units.denominator) // (2 * units.denominator)


def _is_lost(contract: Contract, terms: Plain, now: dt.date) -> bool:
    """Whether it ended by the end of a month, and before it had lasted as long as it had to."""
    if contract.end is None or contract.end > next_month(now):
        return False
    lasts, month = contract.first.day, contract.first.replace(day=1)
    for _ in range(terms.get("clawback_months", 0)):
        month = next_month(month)
    days = (next_month(month) - month).days
    until = month.replace(day=lasts) if lasts <= days else next_month(month)
    return contract.end < until
