"""A routing table: the ranked routes of each prefix, what could not be compared, and its CSV."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from currencies.money import plain
from currencies.rounding import round_fraction
from statements.csv_writing import csv_text

COLUMNS: Final = (
    "prefix", "rank", "trunk", "carrier", "agreement", "destination", "price_per_minute",
    "currency", "asr_percent", "acd_seconds", "attempts", "answered",
)  # fmt: skip
# A price of a minute is shown with as many places as rates of exchange are.
PRICE_PLACES: Final = 6

Reason = Literal["no_fixing", "no_rate", "tiers", "quality"]


@dataclass(frozen=True, slots=True)
class Route:
    """One way to a prefix; percent answered, mean seconds and counts are None where not known."""

    prefix: str
    rank: int
    trunk: str
    carrier: str
    agreement: str
    destination: str
    price_per_minute: Decimal
    asr: Decimal | None
    acd: Decimal | None
    attempts: int | None
    answered: int | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many prefixes of a trunk are not ranked, and why."""

    trunk: str
    carrier: str
    agreement: str
    currency: str
    reason: Reason
    prefixes: int


@dataclass(frozen=True, slots=True)
class RoutingTable:
    """Prices at an instant of a call of so many seconds, in one currency."""

    at: dt.datetime
    seconds: int
    currency: str
    routes: tuple[Route, ...]
    left_out: tuple[LeftOut, ...]


def minutes_of(seconds: int, factor: Fraction) -> Fraction:
    """What the price of a call, times 3600, is multiplied by for that of a minute, converted."""
    return factor * 60 / (3600 * seconds)


def price_shown(price: Fraction) -> Decimal:
    """A price of a minute for people and switches."""
    return round_fraction(price, PRICE_PLACES)


def as_csv(table: RoutingTable) -> str:
    """One row for each route, by prefix and rank."""
    return csv_text(COLUMNS, (_row(route, table.currency) for route in table.routes))


def _row(route: Route, currency: str) -> tuple[object, ...]:
    named = (route.trunk, route.carrier, route.agreement, route.destination)
    quality = (_text(route.asr), _text(route.acd), _text(route.attempts), _text(route.answered))
    price = plain(route.price_per_minute)
    return (route.prefix, route.rank, *named, price, currency, *quality)


def _text(number: Decimal | int | None) -> str:
    return "" if number is None else str(number)
