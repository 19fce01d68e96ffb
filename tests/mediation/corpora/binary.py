"""Ways to break a binary file, each a name and the broken bytes; the same ones every time."""

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from mediation.formats.ber import Element, children
from mediation.formats.ber_writing import length

# Prime to how many values are tried at one place.
EVERY = int(os.environ.get("SALDO_CORPUS_EVERY", "5"))
MASKS = (0x01, 0x20, 0x80, 0xFF)
# Lengths that no file has, and lengths that end a body early.
LENGTHS = (
    b"\x00",
    b"\x01",
    b"\x7f",
    b"\x80",
    b"\x84\xff\xff\xff\xff",
    b"\x86\x01" + bytes(5),
    b"\x88" + b"\xff" * 8,
    b"\x89" + b"\xff" * 9,
    b"\xff",
)
VALUES = (
    b"",
    b"\xff",
    b"\x80" + bytes(7),
    b"\x7f" + b"\xff" * 7,
    b"\x01" + bytes(40),
    b"0" * 14,
    b"99991231235959",
    b"\x00\x1b\xff",
)


class Broken(NamedTuple):
    """A broken file, and how it was broken."""

    how: str
    content: bytes


def some(corpus: Iterable[Broken]) -> Iterator[Broken]:
    """Every fifth of a large corpus, so that each kind has its turn; `make properties` asks all."""
    return islice(corpus, 0, None, EVERY)


def cut_short(content: bytes) -> Iterator[Broken]:
    """The file, ending after each of its bytes but the last."""
    for size in range(len(content)):
        yield Broken(f"cut after {size} bytes", content[:size])


def flipped(content: bytes) -> Iterator[Broken]:
    """The file with each byte changed, a bit or all bits of it."""
    for place, byte in enumerate(content):
        mask = MASKS[place % len(MASKS)]
        changed = content[:place] + bytes([byte ^ mask]) + content[place + 1 :]
        yield Broken(f"byte {place} changed by {mask:#x}", changed)


def overwritten(content: bytes, written: Sequence[bytes]) -> Iterator[Broken]:
    """The file with each of these texts over it at every second byte."""
    for place in range(0, len(content), 2):
        for text in written:
            changed = content[:place] + text + content[place + len(text) :]
            yield Broken(f"{text.hex()} over byte {place}", changed)


class Tree(NamedTuple):
    """A BER element that can be written again: its tag as it stands, and what it holds."""

    tag: bytes
    held: "bytes | tuple[Tree, ...]"

    def written(self) -> bytes:
        """The bytes of the element."""
        body = (
            self.held if isinstance(self.held, bytes) else b"".join(t.written() for t in self.held)
        )
        return self.tag + length(len(body)) + body


def tree(content: bytes) -> Tree:
    """The one element of a sound file of definite lengths."""
    [element] = children(content, 0, len(content))
    return _grown(content, element)


def _grown(content: bytes, element: Element) -> Tree:
    size = len(length(element.end - element.begin))
    tag = content[element.start : element.begin - size]
    if not element.is_constructed:
        return Tree(tag, content[element.begin : element.end])
    inner = children(content, element.begin, element.end)
    return Tree(tag, tuple(_grown(content, each) for each in inner))


def misbuilt(content: bytes) -> Iterator[Broken]:
    """The file with each element gone, doubled, empty, or holding another value; lengths agree."""
    for name, broken in _variants(tree(content), "1"):
        yield Broken(name, broken.written())


def _variants(whole: Tree, name: str) -> Iterator[tuple[str, Tree]]:
    if isinstance(whole.held, bytes):
        for value in VALUES:
            yield f"{name} holds {value.hex()}", whole._replace(held=value)
        return
    for place, inner in enumerate(whole.held):
        before, after = whole.held[:place], whole.held[place + 1 :]
        inner_name = f"{name}.{inner.tag.hex()}"
        yield f"{inner_name} gone", whole._replace(held=(*before, *after))
        yield f"{inner_name} twice", whole._replace(held=(*before, inner, inner, *after))
        yield (
            f"{inner_name} empty",
            whole._replace(held=(*before, inner._replace(held=b""), *after)),
        )
        for told, changed in _variants(inner, inner_name):
            yield told, whole._replace(held=(*before, changed, *after))


def mislengthened(content: bytes) -> Iterator[Broken]:
    """The file with the length of each element replaced by an absurd one."""
    for start, size in _length_places(content, 0, len(content)):
        for other in LENGTHS:
            changed = content[:start] + other + content[start + size :]
            yield Broken(f"length {other.hex()} at byte {start}", changed)


def _length_places(content: bytes, begin: int, end: int) -> Iterator[tuple[int, int]]:
    for element in children(content, begin, end):
        size = len(length(element.end - element.begin))
        yield element.begin - size, size
        if element.is_constructed:
            yield from _length_places(content, element.begin, element.end)
