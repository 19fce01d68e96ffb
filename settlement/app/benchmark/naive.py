"""The naive way: one Python object for each record, each priced by itself, in exact decimals.

It reads the same lines, by the same terms, and must come to the same charges; it is here to show
what columns are for, and that they lose nothing. It shares no code with rating.
"""

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import phonenumbers

from settlement.app.benchmark.operator import COST, TERMINATION, tariff_of
from settlement.app.benchmark.records import CUSTOMERS, ZONE, numbers_of

BERLIN: Final = ZoneInfo(ZONE)
HOUR: Final = 3600
MINUTE: Final = 60


@dataclass
class Call:
    """One call that somebody took."""

    key: str
    began_at: dt.datetime
    seconds: int
    caller: str
    called: str
    is_incoming: bool


class Charged(NamedTuple):
    """What one side of a call comes to: seconds, and money times 3600."""

    free: int
    billed: int
    amount_3600: Decimal


Charges = dict[tuple[str, str], Charged]


def charges_of(place: Path, lines: int) -> Charges:
    """Charges of the first lines of a file, by key of the record and side."""
    with place.open(encoding="utf-8", newline="") as content:
        rows = [row for _, row in zip(range(lines), csv.reader(content), strict=False)]
    seen: set[str] = set()
    calls = []
    for call in _calls(rows):
        if call.key not in seen:
            seen.add(call.key)
            calls.append(call)
    calls.sort(key=lambda call: (call.began_at, call.key.encode()))
    return _charged(calls)


def _calls(rows: Iterable[list[str]]) -> Iterator[Call]:
    for row in rows:
        if len(row) < 16 or row[14] != "ANSWERED" or not int(row[13]):
            continue
        called = _number(row[2])
        if called is None:
            continue
        local = dt.datetime.fromisoformat(row[10]).replace(tzinfo=BERLIN)
        yield Call(
            key=f"{row[16]}-{row[6]}",
            began_at=local.astimezone(dt.UTC),
            seconds=int(row[13]),
            caller=_number(row[1]) or row[1],
            called=called,
            is_incoming=row[5].startswith("PJSIP/carrier-"),
        )


def _number(text: str) -> str | None:
    try:
        number = phonenumbers.parse(text, "DE")
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:]


def _charged(calls: Iterable[Call]) -> Charges:
    owners = {number: owner for owner in range(CUSTOMERS) for number in numbers_of(owner)}
    months: dict[tuple[int, str], _Month] = {}
    charges: Charges = {}
    for call in calls:
        if call.is_incoming:
            price = Decimal(TERMINATION["voice"]["price"])
            amount = price * MINUTE * call.seconds
            charges[call.key, "carrier"] = Charged(0, call.seconds, amount)
            continue
        price = _price(COST["voice"]["rates"], call.called, None)
        charges[call.key, "carrier"] = Charged(0, call.seconds, price * MINUTE * call.seconds)
        owner = owners[call.caller]
        month = call.began_at.astimezone(BERLIN).strftime("%Y-%m")
        used = months.setdefault((owner, month), _Month(tariff_of(owner)["voice"]))
        charges[call.key, "customer"] = used.charge(call)
    return charges


class _Month:
    """What a customer has used of a month, and what the next call costs."""

    def __init__(self, terms: Mapping[str, Any]) -> None:
        self._terms = terms
        self._allowance = int(terms["allowance"]["amount"])
        self._billed = 0

    def charge(self, call: Call) -> Charged:
        free = min(self._allowance, call.seconds)
        self._allowance -= free
        billed = _rounded_up(call.seconds - free, self._terms)
        before, self._billed = self._billed, self._billed + billed
        if "tiers" in self._terms:
            return Charged(free, billed, _by_tier(self._terms["tiers"]["steps"], before, billed))
        price = _price(self._terms["rates"], call.called, _band(call.began_at))
        fee = Decimal(self._terms["connection_fee"]) if billed else Decimal(0)
        return Charged(free, billed, price * MINUTE * billed + fee * HOUR)


def _rounded_up(seconds: int, terms: Mapping[str, Any]) -> int:
    if not seconds:
        return 0
    first, following = terms["first_increment"], terms["next_increment"]
    beyond = max(seconds - first, 0)
    return int(first + -(-beyond // following) * following)


def _by_tier(steps: Iterable[Mapping[str, Any]], before: int, billed: int) -> Decimal:
    amount, reached, above = Decimal(0), before + billed, 0
    for step in steps:
        up_to = step["up_to"] * MINUTE if "up_to" in step else reached
        inside = max(min(reached, up_to) - max(before, above), 0)
        amount += Decimal(step["price"]) * MINUTE * inside
        above = max(above, up_to)
    return amount


def _band(began_at: dt.datetime) -> str:
    local = began_at.astimezone(BERLIN)
    return "peak" if local.weekday() < 5 and 8 <= local.hour < 18 else "off-peak"


def _price(rates: Iterable[Mapping[str, str]], number: str, band: str | None) -> Decimal:
    fitting: dict[int, str] = defaultdict(str)
    for rate in rates:
        if number.startswith(rate["prefix"]) and rate.get("band") == band:
            fitting[len(rate["prefix"])] = rate["price"]
    return Decimal(fitting[max(fitting)])
