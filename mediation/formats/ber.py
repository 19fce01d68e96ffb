"""A small reader of BER (ITU-T X.690), the encoding of the files that networks exchange.

An element is a tag, a length and a body; the body of a constructed element holds elements. The
bytes come from outside, so nothing in them is believed: a length may not reach beyond the element
it stands in, elements nest to a limited depth, a walk keeps its own stack instead of calling
itself, and every fault names the byte where it was found. Lengths are definite or indefinite (the
body then ends with two zero bytes), tags of any size up to 21 bits.

A tag is one number here: the bits of its class above the tag number, see `application`.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from i18n.errors import Invalid
from i18n.locale import Words, _

DEPTH_MAX = 64
TAG_BYTES_MAX = 3
LENGTH_BYTES_MAX = 8
INTEGER_BYTES_MAX = 8
CLASS_SHIFT = 24


class BrokenBer(Invalid):
    """The file is no sound BER at byte {offset}: {fault}. Send it again."""


class Element(NamedTuple):
    """Where an element stands: its first byte, the half-open range of its body, what follows."""

    tag: int
    is_constructed: bool
    start: int
    begin: int
    end: int
    after: int


class Leaf(NamedTuple):
    """A primitive element: the tag of the element that it stands in, its own tag, its body."""

    parent: int
    tag: int
    value: bytes


def application(number: int) -> int:
    """The tag of this number in the class APPLICATION."""
    return number | 0x40 << CLASS_SHIFT


def children(content: bytes, begin: int, end: int) -> Iterator[Element]:
    """The elements that stand beside one another in this range; what they hold is skipped.

    Raises: BrokenBer.
    """
    position = begin
    while position < end:
        tag, is_constructed, body, after = _header(content, position, end)
        if after >= 0:
            yield Element(tag, is_constructed, position, body, after, after)
            position = after
        else:
            closed = _end_of_open(content, body, end)
            yield Element(tag, is_constructed, position, body, closed, closed + 2)
            position = closed + 2


def leaves(content: bytes, element: Element) -> list[Leaf]:
    """All primitive elements inside a constructed one, however deep, in their order.

    Raises: BrokenBer.
    """
    found: list[Leaf] = []
    enclosing: list[tuple[int, int, bool]] = []
    position, limit, parent, is_open = element.begin, element.end, element.tag, False
    while position < limit or is_open or enclosing:
        if is_open and content[position : min(position + 2, limit)] == b"\0\0":
            position += 2
            limit, parent, is_open = enclosing.pop()
            continue
        if position == limit and not is_open:
            limit, parent, is_open = enclosing.pop()
            continue
        tag, is_constructed, size, length = _short_header(content[position : position + 4])
        body = position + size
        after = body + length
        if size == 0 or after > limit:
            tag, is_constructed, body, after = _header(content, position, limit)
        if not is_constructed:
            found.append(Leaf(parent, tag, content[body:after]))
            position = after
            continue
        if len(enclosing) == DEPTH_MAX:
            raise BrokenBer(
                offset=position,
                fault=Words(_("elements nest deeper than {most}"), most=DEPTH_MAX),
            )
        enclosing.append((limit, parent, is_open))
        position, parent, is_open = body, tag, after < 0
        limit = limit if is_open else after
    return found


def integer(value: bytes) -> int | None:
    """An INTEGER; None where there is no number, or one that needs more than 64 bits."""
    if not 0 < len(value) <= INTEGER_BYTES_MAX:
        return None
    return int.from_bytes(value, "big", signed=True)


@lru_cache(maxsize=100_000)
def _short_header(first: bytes) -> tuple[int, bool, int, int]:
    """Tag, whether constructed, size and length of a header that fits into these bytes.

    Size 0 when it does not, or is none. The headers of a file are few, and looked up faster than
    read.
    """
    try:
        tag, is_constructed, body, after = _header(first + b"\0" * 0x80, 0, len(first) + 0x80)
    except BrokenBer:
        return 0, False, 0, 0
    is_short = body <= len(first) and after - body < 0x80 and after >= 0
    return (tag, is_constructed, body, after - body) if is_short else (0, False, 0, 0)


def _header(content: bytes, position: int, limit: int) -> tuple[int, bool, int, int]:
    """Tag, whether constructed, first byte of the body, and its end: -1 where it is indefinite."""
    start = position
    if position + 2 > limit:
        raise BrokenBer(offset=start, fault=Words(_("an element begins, and what holds it ends")))
    first = content[position]
    tag = first & 0x1F
    position += 1
    if tag == 0x1F:
        tag, position = _long_tag(content, position, limit)
    length = content[position] if position < limit else -1
    position += 1
    if length == 0x80:
        if not first & 0x20:
            raise BrokenBer(offset=start, fault=Words(_("a plain value of indefinite length")))
        return tag | (first & 0xC0) << CLASS_SHIFT, True, position, -1
    if length > 0x80:
        length, position = _long_length(content, position, limit, length & 0x7F)
    if first == 0 or length < 0:
        fault = (
            Words(_("an end mark where nothing is open"))
            if first == 0
            else Words(_("an element without length"))
        )
        raise BrokenBer(offset=start, fault=fault)
    if length > limit - position:
        raise BrokenBer(
            offset=start,
            fault=Words(
                _("an element of {length} bytes where {left} are left"),
                length=length,
                left=limit - position,
            ),
        )
    return tag | (first & 0xC0) << CLASS_SHIFT, bool(first & 0x20), position, position + length


def _long_tag(content: bytes, position: int, limit: int) -> tuple[int, int]:
    number = 0
    for at in range(position, min(position + TAG_BYTES_MAX, limit)):
        number = number << 7 | content[at] & 0x7F
        if content[at] < 0x80:
            return number, at + 1
    raise BrokenBer(offset=position - 1, fault=Words(_("a tag that does not end")))


def _long_length(content: bytes, position: int, limit: int, count: int) -> tuple[int, int]:
    if count > LENGTH_BYTES_MAX or position + count > limit:
        raise BrokenBer(
            offset=position - 1, fault=Words(_("a length of {count} bytes"), count=count)
        )
    return int.from_bytes(content[position : position + count], "big"), position + count


def _end_of_open(content: bytes, position: int, limit: int) -> int:
    """Where the body of indefinite length that begins here ends: the place of its end mark."""
    depth = 0
    while position < limit:
        if content[position] == 0 and content[position : min(position + 2, limit)] == b"\0\0":
            if depth == 0:
                return position
            depth -= 1
            position += 2
            continue
        body, after = _header(content, position, limit)[2:]
        depth += after < 0
        if depth > DEPTH_MAX:
            raise BrokenBer(
                offset=position,
                fault=Words(_("elements nest deeper than {most}"), most=DEPTH_MAX),
            )
        position = body if after < 0 else after
    raise BrokenBer(offset=position, fault=Words(_("an element that does not end")))
