"""Accounting-Requests for tests, signed as RFC 2866, 3 says; a test changes one thing of one."""

from hashlib import md5
from struct import pack

SECRET = b"xyzzy5461"
AT = 1_790_000_000


def attribute(number: int, value: bytes | int | str) -> bytes:
    held = value.encode() if isinstance(value, str) else value
    held = held.to_bytes(4) if isinstance(held, int) else held
    return bytes([number, len(held) + 2]) + held


def a_stop(**changes: object) -> bytes:
    """A Stop of ten minutes: 1000 octets in, 5000 out and two gigawords in."""
    told: dict[str, object] = {
        "user": attribute(1, "anna"),
        "nas": attribute(4, bytes([192, 0, 2, 1])),
        "service": attribute(6, 2),
        "status": attribute(40, 2),
        "session": attribute(44, "s1"),
        "octets": attribute(42, 1000) + attribute(43, 5000) + attribute(52, 2),
        "time": attribute(46, 600),
        "happened": attribute(55, AT),
        "cause": attribute(49, 1),
    }
    return b"".join(each for each in (told | changes).values() if isinstance(each, bytes))


def request(
    body: bytes | None = None, identifier: int = 7, secret: bytes = SECRET, code: int = 4
) -> bytes:
    held = a_stop() if body is None else body
    head = pack(">BBH", code, identifier, 20 + len(held))
    return head + md5(head + bytes(16) + held + secret, usedforsecurity=False).digest() + held


def response(asked: bytes, body: bytes = b"", secret: bytes = SECRET) -> bytes:
    """The only answer that a NAS believes (RFC 2866, 3): code 5 and the same identifier."""
    head = pack(">BBH", 5, asked[1], 20 + len(body))
    return head + md5(head + asked[4:20] + body + secret, usedforsecurity=False).digest() + body
