"""NRTRDE 2.1, in which a visited network reports calls within hours, so that fraud shows early.

One list of originated, terminated and GPRS events, and the number of them; the number ties the
file (R04). It carries no prices that could be billed: the charge amount is an estimate of the
visited network and stays in the raw record. A call that names a supplementary service and no tele
service is the use of that service.

    account    imsi (default) or msisdn, see `roaming`

Tag numbers: NRTRDE 2.1 as of GSMA TD.35; only facts of the format are used.
"""

from collections.abc import Mapping
from typing import Any

from mediation.draft import ControlTotals, Decoded, refused
from mediation.formats.ber import BrokenBer, Element, application, children, integer, leaves
from mediation.formats.roaming import (
    NO_SUPPORT,
    RoamingEvent,
    as_roaming_drafts,
    as_roaming_rejects,
    as_text,
    checked_choices,
    counted,
    digits,
    instant,
    international,
    kind_of,
    shown,
    volume,
)
from mediation.source import Source

# The whole file is the constructed element 1 of class APPLICATION.
FIRST_BYTE = b"\x61"
CALL_EVENT_LIST = application(2)
ORIGINATED = application(3)
TERMINATED = application(4)
GPRS = application(5)

ACCESS_POINT_NAME = application(16)
CALL_DURATION = application(19)
EVENTS_COUNT = application(20)
CALL_START = application(21)
CALLING_NUMBER = application(22)
CALL_REFERENCE = application(23)
CAUSE_FOR_TERMINATION = application(24)
CHARGING_ID = application(26)
CONNECTED_NUMBER = application(27)
VOLUME_INCOMING = application(28)
VOLUME_OUTGOING = application(29)
DIALLED_DIGITS = application(30)
IMSI = application(34)
RELEASE_VERSION = application(37)
SENDER = application(38)
SPECIFICATION_VERSION = application(41)
SUPPLEMENTARY_SERVICE_CODE = application(42)
TELE_SERVICE_CODE = application(43)
UTC_TIME_OFFSET = application(45)
MSISDN = application(49)

VERSION = 2
RELEASES = (0, 1)

Values = Mapping[int, bytes]


def decode(content: bytes, source: Source) -> Decoded:
    """Read an NRTRDE file, with the number of its events declared.

    Raises: BadMapping.
    """
    checked_mapping(source)
    try:
        return _decode(content, source)
    except BrokenBer as fault:
        return refused(f"BROKEN_BER: {fault}")


def checked_mapping(source: Source) -> Mapping[str, Any]:
    """The choices of a source, when they are among those of the format.

    Raises: BadMapping.
    """
    return checked_choices(source, {})


def _decode(content: bytes, source: Source) -> Decoded:
    if content[:1] != FIRST_BYTE:
        return refused("NOT_NRTRDE: the file is no list of roaming events")
    file = next(children(content, 0, len(content)))
    if content[file.after :].strip(b"\0"):
        return refused(f"NOT_NRTRDE: other bytes follow the end of the file at byte {file.after}")
    parts = {part.tag: part for part in children(content, file.begin, file.end)}
    head = {
        tag: content[part.begin : part.end]
        for tag, part in parts.items()
        if not part.is_constructed
    }
    version = integer(head.get(SPECIFICATION_VERSION, b""))
    release = integer(head.get(RELEASE_VERSION, b""))
    if version != VERSION or release not in RELEASES:
        return refused(f"UNSUPPORTED_VERSION: NRTRDE {version}.{release}; read are 2.0 and 2.1")
    count = integer(head.get(EVENTS_COUNT, b""))
    if CALL_EVENT_LIST not in parts or count is None:
        return refused("INCOMPLETE_FILE: no list of events, or no number of them")
    events, rejected = _read(content, parts[CALL_EVENT_LIST])
    network = as_text(head.get(SENDER)) or ""
    return Decoded(
        as_roaming_drafts(events, network, source),
        as_roaming_rejects(rejected),
        declared=ControlTotals(records=count),
    )


def _read(content: bytes, listed: Element) -> tuple[list[RoamingEvent], list[tuple[int, str, str]]]:
    events, rejected = [], []
    for line, event in enumerate(children(content, listed.begin, listed.end), start=1):
        raw = shown(content, event.start, event.after)
        if event.tag not in (ORIGINATED, TERMINATED, GPRS) or not event.is_constructed:
            rejected.append((line, raw, NO_SUPPORT))
            continue
        values = {leaf.tag: leaf.value for leaf in reversed(leaves(content, event))}
        events.append(_event(event.tag, values, (line, raw)))
    return events, rejected


def _event(tag: int, values: Values, place: tuple[int, str]) -> RoamingEvent:
    kind, product = _service(tag, values)
    occurred_at, doubt = instant(
        as_text(values.get(CALL_START)), as_text(values.get(UTC_TIME_OFFSET))
    )
    is_timed = kind in ("voice", "data")
    other = CALLING_NUMBER if tag == TERMINATED else CONNECTED_NUMBER
    reference = values.get(CALL_REFERENCE) or values.get(CHARGING_ID) or b""
    return RoamingEvent(
        *place,
        kind=kind,
        direction="incoming" if tag == TERMINATED else "outgoing",
        imsi=digits(values.get(IMSI)),
        msisdn=digits(values.get(MSISDN)),
        charged_party=None,
        other=international(as_text(values.get(other))) or as_text(values.get(DIALLED_DIGITS)),
        product=product,
        occurred_at=occurred_at,
        duration_seconds=counted(values.get(CALL_DURATION)) if is_timed else None,
        quantity=volume(values.get(VOLUME_INCOMING), values.get(VOLUME_OUTGOING)),
        amount=None,
        currency=None,
        session_id=None,
        reference=reference.hex(),
        cause=counted(values.get(CAUSE_FOR_TERMINATION)),
        doubt=doubt,
    )


def _service(tag: int, values: Values) -> tuple[str, str | None]:
    if tag == GPRS:
        return "data", as_text(values.get(ACCESS_POINT_NAME))
    supplementary = as_text(values.get(SUPPLEMENTARY_SERVICE_CODE))
    tele_service = as_text(values.get(TELE_SERVICE_CODE))
    if supplementary is not None and tele_service is None:
        return "content", f"SS-{supplementary}"
    return kind_of(tele_service), None
