"""From which day each price of an announced list holds, and why (rule R61).

A price is compared with the one it takes the place of: that of the longest prefix that begins its
own and holds on the day before the one asked for, of its own band first. What rises waits for its
notice; so does a connection fee or an increment that is not plainly less than before. Each
destination is decided by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, NamedTuple

import polars as pl

from settlement.catalogue.deck_reading import Finding, event_at
from settlement.catalogue.notice.notice import (
    NoticeTerms,
    RateAnnouncedBackwards,
    announced_on,
    first_day_at,
)
from settlement.catalogue.rate_deck import RATES

ONE_DAY: Final = timedelta(days=1)
_BESIDES: Final = ("connection_fee", "first_increment", "next_increment")

Rate = dict[str, Any]


class Reason(StrEnum):
    """Why a price holds from its day."""

    NEW = "new"
    UNCHANGED = "unchanged"
    DECREASE = "decrease"
    INCREASE_IN_TIME = "increase_in_time"
    NOTICE = "notice"
    # The next price of the list holds before this one could.
    OVERTAKEN = "overtaken"


@dataclass(frozen=True, slots=True)
class PriceDay:
    """One price of a list; `holds_from` is None where it never holds.

    `before` is the price it takes the place of, None where there was none.
    """

    prefix: str
    destination: str
    band: str | None
    price: Decimal
    before: Decimal | None
    asked_for: date
    holds_from: date | None
    reason: Reason


class Decided(NamedTuple):
    """A list as it is imported (a frame of RATES), what is told of it, and what looks back."""

    rates: pl.DataFrame
    days: tuple[PriceDay, ...]
    backwards: tuple[Finding, ...]


def decide(
    asked: pl.DataFrame, held: pl.DataFrame, announced_at: datetime, terms: NoticeTerms
) -> Decided:
    """Say when the prices of a list hold; both are frames of RATES, `asked` with first days.

    A price that goes on as it is is not imported again. One for days that are gone is a finding,
    whose line is the number of the price in the list.
    """
    places = _by_prefix(held.iter_rows(named=True))
    numbered = sorted(
        enumerate(asked.iter_rows(named=True), 1), key=lambda each: each[1]["valid_from"]
    )
    rates: list[Rate] = []
    days: list[tuple[int, PriceDay]] = []
    backwards = []
    today = announced_on(announced_at, terms)
    begin = {(rate["prefix"], rate["band"], rate["valid_from"]) for _, rate in numbered}
    for number, rate in numbered:
        ends = rate["valid_until"]
        if ends is None or (rate["prefix"], rate["band"], ends) in begin:
            own = _going_on(places, rate, max(rate["valid_from"], today))
            if own is not None:
                day = _told(rate, own, own["valid_from"] or rate["valid_from"], Reason.UNCHANGED)
                days.append((number, day))
                continue
        try:
            kept, day = _decided(rate, _before(places, rate), announced_at, terms)
        except RateAnnouncedBackwards:
            text = f"{rate['prefix']} from {rate['valid_from']}"
            event = event_at(rate["prefix"], rate["valid_from"])
            backwards.append(Finding(number, "ANNOUNCED_BACKWARDS", text, event))
            continue
        days.append((number, day))
        if kept is not None:
            _follow(places, rate, kept)
            rates.append(kept)
    return Decided(
        pl.DataFrame(
            [tuple(rate[name] for name in RATES.names()) for rate in rates],
            schema=RATES,
            orient="row",
        ),
        tuple(day for _, day in sorted(days, key=lambda each: each[0])),
        tuple(backwards),
    )


def _decided(
    rate: Rate, before: Rate | None, announced_at: datetime, terms: NoticeTerms
) -> tuple[Rate | None, PriceDay]:
    """The price as it is to be imported, None where it is not, and what is told of it."""
    rises = before is not None and _rises(rate, before)
    first_day = first_day_at(rises, rate["valid_from"], announced_at, terms)
    if rate["valid_until"] is not None and first_day >= rate["valid_until"]:
        return None, _told(rate, before, None, Reason.OVERTAKEN)
    reason = _reason(rate, before, rises, first_day)
    return {**rate, "valid_from": first_day}, _told(rate, before, first_day, reason)


def _reason(rate: Rate, before: Rate | None, rises: bool, first_day: date) -> Reason:
    if before is None:
        return Reason.NEW
    if rises:
        return Reason.NOTICE if first_day > rate["valid_from"] else Reason.INCREASE_IN_TIME
    return Reason.UNCHANGED if _is_same(rate, before) else Reason.DECREASE


def _told(rate: Rate, before: Rate | None, holds_from: date | None, reason: Reason) -> PriceDay:
    return PriceDay(
        prefix=rate["prefix"],
        destination=rate["destination"],
        band=rate["band"],
        price=rate["price"],
        before=None if before is None else before["price"],
        asked_for=rate["valid_from"],
        holds_from=holds_from,
        reason=reason,
    )


def _rises(rate: Rate, before: Rate) -> bool:
    """Whether the price or anything beside it rises, or may: the tariff's own is not known here."""
    if rate["price"] > before["price"]:
        return True
    pairs = [(rate[name], before[name]) for name in _BESIDES]
    return any(now != was and (now is None or was is None or now > was) for now, was in pairs)


def _is_same(rate: Rate, before: Rate) -> bool:
    return all(rate[name] == before[name] for name in ("price", *_BESIDES))


def _going_on(places: Mapping[str, Sequence[Rate]], rate: Rate, day: date) -> Rate | None:
    """The same price, where it holds on a day anyway and no end is known."""
    for each in places.get(rate["prefix"], ()):
        is_own = (each["band"], each["destination"]) == (rate["band"], rate["destination"])
        is_open = each["valid_until"] is None and _holds(each, day)
        if is_own and is_open and _is_same(rate, each):
            return each
    return None


def _by_prefix(rates: Iterable[Rate]) -> dict[str, list[Rate]]:
    places: dict[str, list[Rate]] = {}
    for rate in rates:
        places.setdefault(rate["prefix"], []).append(rate)
    return places


def _before(places: Mapping[str, Sequence[Rate]], rate: Rate) -> Rate | None:
    """The price that this one takes the place of."""
    day = rate["valid_from"] - ONE_DAY
    for length in range(len(rate["prefix"]), -1, -1):
        held = [each for each in places.get(rate["prefix"][:length], ()) if _holds(each, day)]
        own = [each for each in held if each["band"] == rate["band"]]
        either = [each for each in held if each["band"] is None or rate["band"] is None]
        if found := own or either:
            return min(found, key=lambda each: (-each["priority"], each["price"]))
    return None


def _holds(rate: Rate, day: date) -> bool:
    begins, ends = rate["valid_from"], rate["valid_until"]
    return (begins is None or begins <= day) and (ends is None or ends > day)


def _follow(places: dict[str, list[Rate]], asked: Rate, kept: Rate) -> None:
    """A price that holds from now on; one before it in the list goes on until its first day.

    Where the list itself ends the one before on the day asked for, notice must leave no gap.
    """
    first_day = kept["valid_from"]
    for other in places.setdefault(kept["prefix"], []):
        is_place = (other["band"], other["priority"]) == (kept["band"], kept["priority"])
        if is_place and _holds(other, asked["valid_from"] - ONE_DAY):
            other["valid_until"] = first_day
    places[kept["prefix"]].append(kept)
