"""Prices as senders write them become prices of a rate deck, or findings.

What a file says is text; here each row is read strictly, whatever the format it came in. A row that
cannot be read is a finding with its line and reason, and costs no other row. Nothing is guessed: of
two different prices for the same prefix from the same day neither is taken, both are findings; the
same price written twice is one price.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, DecimalException
from itertools import zip_longest
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import polars as pl

from currencies.money import EXACT, parse_amount, plain
from i18n.errors import Invalid
from settlement.catalogue.rate_deck import LONGEST_PREFIX, RATES

FIELDS: Final = (
    "prefix", "destination", "price", "band", "connection_fee", "first_increment",
    "next_increment", "valid_from", "valid_until",
)  # fmt: skip
LONGEST_TEXT: Final = 200
SHOWN: Final = 60
# How long a call lasts that shows what a row was to price.
SOME_SECONDS: Final = 60

_PREFIX = re.compile(rf"[0-9]{{1,{LONGEST_PREFIX}}}", re.ASCII)
_INCREMENT = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class Finding(NamedTuple):
    """What is wrong with one row: its line (1-based), a reason in capitals, what it says.

    `event` is usage that the row would have priced, in the canonical columns; it is empty where the
    row does not say for which numbers it is.
    """

    line: int
    reason: str
    text: str
    event: Mapping[str, str | int] = MappingProxyType({})


class DeckRead(NamedTuple):
    """The rates of a file (a frame of RATES), the rows left out, and how many rows there were.

    `repeated` counts rows that say again what an earlier row said. Each row of the file is in
    `rates`, in `findings` or repeated.
    """

    rates: pl.DataFrame
    findings: tuple[Finding, ...]
    rows: int
    repeated: int


class WrittenRow(NamedTuple):
    """A row of a file as text; fields that the file does not have or leaves empty are absent."""

    line: int
    fields: Mapping[str, str]


class Spelling(NamedTuple):
    """How a sender writes numbers.

    `decimal` is the decimal mark. Amounts are multiplied by `unit_factor` (0.01 for prices in
    cents). A leading + is always dropped; then `remove_prefix` where it stands, then `add_prefix`
    is put before.
    """

    decimal: str = "."
    unit_factor: Decimal = Decimal(1)
    remove_prefix: str = ""
    add_prefix: str = ""


class _Unreadable(Invalid):
    """{reason}: {text}"""


def read_rows(
    rows: Iterable[WrittenRow],
    valid_from: date,
    spelling: Spelling,
    unreadable: Iterable[Finding] = (),
) -> DeckRead:
    """Read rows; those without a day of their own hold from `valid_from`.

    `unreadable` are rows that did not come as far as fields; they are counted among the rows.
    """
    findings = list(unreadable)
    count = len(findings)
    read: list[tuple[int, dict[str, Any]]] = []
    for row in rows:
        count += 1
        try:
            read.append((row.line, _rate(row.fields, valid_from, spelling)))
        except _Unreadable as fault:
            reason, text = str(fault.details["reason"]), str(fault.details["text"])
            event = _event_of(row.fields, valid_from, spelling)
            findings.append(Finding(row.line, reason, text, event))
    rates, twice = _one_price_each(read)
    repeated = len(read) - len(rates) - len(twice)
    frame = pl.DataFrame([_in_order(rate) for rate in rates], schema=RATES, orient="row")
    return DeckRead(
        frame, tuple(sorted(findings + twice, key=lambda each: each[:3])), count, repeated
    )


def _one_price_each(
    read: Sequence[tuple[int, dict[str, Any]]],
) -> tuple[list[dict[str, Any]], list[Finding]]:
    """Rates of which no two hold at once, in the order of the file, and the ones that would."""
    places: dict[tuple[str, str | None], list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    for line, rate in read:
        places[rate["prefix"], rate["band"]].append((line, rate))
    rates: list[tuple[int, dict[str, Any]]] = []
    findings: list[Finding] = []
    for rows in places.values():
        kept, twice = _followed(rows) if len(rows) > 1 else (rows, [])
        rates += kept
        findings += twice
    return [rate for _, rate in sorted(rates, key=lambda each: each[0])], findings


def _followed(
    rows: Sequence[tuple[int, dict[str, Any]]],
) -> tuple[list[tuple[int, dict[str, Any]]], list[Finding]]:
    """End each price of a prefix where the next begins; clashing ones are findings."""
    by_day: dict[date, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    for line, rate in rows:
        # Rows that say the same thing are kept once.
        if rate not in (other for _, other in by_day[rate["valid_from"]]):
            by_day[rate["valid_from"]].append((line, rate))
    clear = [by_day[day][0] for day in sorted(by_day) if len(by_day[day]) == 1]
    clashing = [row for same_day in by_day.values() if len(same_day) > 1 for row in same_day]
    kept = []
    for (line, rate), later in zip_longest(clear, clear[1:]):
        begins = later[1]["valid_from"] if later else None
        if begins and rate["valid_until"] and rate["valid_until"] > begins:
            clashing.append((line, rate))
            continue
        kept.append((line, rate | {"valid_until": rate["valid_until"] or begins}))
    return kept, [_twice(line, rate) for line, rate in clashing]


def _twice(line: int, rate: Mapping[str, Any]) -> Finding:
    text = f"{rate['prefix']} at {plain(rate['price'])} from {rate['valid_from']}"
    return Finding(line, "PREFIX_TWICE", text, event_at(rate["prefix"], rate["valid_from"]))


def event_at(prefix: str, day: date) -> Mapping[str, str | int]:
    """A call to a prefix at noon of a day, by the clock of UTC."""
    return {
        "kind": "voice",
        "direction": "outgoing",
        "b_number": prefix,
        "occurred_at": f"{day}T12:00:00Z",
        "duration_seconds": SOME_SECONDS,
    }


def _event_of(
    fields: Mapping[str, str], valid_from: date, spelling: Spelling
) -> Mapping[str, str | int]:
    """A call that a row with a fault was to price, as far as it says to whom and when."""
    try:
        prefix = _prefix(fields.get("prefix", ""), spelling)
    except _Unreadable:
        return {}
    try:
        return event_at(prefix, _day(fields, "valid_from") or valid_from)
    except _Unreadable:
        return event_at(prefix, valid_from)


def _in_order(rate: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(rate[name] for name in RATES.names())


def _rate(fields: Mapping[str, str], valid_from: date, spelling: Spelling) -> dict[str, Any]:
    prefix = _prefix(fields.get("prefix", ""), spelling)
    begins = _day(fields, "valid_from") or valid_from
    ends = _day(fields, "valid_until")
    if ends is not None and ends <= begins:
        raise _Unreadable(reason="VALIDITY_TURNED_ROUND", text=f"{begins} – {ends}")
    if "price" not in fields:
        raise _Unreadable(reason="PRICE_MISSING", text=prefix)
    return {
        "prefix": prefix,
        "destination": _text(fields, "destination") or prefix,
        "price": _amount(fields, "price", spelling),
        "band": _text(fields, "band"),
        "priority": 0,
        "valid_from": begins,
        "valid_until": ends,
        "connection_fee": _amount(fields, "connection_fee", spelling),
        "first_increment": _increment(fields, "first_increment"),
        "next_increment": _increment(fields, "next_increment"),
    }


def _prefix(text: str, spelling: Spelling) -> str:
    digits = text.removeprefix("+").removeprefix(spelling.remove_prefix)
    prefix = spelling.add_prefix + digits
    if not digits or not _PREFIX.fullmatch(prefix):
        raise _Unreadable(reason="PREFIX_WRONG", text=text[:SHOWN])
    return prefix


def _amount(fields: Mapping[str, str], name: str, spelling: Spelling) -> Decimal | None:
    if name not in fields:
        return None
    text = fields[name]
    wrong = _Unreadable(reason=f"{name.upper()}_WRONG", text=text[:SHOWN])
    if spelling.decimal != "." and "." in text:
        raise wrong
    try:
        amount = EXACT.multiply(
            parse_amount(text.replace(spelling.decimal, ".")), spelling.unit_factor
        )
        # The database and the kernel keep twelve decimals; a finer price would be another price.
        amount = amount.quantize(Decimal("1e-12"), context=EXACT)
    except (Invalid, DecimalException):
        raise wrong from None
    if amount < 0:
        raise _Unreadable(reason=f"{name.upper()}_NEGATIVE", text=text[:SHOWN])
    return amount


def _increment(fields: Mapping[str, str], name: str) -> int | None:
    if name not in fields:
        return None
    if not _INCREMENT.fullmatch(fields[name]):
        raise _Unreadable(reason="INCREMENT_WRONG", text=fields[name][:SHOWN])
    return int(fields[name])


def _day(fields: Mapping[str, str], name: str) -> date | None:
    if name not in fields:
        return None
    try:
        # Python reads other ISO forms too; a deck that mixes them is more likely mistaken.
        if _DAY.fullmatch(fields[name]):
            return date.fromisoformat(fields[name])
    except ValueError:
        pass
    raise _Unreadable(reason="DATE_WRONG", text=fields[name][:SHOWN])


def _text(fields: Mapping[str, str], name: str) -> str | None:
    text = fields.get(name)
    if text is not None and (len(text) > LONGEST_TEXT or not text.isprintable()):
        raise _Unreadable(reason=f"{name.upper()}_WRONG", text=repr(text)[:SHOWN])
    return text
