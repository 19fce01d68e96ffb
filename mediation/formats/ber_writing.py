"""A small writer of BER (ITU-T X.690): an element at a time, from the inside out."""

from collections.abc import Sequence

APPLICATION = 0x40
CONSTRUCTED = 0x20


def element(number: int, body: bytes | int | str | Sequence[bytes], is_open: bool = False) -> bytes:
    """An element of class APPLICATION: a number, text, bytes, or the elements that it holds.

    Args:
        is_open: of indefinite length, ended by two zero bytes.
    """
    held = _body(body)
    is_constructed = not isinstance(body, (bytes, int, str))
    tag = _tag(number, APPLICATION | (CONSTRUCTED if is_constructed else 0))
    if is_open:
        return tag + b"\x80" + held + b"\0\0"
    return tag + length(len(held)) + held


def length(size: int) -> bytes:
    """A definite length in its shortest form."""
    if size < 0x80:
        return bytes([size])
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(digits)]) + digits


def packed(digits: str) -> bytes:
    """Digits, two to a byte, filled up with F."""
    return bytes.fromhex(digits + "f" * (len(digits) % 2))


def _body(body: bytes | int | str | Sequence[bytes]) -> bytes:
    if isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode("ascii")
    if isinstance(body, int):
        return body.to_bytes((body.bit_length() // 8) + 1, "big", signed=True)
    return b"".join(body)


def _tag(number: int, first: int) -> bytes:
    if number < 31:
        return bytes([first | number])
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(0x80 | number & 0x7F)
    return bytes([first | 0x1F, *reversed(digits)])
