"""Export packets for tests: NetFlow v5, v9 and IPFIX, of which a test changes one thing."""

import struct
from collections.abc import Sequence
from ipaddress import ip_address

# 5 October 2026, 10:00:00 UTC; the exporter had been up for 100 seconds.
EXPORTED = 1_791_194_400
UPTIME = 100_000
CUSTOMER = "10.20.0.7"
OTHER_CUSTOMER = "10.20.0.9"
SERVER = "192.0.2.80"

# Source, destination, octets, first and last uptime, packets.
FIELDS = ((8, 4), (12, 4), (1, 4), (22, 4), (21, 4), (2, 4))
# Source, destination, octets, start and end in milliseconds.
IPFIX_FIELDS = ((8, 4), (12, 4), (1, 8), (152, 8), (153, 8))


def flow_v5(
    source: str = CUSTOMER,
    destination: str = SERVER,
    octets: int = 1500,
    first: int = 40_000,
    last: int = 70_000,
) -> bytes:
    """A flow that began a minute before the packet and lasted half a minute."""
    return struct.pack(
        ">4s4s4xHHIIII16x", address(source), address(destination), 3, 4, 2, octets, first, last
    )


def packet_v5(
    *flows: bytes,
    sequence: int = 0,
    declared: int | None = None,
    sampling: int = 0,
    uptime: int = UPTIME,
    exported: int = EXPORTED,
) -> bytes:
    held = flows or (flow_v5(),)
    count = len(held) if declared is None else declared
    head = struct.pack(">HHIIIIBBH", 5, count, uptime, exported, 0, sequence, 0, 0, sampling)
    return head + b"".join(held)


def address(text: str) -> bytes:
    return ip_address(text).packed


def flow(
    source: str = CUSTOMER,
    destination: str = SERVER,
    octets: int = 1500,
    first: int = 40_000,
    last: int = 70_000,
) -> bytes:
    """A flow by the template of FIELDS."""
    return address(source) + address(destination) + struct.pack(">IIII", octets, first, last, 2)


def numbered_set(number: int, *parts: bytes, padding: int = 0) -> bytes:
    body = b"".join(parts) + bytes(padding)
    return struct.pack(">HH", number, len(body) + 4) + body


def template(number: int = 256, fields: Sequence[tuple[int, int]] = FIELDS) -> bytes:
    """The set that gives one template of v9."""
    named = b"".join(struct.pack(">HH", *field) for field in fields)
    return numbered_set(0, struct.pack(">HH", number, len(fields)), named)


def options_template(
    number: int, scope: Sequence[tuple[int, int]], fields: Sequence[tuple[int, int]]
) -> bytes:
    """The set that gives one template of options of v9."""
    named = b"".join(struct.pack(">HH", *field) for field in (*scope, *fields))
    return numbered_set(1, struct.pack(">HHH", number, len(scope) * 4, len(fields) * 4), named)


def packet_v9(
    *sets: bytes,
    declared: int,
    sequence: int = 0,
    domain: int = 1,
    uptime: int = UPTIME,
    exported: int = EXPORTED,
) -> bytes:
    head = struct.pack(">HHIIII", 9, declared, uptime, exported, sequence, domain)
    return head + b"".join(sets)


def ipfix_template(
    number: int = 256,
    fields: Sequence[tuple[int, ...]] = IPFIX_FIELDS,
    scope: int | None = None,
) -> bytes:
    """The set that gives one template of IPFIX; a third number is the enterprise of a field."""
    head = struct.pack(">HH", number, len(fields))
    head += b"" if scope is None else struct.pack(">H", scope)
    named = b"".join(_named(*field) for field in fields)
    return numbered_set(2 if scope is None else 3, head, named)


def _named(number: int, length: int, enterprise: int | None = None) -> bytes:
    if enterprise is None:
        return struct.pack(">HH", number, length)
    return struct.pack(">HHI", number | 0x8000, length, enterprise)


def ipfix_flow(
    source: str = CUSTOMER,
    destination: str = SERVER,
    octets: int = 1500,
    start: int = (EXPORTED - 60) * 1000,
    end: int = (EXPORTED - 30) * 1000,
) -> bytes:
    return address(source) + address(destination) + struct.pack(">QQQ", octets, start, end)


def message(*sets: bytes, sequence: int = 0, domain: int = 1, exported: int = EXPORTED) -> bytes:
    """An IPFIX message."""
    body = b"".join(sets)
    return struct.pack(">HHIII", 10, len(body) + 16, exported, sequence, domain) + body
