"""Deals over the volume of an interconnect agreement: what is promised over a term (rule R59).

    [[deals]]
    code = "2026"
    kind = "commitment"
    term_from = 2026-01-01
    term_until = 2027-01-01
    outgoing = { minutes = 1000000, price = "0.010" }

A term is of whole months; `term_until` is the first day after it. A direction promises minutes at
a price a minute, or an `amount` in the agreement's currency.

- commitment: one direction promises; who sends the traffic pays for what it lacks.
- bilateral: both directions promise, each for itself.
- swap: the same minutes both ways; only who lacks more pays, for what it lacks beyond the other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from currencies.money import plain as decimal_text
from i18n.errors import Invalid
from settlement.catalogue.plain_values import Place, Plain, Reader

Kind = Literal["commitment", "bilateral", "swap"]
Direction = Literal["incoming", "outgoing"]
KINDS: Final = ("commitment", "bilateral", "swap")
DIRECTIONS: Final[tuple[Direction, ...]] = ("incoming", "outgoing")


class TermNotWholeMonths(Invalid):
    """{where}: a term from {term_from} until {term_until} is not of whole months. Begin and end it
    on the first day of a month.
    """


class DirectionsOfDeal(Invalid):
    """{where}: a {kind} has promises for {wanted}. Name {wanted}."""


class PromiseUnclear(Invalid):
    """{where} promises minutes at a price, or an amount. Name either of them, above zero."""


class SwapUneven(Invalid):
    """{where}: a swap promises the same minutes at one price both ways. Make it bilateral
    otherwise.
    """


class DealTwice(Invalid):
    """Agreement {code} names the deal {deal} twice. Give each deal its own code."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What a direction is to carry over the term: seconds at a price a minute, or an amount."""

    seconds: int | None
    price: Decimal | None
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Deal:
    """One deal; `term_until` is the first day without."""

    code: str
    kind: Kind
    term_from: date
    term_until: date
    promises: Mapping[Direction, Promise]


def deals_from_plain(tables: Iterable[Plain], agreement: str) -> tuple[Deal, ...]:
    """Read deals. Raises the errors of this module and what Reader raises."""
    deals = tuple(_deal(table, agreement) for table in tables)
    codes = [deal.code for deal in deals]
    for code in codes:
        if codes.count(code) > 1:
            raise DealTwice(code=agreement, deal=code)
    return deals


def deals_to_plain(deals: Iterable[Deal]) -> list[dict[str, Any]]:
    """Write deals as `deals_from_plain` reads them."""
    return [
        {
            "code": deal.code,
            "kind": deal.kind,
            "term_from": deal.term_from.isoformat(),
            "term_until": deal.term_until.isoformat(),
        }
        | {direction: _promise_plain(promise) for direction, promise in deal.promises.items()}
        for deal in deals
    ]


def _deal(table: Plain, agreement: str) -> Deal:
    where = f"agreement {agreement}, deal"
    known = ("code", "kind", "term_from", "term_until", *DIRECTIONS)
    reader = Reader(table, where, known)
    code = reader.text("code")
    where = f"{where} {code}"
    deal = Deal(
        code=code,
        kind=reader.choice("kind", KINDS),  # type: ignore[arg-type]
        term_from=reader.day("term_from"),
        term_until=reader.day("term_until"),
        promises={
            direction: _promise(reader.table(direction), f"{where}, {direction}")
            for direction in DIRECTIONS
            if reader.has(direction)
        },
    )
    _check(deal, where)
    return deal


def _check(deal: Deal, where: str) -> None:
    is_months = (deal.term_from.day, deal.term_until.day) == (1, 1)
    if not is_months or deal.term_until <= deal.term_from:
        raise TermNotWholeMonths(
            where=Place(where), term_from=deal.term_from, term_until=deal.term_until
        )
    wanted = 1 if deal.kind == "commitment" else len(DIRECTIONS)
    if len(deal.promises) != wanted:
        named = (" / " if wanted == 1 else ", ").join(DIRECTIONS)
        raise DirectionsOfDeal(where=Place(where), kind=deal.kind, wanted=named)
    if deal.kind == "swap":
        one, other = deal.promises["incoming"], deal.promises["outgoing"]
        if one != other or one.seconds is None:
            raise SwapUneven(where=Place(where))


def _promise(table: Plain, where: str) -> Promise:
    reader = Reader(table, where, ("minutes", "price", "amount"))
    minutes, price = reader.whole_or_none("minutes", least=1), reader.price_or_none("price")
    amount = reader.price_or_none("amount")
    by_minutes = minutes is not None and price is not None and amount is None
    by_amount = bool(amount) and minutes is None and price is None
    if not (by_minutes or by_amount):
        raise PromiseUnclear(where=Place(where))
    return Promise(None if minutes is None else minutes * 60, price, amount)


def _promise_plain(promise: Promise) -> dict[str, Any]:
    if promise.seconds is None or promise.price is None:
        return {"amount": decimal_text(promise.amount or Decimal(0))}
    return {"minutes": promise.seconds // 60, "price": decimal_text(promise.price)}
