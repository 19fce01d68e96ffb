"""What refunds take back of shares, and what payments release of them, month by month (R41, R47).

Fractions and whole minor units only; none of the product's code. The agreement may change every
month: whoever gives back looks at what was shared of the sale, never at the terms of today.
"""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from tests.reference.months_of_shares import Dues
from tests.reference.paying import given_back, shared_by, whole
from tests.reference.sharing import half_up, share

Plain = dict[str, Any]
PLACES = 2
VAT = Fraction(23, 100)


class Sold(NamedTuple):
    """A sale without tax, in minor units. Months count from 0."""

    month: int
    customer: str
    product: str
    units: int


class GivenBack(NamedTuple):
    """A part of the sales of a month that a customer gets back, known in a later month."""

    known: int
    month: int
    customer: str
    cause: str
    units: int


class Moved(NamedTuple):
    """Money that came in after the bill of a month; it bounces after that of another, or never."""

    month: int
    units: int
    bounced_in: int | None = None


def stored(sales: Sequence[Sold], terms: Plain) -> dict[str, int]:
    """What deductions and payees were given of the sales of a month, in the order of the split."""
    amounts = [each.units for each in sales]
    by_statement = terms.get("rounding_level", "statement") == "statement"
    found: Counter[str] = Counter()
    for units in [sum(amounts)] if by_statement else amounts:
        # Every step has its place, also one that was given nothing.
        for name, part in share(units, terms, PLACES).items():
            found[name] += part
    found.pop("carried", None)
    return dict(found)


def due_after_refunds(
    sales: Sequence[Sold], refunds: Sequence[GivenBack], versions: Sequence[Plain], now: int
) -> Dues:
    """What everybody is due up to a month, by payee and cause; refunds in the order they came."""
    found: Dues = Counter()
    for month in range(now + 1):
        terms = versions[month]
        split = stored([each for each in sales if each.month == month], terms)
        taken = {each["name"] for each in terms.get("deductions", [])}
        told = [each for each in refunds if each.month == month and each.known <= now]
        backs = given_back(list(split.values()), [each.units for each in told])
        for name, units in split.items():
            if name not in taken:
                found[name, "share"] += units
        for refund, parts in zip(told, backs, strict=True):
            for name, units in zip(split, parts, strict=True):
                if name not in taken:
                    found[name, refund.cause] -= units
    return Counter({key: units for key, units in found.items() if units})


def invoiced(units: int) -> int:
    """What an invoice asks for, with its tax."""
    return units + half_up(units * VAT)


def paid_of_invoices(asked: Sequence[int], money: Sequence[Moved], now: int) -> list[int]:
    """What is paid of the invoice of each month up to `now`: the oldest first; bounces take back.

    Each amount pays what is open when it comes. What it paid is open again once it has bounced,
    and is paid by what others have left over.
    """
    put: dict[int, list[int]] = {}
    for month in range(now + 1):
        for number, each in enumerate(money):
            if each.month == month:
                put[number] = [0 for _ in asked]
                pay_what_is_open(asked[: month + 1], money, put)
        for number, each in enumerate(money):
            if each.bounced_in == month:
                del put[number]
                pay_what_is_open(asked[: month + 1], money, put)
    return [sum(parts[invoice] for parts in put.values()) for invoice in range(len(asked))]


def pay_what_is_open(
    asked: Sequence[int], money: Sequence[Moved], put: dict[int, list[int]]
) -> None:
    """Put what is left of each amount on the oldest invoice that is open."""
    for number, parts in put.items():
        for invoice, units in enumerate(asked):
            is_open = units - sum(each[invoice] for each in put.values())
            parts[invoice] += min(is_open, money[number].units - sum(parts))


def paid_out(
    sales: Sequence[Sold], money: Sequence[Moved], versions: Sequence[Plain], now: int
) -> Counter[str]:
    """What statements have told each payee up to a month, where shares wait for one customer."""
    nets = [sum(each.units for each in sales if each.month == month) for month in range(now + 1)]
    asked = [invoiced(net) for net in nets]
    found: Counter[str] = Counter()
    for month, paid in enumerate(paid_of_invoices(asked, money, now)):
        if not asked[month]:
            continue
        terms = versions[month]
        split = stored([each for each in sales if each.month == month], terms)
        part = Fraction(paid, asked[month])
        for payee in {each["payee"] for each in terms["shares"]}:
            found[payee] += whole(split[payee] * part)
    return Counter({payee: units for payee, units in found.items() if units})


def thirds(units: int) -> list[int]:
    """An amount in three parts as equal as whole units allow."""
    return shared_by(units, [1, 1, 1])
