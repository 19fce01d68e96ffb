r"""Accounting-Requests of RADIUS (RFC 2866): judged, answered, told as records of a detail file.

A request is believed by its Request Authenticator alone: the MD5 of the packet with 16 zero octets
in its place, and the shared secret (RFC 2866, 3). What stands beyond the length that the packet
says is padding. The answer is Accounting-Response with the same identifier and, as they came, the
Proxy-State attributes (RFC 2865, 5.33).

Attributes are written as `formats.radius` reads them: by name where it is known, else as Attr-N in
hexadecimal. Octets that are no printable text are written \ooo, so that nobody sends a line of his
own. `Timestamp`, from which `formats.radius` takes Acct-Delay-Time, is when the packet came; but
where the NAS says when it happened (Event-Timestamp; RFC 2869, 5.3) it is that and the delay, so a
report that is sent again later, with a longer delay, is the same record. Where the NAS does not
name itself, its address stands for it.

    TRUNCATED            shorter than it says
    BAD_LENGTH           it says less than 20 or more than 4096 octets
    NOT_ACCOUNTING       another code than 4
    FORGED               not made with the shared secret
    BROKEN_ATTRIBUTES    an attribute that reaches beyond the end
    TOO_MANY_ATTRIBUTES  more than a packet may have
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import md5
from hmac import compare_digest
from ipaddress import IPv4Address, IPv6Address
from struct import Struct

HEADER = Struct(">BBH16s")
REQUEST, RESPONSE = 4, 5
LENGTH_MAX = 4096
PROXY_STATE, VENDOR_SPECIFIC, NAMED_BY_VENDOR = 33, 26, 25
CISCO = 9
NAS_NAMES = {4, 32, 95}
DELAY_TIME, EVENT_TIMESTAMP = 41, 55

TEXTS = {
    1: "User-Name",
    11: "Filter-Id",
    30: "Called-Station-Id",
    31: "Calling-Station-Id",
    32: "NAS-Identifier",
    44: "Acct-Session-Id",
    50: "Acct-Multi-Session-Id",
    77: "Connect-Info",
    87: "NAS-Port-Id",
    88: "Framed-Pool",
}
ADDRESSES = {4: "NAS-IP-Address", 8: "Framed-IP-Address", 95: "NAS-IPv6-Address"}
NUMBERS = {
    5: "NAS-Port",
    6: "Service-Type",
    7: "Framed-Protocol",
    40: "Acct-Status-Type",
    41: "Acct-Delay-Time",
    42: "Acct-Input-Octets",
    43: "Acct-Output-Octets",
    45: "Acct-Authentic",
    46: "Acct-Session-Time",
    47: "Acct-Input-Packets",
    48: "Acct-Output-Packets",
    49: "Acct-Terminate-Cause",
    51: "Acct-Link-Count",
    52: "Acct-Input-Gigawords",
    53: "Acct-Output-Gigawords",
    55: "Event-Timestamp",
    61: "NAS-Port-Type",
}
# Names of values that decide what a record is; RFC 2865, 5.6 and 5.41, RFC 2866, 5.1 and 5.10.
WORDS = {
    6: {1: "Login-User", 2: "Framed-User", 3: "Callback-Login-User", 4: "Callback-Framed-User"},
    7: {1: "PPP", 2: "SLIP"},
    40: {1: "Start", 2: "Stop", 3: "Interim-Update", 7: "Accounting-On", 8: "Accounting-Off"},
    49: {
        1: "User-Request",
        2: "Lost-Carrier",
        3: "Lost-Service",
        4: "Idle-Timeout",
        5: "Session-Timeout",
        6: "Admin-Reset",
        7: "Admin-Reboot",
        8: "Port-Error",
        9: "NAS-Error",
        10: "NAS-Request",
        11: "NAS-Reboot",
        12: "Port-Unneeded",
        13: "Port-Preempted",
        14: "Port-Suspended",
        15: "Service-Unavailable",
        16: "Callback",
        17: "User-Error",
        18: "Host-Request",
    },
    61: {
        0: "Async",
        1: "Sync",
        2: "ISDN",
        5: "Virtual",
        8: "HDLC",
        11: "SDSL",
        12: "ADSL-CAP",
        13: "ADSL-DMT",
        14: "IDSL",
        15: "Ethernet",
        16: "xDSL",
        17: "Cable",
        19: "Wireless-802.11",
    },
}


@dataclass(frozen=True, slots=True)
class Request:
    """A request that its NAS has signed; attributes in their order, by number."""

    identifier: int
    authenticator: bytes
    attributes: Sequence[tuple[int, bytes]]


def request_from(datagram: bytes, secret: bytes, attributes_most: int) -> Request | str:
    """The request in a packet, or why there is none, in a code."""
    if len(datagram) < HEADER.size:
        return "TRUNCATED"
    code, identifier, length, authenticator = HEADER.unpack_from(datagram)
    if not HEADER.size <= length <= LENGTH_MAX:
        return "BAD_LENGTH"
    if length > len(datagram):
        return "TRUNCATED"
    if code != REQUEST:
        return "NOT_ACCOUNTING"
    body = datagram[HEADER.size : length]
    if not compare_digest(authenticator, _digest(datagram[:4], bytes(16), body, secret)):
        return "FORGED"
    attributes = _attributes(body)
    if attributes is None:
        return "BROKEN_ATTRIBUTES"
    if len(attributes) > attributes_most:
        return "TOO_MANY_ATTRIBUTES"
    return Request(identifier, authenticator, attributes)


def response_to(request: Request, secret: bytes) -> bytes:
    """The Accounting-Response by which a NAS knows that its request is kept."""
    body = b"".join(
        bytes([number, len(value) + 2]) + value
        for number, value in request.attributes
        if number == PROXY_STATE
    )
    head = HEADER.pack(RESPONSE, request.identifier, HEADER.size + len(body), bytes(16))[:4]
    return head + _digest(head, request.authenticator, body, secret) + body


def detail_of(request: Request, nas: IPv4Address | IPv6Address, now: dt.datetime) -> str:
    """The request as a record of a detail file, with the blank line that ends it."""
    lines = [f"{now:%a %b %d %H:%M:%S %Y}"]
    lines += [f"\t{_written(number, value)}" for number, value in request.attributes]
    numbers = {number for number, _ in request.attributes}
    if not numbers & NAS_NAMES:
        lines.append(f"\tNAS-IP{'v6' if nas.version == 6 else ''}-Address = {nas}")
    lines.append(f"\tTimestamp = {_came_at(request, now)}")
    return "\n".join(lines) + "\n\n"


def _came_at(request: Request, now: dt.datetime) -> int:
    """When the request came, in seconds; by the clock of the NAS where that is known."""
    said = {
        number: int.from_bytes(value)
        for number, value in request.attributes
        if number in (EVENT_TIMESTAMP, DELAY_TIME) and len(value) == 4
    }
    if EVENT_TIMESTAMP not in said:
        return int(now.timestamp())
    return said[EVENT_TIMESTAMP] + said.get(DELAY_TIME, 0)


def _digest(head: bytes, authenticator: bytes, body: bytes, secret: bytes) -> bytes:
    # RFC 2866 names MD5; there is no other way to speak to a NAS.
    return md5(head + authenticator + body + secret, usedforsecurity=False).digest()


def _attributes(body: bytes) -> list[tuple[int, bytes]] | None:
    """Attributes by number; None where one of them is broken."""
    found = []
    position = 0
    while position < len(body):
        if position + 2 > len(body):
            return None
        number, length = body[position], body[position + 1]
        # One without a value must not be sent (RFC 2865, 5), but is no reason to lose the report.
        if length < 2 or position + length > len(body):
            return None
        found.append((number, body[position + 2 : position + length]))
        position += length
    return found


def _written(number: int, value: bytes) -> str:
    vendor = _vendor_pair(number, value)
    if vendor is not None:
        return vendor
    if number in TEXTS:
        return f'{TEXTS[number]} = "{_text(value)}"'
    if number in ADDRESSES and len(value) == (16 if number == 95 else 4):
        shown = IPv6Address(value) if len(value) == 16 else IPv4Address(value)
        return f"{ADDRESSES[number]} = {shown}"
    if number in NUMBERS and len(value) == 4:
        counted = int.from_bytes(value)
        return f"{NUMBERS[number]} = {WORDS.get(number, {}).get(counted, counted)}"
    return f"Attr-{number} = 0x{value.hex()}"


def _vendor_pair(number: int, value: bytes) -> str | None:
    """h323-setup-time of Cisco, which says that a session is a call; None of anything else."""
    inner = value[6:]
    head = CISCO.to_bytes(4) + bytes([NAMED_BY_VENDOR, len(inner) + 2])
    if number != VENDOR_SPECIFIC or value[:6] != head:
        return None
    return f'h323-setup-time = "{_text(inner.removeprefix(b"h323-setup-time="))}"'


def _text(value: bytes) -> str:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        text = "\0"
    if text.isprintable():
        return text.replace("\\", "\\\\").replace('"', '\\"')
    return "".join(_octet(octet) for octet in value)


def _octet(octet: int) -> str:
    shown = chr(octet)
    if shown in '\\"':
        return "\\" + shown
    return shown if 0x20 <= octet < 0x7F else f"\\{octet:03o}"
