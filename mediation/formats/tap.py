"""TAP 3.12, the file in which a visited network charges what our subscribers did there.

A transfer batch holds a head (who, which number, tables of offsets and exchange rates), the call
events, and an audit part with the number of events, the total charge, tax and discount, and the
first and last start. The file is read whole or not at all: where the audit does not tie, it is
refused with each total that differs (R04). A notification says that there was nothing to charge.

    account    imsi (default) or msisdn, see `roaming`
    amounts    tap (default): in the currency of the file, SDR where it names none; or local: in
               the visited network's currency, by the exchange rate that the charge names
    messages_received, sessions_received    codes of services of messaging events and of mobile
               sessions that our subscriber received, as agreed with the network, such as [2];
               the others were sent or begun
    numbers    counted (default): a number that is missing between two files of one network is a
               gap, and one that was loaded is not loaded twice; or ignored

Tag numbers and rules: TAP 3.12 as of GSMA TD.57; only facts of the format are used.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

import polars as pl

from mediation.draft import ControlTotals, Decoded, no_drafts, no_rejects, refused
from mediation.formats import tap_tags as tags
from mediation.formats.ber import BrokenBer, Element, children, integer, leaves
from mediation.formats.roaming import (
    NO_SUPPORT,
    RoamingEvent,
    as_roaming_drafts,
    as_roaming_rejects,
    as_text,
    checked_choices,
    instant,
    shown,
)
from mediation.formats.tap_charges import charges_of, untied
from mediation.formats.tap_events import Tables, read_event, start_of
from mediation.formats.tap_numbers import TEST, told_number
from mediation.source import Source

VERSION = 3
RELEASES = (10, 11, 12)
SDR = "XDR"
DECIMAL_PLACES_MAX = 6
TEST_FILE = b"T"
# A transfer batch and a notification are constructed elements 1 and 2 of class APPLICATION.
FIRST_BYTES = (b"\x61", b"\x62")
# Which services of an event go to our subscriber, by the key of the mapping that lists them.
RECEIVED = {
    "messages_received": tags.MESSAGING_EVENT,
    "sessions_received": tags.MOBILE_SESSION,
}
BATCH_PARTS = {
    "batch control": tags.BATCH_CONTROL_INFO,
    "network": tags.NETWORK_INFO,
    "call events": tags.CALL_EVENT_DETAILS,
    "audit": tags.AUDIT_CONTROL_INFO,
}

Values = dict[int, bytes]


class _Read(NamedTuple):
    """The events of a file and what they add up to; `starts` of those whose start can be read."""

    events: list[RoamingEvent]
    rejected: list[tuple[int, str, str]]
    starts: list[str]
    totals: Counter[str]


def decode(content: bytes, source: Source) -> Decoded:
    """Read a TAP file, with the number of its events declared.

    Raises: BadMapping.
    """
    checked_mapping(source)
    try:
        read = _decode(content, source)
    except BrokenBer as fault:
        return refused(f"BROKEN_BER: {fault}")
    return read._replace(numbered=told_number(content))


def checked_mapping(source: Source) -> Mapping[str, Any]:
    """The choices of a source, when they are among those of the format.

    Raises: BadMapping.
    """
    choices = {"amounts": ("tap", "local"), "numbers": ("counted", "ignored")}
    return checked_choices(source, choices, list(RECEIVED))


def _decode(content: bytes, source: Source) -> Decoded:
    if content[:1] not in FIRST_BYTES:
        return refused("NOT_TAP: the file is no transfer batch and no notification")
    batch = next(children(content, 0, len(content)))
    # Exchanges fill files up to whole blocks.
    if content[batch.after :].strip(b"\0"):
        return refused(f"NOT_TAP: other bytes follow the end of the batch at byte {batch.after}")
    if batch.tag == tags.NOTIFICATION:
        leaves(content, batch)
        return Decoded(no_drafts(), no_rejects())
    parts = {part.tag: part for part in children(content, batch.begin, batch.end)}
    missing = [name for name, tag in BATCH_PARTS.items() if tag not in parts]
    if missing:
        return refused(f"INCOMPLETE_FILE: no {', no '.join(missing)}")
    head = _values(content, parts[tags.BATCH_CONTROL_INFO])
    fault = _head_fault(head)
    if fault:
        return refused(fault)
    tables = _tables(content, parts, source)
    if tables is None:
        return refused("BAD_DECIMAL_PLACES: amounts have 0 to 6 decimal places in TAP")
    read = _read(content, parts[tags.CALL_EVENT_DETAILS], tables)
    return _audited(content, parts[tags.AUDIT_CONTROL_INFO], head, read, tables, source)


def _head_fault(head: Values) -> str | None:
    version = integer(head.get(tags.SPECIFICATION_VERSION, b""))
    release = integer(head.get(tags.RELEASE_VERSION, b""))
    if version != VERSION or release not in RELEASES:
        return f"UNSUPPORTED_VERSION: TAP {version}.{release}; read are 3.10, 3.11 and 3.12"
    if head.get(tags.FILE_TYPE_INDICATOR) == TEST_FILE:
        return f"{TEST}: the file says that it is a test, and nothing in it was used"
    return None


def _tables(content: bytes, parts: dict[int, Element], source: Source) -> Tables | None:
    is_local = source.mapping.get("amounts", "tap") == "local"
    offsets = _coded(content, parts[tags.NETWORK_INFO], tags.UTC_TIME_OFFSET_CODE)
    accounting = parts.get(tags.ACCOUNTING_INFO)
    head = {} if accounting is None else _values(content, accounting)
    rates = {} if accounting is None else _rates(content, accounting)
    places = integer(head.get(tags.TAP_DECIMAL_PLACES, b"\0"))
    if places is None or not 0 <= places <= DECIMAL_PLACES_MAX:
        return None
    currency = as_text(head.get(tags.LOCAL_CURRENCY if is_local else tags.TAP_CURRENCY))
    return Tables(
        offsets={
            code: as_text(values.get(tags.UTC_TIME_OFFSET)) for code, values in offsets.items()
        },
        rates=rates,
        decimal_places=places,
        currency=SDR if currency in (None, "SDR") and not is_local else currency,
        is_local=is_local,
        received={tag: source.mapping.get(key, ()) for key, tag in RECEIVED.items()},
    )


def _rates(content: bytes, accounting: Element) -> dict[int, Decimal]:
    rates = {}
    for code, values in _coded(content, accounting, tags.EXCHANGE_RATE_CODE).items():
        rate = integer(values.get(tags.EXCHANGE_RATE, b""))
        places = integer(values.get(tags.EXCHANGE_RATE_PLACES, b""))
        if rate is not None and places is not None and 0 <= places <= DECIMAL_PLACES_MAX:
            rates[code] = Decimal(rate).scaleb(-places)
    return rates


def _coded(content: bytes, table: Element, code_tag: int) -> dict[int, Values]:
    """The rows of a coded table in this part; the first row of a code counts."""
    rows: dict[int, Values] = {}
    for row in _rows(content, table):
        code = integer(row.get(code_tag, b""))
        if code is not None:
            rows.setdefault(code, row)
    return rows


def _rows(content: bytes, table: Element) -> Iterator[Values]:
    lists = (each for each in children(content, table.begin, table.end) if each.is_constructed)
    for row in chain.from_iterable(children(content, each.begin, each.end) for each in lists):
        if row.is_constructed:
            yield _values(content, row)


def _values(content: bytes, part: Element) -> Values:
    return {leaf.tag: leaf.value for leaf in reversed(leaves(content, part))}


def _read(content: bytes, details: Element, tables: Tables) -> _Read:
    read = _Read([], [], [], Counter())
    for line, event in enumerate(children(content, details.begin, details.end), start=1):
        raw = shown(content, event.start, event.after)
        if not event.is_constructed:
            read.rejected.append((line, raw, NO_SUPPORT))
            continue
        found = leaves(content, event)
        charged = charges_of(found)
        began = start_of(event.tag, found, tables.offsets)
        for each in charged:
            read.totals[each.total] += each.units
        if began[0] is not None and began[1] is None:
            read.starts.append(began[0])
        draft = read_event(event.tag, found, charged, began, tables, (line, raw))
        if draft is None:
            read.rejected.append((line, raw, NO_SUPPORT))
        else:
            read.events.append(draft)
    return read


def _audited(
    content: bytes, audit: Element, head: Values, read: _Read, tables: Tables, source: Source
) -> Decoded:
    declared = _values(content, audit)
    count = integer(declared.get(tags.EVENTS_COUNT, b""))
    if count is None:
        return refused("INCOMPLETE_FILE: the audit part has no number of events")
    held = len(read.events) + len(read.rejected)
    faults = [] if count == held else [f"records declared {count}, found {held}"]
    faults += untied(declared, read.totals, tables.decimal_places)
    faults += _late_or_early(content, audit, read.starts)
    network = as_text(head.get(tags.SENDER)) or ""
    return Decoded(
        as_roaming_drafts(read.events, network, source),
        as_roaming_rejects(read.rejected),
        declared=ControlTotals(records=count),
        refused=f"CONTROL_TOTALS: {'; '.join(faults)}" if faults else None,
    )


def _late_or_early(content: bytes, audit: Element, starts: list[str]) -> list[str]:
    """Which of the declared first and last start is not that of an event."""
    held = _instants(starts).drop_nulls()
    faults = []
    for part in children(content, audit.begin, audit.end):
        if part.tag not in (tags.EARLIEST_CALL, tags.LATEST_CALL) or not part.is_constructed:
            continue
        values = _values(content, part)
        stamp = as_text(values.get(tags.LOCAL_TIMESTAMP))
        said, _ = instant(stamp, as_text(values.get(tags.UTC_TIME_OFFSET)))
        is_first = part.tag == tags.EARLIEST_CALL
        found = held.min() if is_first else held.max()
        if said is None or _instants([said])[0] != found:
            name = "earliest start" if is_first else "latest start"
            faults.append(f"{name} declared {said}, found {found!s}")
    return faults


def _instants(texts: list[str]) -> pl.Series:
    stamped = pl.Series(texts, dtype=pl.String)
    return stamped.str.to_datetime("%Y-%m-%d %H:%M:%S%z", time_unit="us", strict=False)
