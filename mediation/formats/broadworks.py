"""BroadWorks call detail records in XML: `<broadWorksCDR>` with a `<cdrData>` for each record.

    headerModule/recordId/{eventCounter, systemId, date}   the record's own id
    headerModule/type                                      Normal for a call that ended
    basicModule/{callingNumber, calledNumber, direction, startTime, answerIndicator, answerTime,
                 releaseTime, terminationCause, userNumber, localCallId}
    ipModule/{route, networkCallID}                        the trunk, and the call on the network

Element names from the BroadWorks accounting interface. Times are UTC, as 20261005100006.813; the
time zones beside them tell only what a user's clock showed. A call was answered where
answerIndicator begins with Yes; it lasted from answerTime to releaseTime. What is more than whole
seconds is dropped, or counted as the source's mapping says: `fraction` is down (default), up or
nearest. A call that was not answered lasted 0 seconds.

Every call that ends has a Normal record with all of it, so records of other types are rejected as
NOT_USAGE.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lxml import etree

from i18n.locale import Words, _
from mediation.draft import Decoded
from mediation.formats.mapping import Fault, require
from mediation.formats.xml_records import child, decode_records, text_of
from mediation.source import Source

TIME: Final = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})(?:\.([0-9]{1,6}))?", re.ASCII
)
DIRECTIONS: Final = {"Originating": "outgoing", "Terminating": "incoming"}
SECOND: Final = dt.timedelta(seconds=1)
# What is added before the fraction of a second is dropped.
ADDED: Final = {
    "down": dt.timedelta(0),
    "up": SECOND - dt.timedelta(microseconds=1),
    "nearest": SECOND / 2,
}


def decode(content: bytes, source: Source) -> Decoded:
    """Read a BroadWorks file; a record that is no call is rejected with its reason.

    Raises: BadMapping.
    """
    added = ADDED[checked_mapping(source).get("fraction", "down")]
    return decode_records(
        content,
        source.encoding,
        ("cdrData", "broadWorksCDR"),
        lambda record: _call(record, added),
    )


def checked_mapping(source: Source) -> Mapping[str, Any]:
    """The mapping of a source, when it names only what there is.

    Raises: BadMapping.
    """
    return require(source, _faults(source.mapping))


def _faults(mapping: Mapping[str, Any]) -> Iterator[Fault]:
    unknown = sorted(set(mapping) - {"fraction"})
    yield (
        Words(_("the keys {unknown}"), unknown=unknown),
        bool(unknown),
        Words(_("Use only fraction.")),
    )
    fraction = mapping.get("fraction", "down")
    yield (
        Words(_("the fraction {fraction}"), fraction=fraction),
        fraction not in ADDED,
        Words(_("Use one of {choices}."), choices=", ".join(ADDED)),
    )


def _call(record: etree._Element, added: dt.timedelta) -> Mapping[str, str | None] | None:
    header = child(record, "headerModule")
    basic = child(record, "basicModule")
    if text_of(header, "type") != "Normal":
        return None
    known = child(header, "recordId")
    named = [text_of(known, name) for name in ("systemId", "eventCounter", "date")]
    is_answered = (text_of(basic, "answerIndicator") or "").startswith("Yes")
    began = text_of(basic, "answerTime" if is_answered else "startTime")
    network = child(record, "ipModule")
    direction = DIRECTIONS.get(text_of(basic, "direction") or "")
    route = text_of(network, "route")
    return {
        "event_id": "-".join(named_part for named_part in named if named_part) or None,
        "kind": "voice",
        "direction": direction,
        "a_number": text_of(basic, "callingNumber"),
        "b_number": text_of(basic, "calledNumber"),
        "account": text_of(basic, "userNumber"),
        "trunk_in": route if direction == "incoming" else None,
        "trunk_out": None if direction == "incoming" else route,
        "occurred_at": _written_out(began),
        "duration_seconds": (
            _lasted(began, text_of(basic, "releaseTime"), added) if is_answered else "0"
        ),
        "cause": text_of(basic, "terminationCause"),
        "session_id": text_of(network, "networkCallID") or text_of(basic, "localCallId"),
    }


def _written_out(time: str | None) -> str | None:
    """The accepted notation; text that is no time stays as it is and waits in suspense."""
    parts = TIME.fullmatch(time or "")
    if parts is None:
        return time
    year, month, day, hour, minute, second, fraction = parts.groups(default="0")
    return f"{year}-{month}-{day} {hour}:{minute}:{second}.{fraction}Z"


def _lasted(began: str | None, ended: str | None, added: dt.timedelta) -> str | None:
    instants = _instant(began), _instant(ended)
    if None in instants:
        return None
    elapsed: dt.timedelta = instants[1] - instants[0]  # type: ignore[operator]
    return str((elapsed + added) // SECOND)


def _instant(time: str | None) -> dt.datetime | None:
    parts = TIME.fullmatch(time or "")
    if parts is None:
        return None
    *whole, fraction = parts.groups(default="0")
    try:
        return dt.datetime(*map(int, whole), int(fraction.ljust(6, "0")), tzinfo=dt.UTC)  # type: ignore[misc,arg-type]
    except ValueError:
        return None
