"""Write TAP 3.12: the file in which a partner is charged for what its subscribers did here.

The counterpart of `tap`: what is written here is read there to the same values, and its audit part
ties. Amounts have six decimal places; each event is rounded by itself, half up, and the audit adds
up what was rounded.

    voice, sms    mobile originated call, teleservice 11 or 22, charged by duration or event
    data          GPRS call, charged by volume

Whom an event belongs to is said by IMSI and, where it is known, MSISDN. Tag numbers: TAP 3.12 as of
GSMA TD.57; only facts of the format are used.
"""

import datetime as dt
import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Final, NamedTuple

from currencies.rounding import round_fraction
from i18n.errors import Invalid
from i18n.locale import Words, _
from mediation.formats.ber_writing import element, packed

DECIMAL_PLACES: Final = 6
VERSION, RELEASE = 3, 12
SEQUENCE_MAX: Final = 99_999
NETWORK: Final = re.compile(r"[A-Z0-9]{5}")
IMSI: Final = re.compile(r"[0-9]{6,15}")
NUMBER: Final = re.compile(r"[0-9]{1,20}")
# A number of fewer digits is a short code: it is told as it was dialled.
SHORT_CODE_DIGITS_MAX: Final = 6
MSC, GGSN = 1, 3
MSC_CODE, GGSN_CODE = 1, 2
TELE_SERVICES: Final = {"voice": "11", "sms": "22"}
CHARGED_ITEMS: Final = {"voice": "D", "sms": "E", "data": "X"}


class NotANetworkCode(Invalid):
    """{code} is no TADIG code of a network. It has five capital letters or digits."""


class NotWritable(Invalid):
    """Event {event} cannot be told in TAP: {fault}. Correct its usage and rate the period again."""


class VisitedEvent(NamedTuple):
    """What a visitor did: `used` is seconds of a call, bytes of a session, pieces of messages.

    `charge` is exact, in the currency of the file; `began_at` in the time of the network.
    """

    key: str
    kind: str
    imsi: str
    msisdn: str
    other: str
    product: str
    began_at: dt.datetime
    seconds: int
    used: int
    billed: int
    charge: Fraction


class FileHead(NamedTuple):
    """Who writes to whom, which file, and when; `cut_off_at` is the end of the month."""

    sender: str
    recipient: str
    sequence: int
    currency: str
    written_at: dt.datetime
    cut_off_at: dt.datetime


def tap_file(head: FileHead, events: Sequence[VisitedEvent]) -> bytes:
    """A transfer batch of these events, at least one, in their order.

    Raises: NotANetworkCode, NotWritable.
    """
    assert events, "what charges nothing is no transfer batch"
    assert 1 <= head.sequence <= SEQUENCE_MAX, "numbers of files have five digits"
    for code in (head.sender, head.recipient):
        if not NETWORK.fullmatch(code):
            raise NotANetworkCode(code=code)
    for event in events:
        _check(event)
    offsets = {_offset(each.began_at): 0 for each in events}
    codes = {offset: code for code, offset in enumerate(sorted(offsets), 1)}
    return element(
        1,
        [
            _control(head),
            _accounting(head),
            _network(head, codes),
            element(3, [_event(each, codes) for each in events]),
            _audit(events),
        ],
    )


def units(charge: Fraction) -> int:
    """A charge as the whole number that stands in the file."""
    return int(round_fraction(charge, DECIMAL_PLACES).scaleb(DECIMAL_PLACES))


def _check(event: VisitedEvent) -> None:
    faults = {
        _("no IMSI of 6 to 15 digits"): not IMSI.fullmatch(event.imsi),
        _("the kind is none of voice, sms, data"): event.kind not in CHARGED_ITEMS,
        _("the other number has other signs than digits"): bool(event.other)
        and not NUMBER.fullmatch(event.other),
        _("a negative charge or quantity"): event.charge < 0 or min(event.seconds, event.used) < 0,
        _("the name of the access point is not plain"): not event.product.isascii(),
    }
    for fault, is_so in faults.items():
        if is_so:
            raise NotWritable(event=event.key, fault=Words(fault))


def _control(head: FileHead) -> bytes:
    return element(
        4,
        [
            element(196, head.sender),
            element(182, head.recipient),
            element(109, f"{head.sequence:05}"),
            _stamp(108, head.written_at),
            _stamp(227, head.cut_off_at),
            _stamp(107, head.written_at),
            element(201, VERSION),
            element(189, RELEASE),
        ],
    )


def _accounting(head: FileHead) -> bytes:
    """Prices are agreed in the currency of the file, so one of it is one of ours."""
    same = element(106, [element(105, 1), element(159, 0), element(104, 1)])
    return element(
        5,
        [
            element(135, head.currency),
            element(210, head.currency),
            element(80, [same]),
            element(244, DECIMAL_PLACES),
        ],
    )


def _network(head: FileHead, codes: dict[str, int]) -> bytes:
    offsets = [
        element(233, [element(232, code), element(231, offset)]) for offset, code in codes.items()
    ]
    entities = [
        element(183, [element(184, code), element(186, kind), element(400, head.sender)])
        for code, kind in ((MSC_CODE, MSC), (GGSN_CODE, GGSN))
    ]
    return element(6, [element(234, offsets), element(188, entities)])


def _event(event: VisitedEvent, codes: dict[str, int]) -> bytes:
    who = [element(129, packed(event.imsi))]
    who += [element(152, packed(event.msisdn))] if NUMBER.fullmatch(event.msisdn) else []
    subscriber = element(427, [element(199, who)])
    code = codes[_offset(event.began_at)]
    begun = element(44, [element(16, _local(event.began_at)), element(232, code)])
    lasted = element(223, event.seconds)
    charged = element(70, [_charge(event)])
    if event.kind == "data":
        return _session(event, [subscriber, begun, lasted, charged])
    reached = element(89, _reached(event)) if event.other else b""
    service = element(36, [element(426, [element(218, TELE_SERVICES[event.kind])])])
    return element(
        9,
        [
            element(147, [subscriber, reached, begun, lasted]),
            element(138, [element(156, [element(184, MSC_CODE)])]),
            element(38, [element(39, [service, charged])]),
        ],
    )


def _reached(event: VisitedEvent) -> list[bytes]:
    if event.kind == "sms":
        return [element(419, event.other)]
    is_short = len(event.other) <= SHORT_CODE_DIGITS_MAX
    return [element(279, event.other) if is_short else element(407, packed(event.other))]


def _session(event: VisitedEvent, parts: list[bytes]) -> bytes:
    """All bytes are told as incoming: what we keep of a session is one volume."""
    subscriber, begun, lasted, charged = parts
    reached = element(116, [element(261, event.product or "unknown")])
    return element(
        14,
        [
            element(114, [element(115, [subscriber]), reached, begun, lasted]),
            element(117, [element(118, [element(185, [element(184, GGSN_CODE)])])]),
            element(121, [element(250, event.used), element(251, 0), charged]),
        ],
    )


def _charge(event: VisitedEvent) -> bytes:
    detail = element(
        63,
        [
            element(71, "00"),
            element(62, units(event.charge)),
            element(65, event.used),
            element(68, event.billed),
        ],
    )
    # Which tariff group a call is of is between the two networks; 0 says that none is meant.
    group = element(258, [element(259, 0), element(255, 0), element(256, 0)])
    return element(
        69,
        [element(66, CHARGED_ITEMS[event.kind]), element(105, 1), group, element(64, [detail])],
    )


def _audit(events: Sequence[VisitedEvent]) -> bytes:
    began = sorted(each.began_at for each in events)
    return element(
        15,
        [
            _stamp(101, began[0]),
            _stamp(133, began[-1]),
            element(415, sum(units(each.charge) for each in events)),
            element(226, 0),
            element(225, 0),
            element(43, len(events)),
        ],
    )


def _stamp(number: int, at: dt.datetime) -> bytes:
    return element(number, [element(16, _local(at)), element(231, _offset(at))])


def _local(at: dt.datetime) -> str:
    return f"{at:%Y%m%d%H%M%S}"


def _offset(at: dt.datetime) -> str:
    return f"{at:%z}"
