"""Break a good file: cut it, flip its bits, lose and repeat its records, blow up its lengths.

A specimen is a good file in parts: some are records, the others (header, trailer, the tags around)
are its frame. A breakage knows which records it left whole, so that a test can ask for them. All
is made from the specimen and a seed, the same on every machine; nothing here knows a format, so
bytes of any kind can be broken.
"""

import os
import random
import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from mediation.source import Source

# `make properties` asks for many more.
FLIPS: Final = int(os.environ.get("SALDO_CORPUS_FLIPS", "20"))
SWELLING: Final = ((b"x", 70_000), (b"\0", 70_000), (b"9", 1_500_000))


@dataclass(frozen=True)
class Specimen:
    """A good file.

    `parts` are its bytes in order, `records` the places of those that are records. `seams` is a
    pattern of what holds a record together (separators, tags, lengths): files are cut at each.
    `is_one_document` says that a file is read whole or refused, as nobody knows where the damage
    ends.
    """

    source: Source
    parts: tuple[bytes, ...]
    records: tuple[int, ...]
    seams: bytes
    has_totals: bool = False
    is_one_document: bool = False

    @property
    def content(self) -> bytes:
        return b"".join(self.parts)

    @property
    def frame(self) -> frozenset[int]:
        """The places of what is no record."""
        return frozenset(range(len(self.parts))) - set(self.records)


@dataclass(frozen=True)
class Broken:
    """A broken file, the parts that are still whole in it, and what was done to it."""

    deed: str
    content: bytes
    whole: frozenset[int]


def breakages(specimen: Specimen, seed: int = 1) -> Iterator[Broken]:
    """Every breakage of a specimen."""
    yield from cut(specimen)
    yield from bruised(specimen)
    yield from flipped(specimen, seed)
    yield from miscounted(specimen)
    yield from swollen(specimen)


def cut(specimen: Specimen) -> Iterator[Broken]:
    """End the file at every seam of the last record and of the frame, and beside each part."""
    content, ends = specimen.content, list(accumulate(len(part) for part in specimen.parts))
    seams = set()
    for place in {*specimen.frame, specimen.records[-1]}:
        begin = ends[place] - len(specimen.parts[place])
        for match in re.finditer(specimen.seams, specimen.parts[place]):
            seams |= {begin + edge for edge in match.span()}
    near = {edge + shift for edge in (0, *ends) for shift in (-1, 0, 1)}
    for at in sorted(seams | near):
        if 0 <= at < len(content):
            whole = frozenset(place for place, end in enumerate(ends) if end <= at)
            yield Broken(f"cut at {at}", content[:at], whole)


def bruised(specimen: Specimen) -> Iterator[Broken]:
    """Damage the first byte of each part, and each seam of a record that stands between others."""
    content, ends = specimen.content, list(accumulate(len(part) for part in specimen.parts))
    middle = specimen.records[len(specimen.records) // 2]
    begin = ends[middle] - len(specimen.parts[middle])
    seams = {begin + match.start() for match in re.finditer(specimen.seams, specimen.parts[middle])}
    for at in sorted(seams | {0, *ends[:-1]}):
        yield _struck(content, ends, at, 1)


def flipped(specimen: Specimen, seed: int, count: int = FLIPS) -> Iterator[Broken]:
    """Turn round one bit of one byte, here and there."""
    chance = random.Random(seed)
    content, ends = specimen.content, list(accumulate(len(part) for part in specimen.parts))
    for _ in range(count):
        yield _struck(content, ends, chance.randrange(len(content)), 1 << chance.randrange(8))


def _struck(content: bytes, ends: list[int], at: int, bits: int) -> Broken:
    changed = content[:at] + bytes([content[at] ^ bits]) + content[at + 1 :]
    # The last byte of a part is what keeps it apart from the next one.
    touched = {bisect(ends, near) for near in (at, at + 1)}
    whole = frozenset(range(len(ends))) - touched
    return Broken(f"bits {bits:08b} of byte {at}", changed, whole)


def miscounted(specimen: Specimen) -> Iterator[Broken]:
    """Leave out a record, or say it twice; the totals of the file are wrong then."""
    places = range(len(specimen.parts))
    for record in specimen.records:
        lost = [place for place in places if place != record]
        twice = sorted([*places, record])
        for deed, kept in (("without", lost), ("twice", twice)):
            content = b"".join(specimen.parts[place] for place in kept)
            yield Broken(f"{deed} part {record}", content, frozenset(kept))


def swollen(specimen: Specimen) -> Iterator[Broken]:
    """Blow up each part in its middle: with text, with zero bytes, with digits, with itself."""
    for place, part in enumerate(specimen.parts):
        middle = len(part) // 2
        for stuffing, size in (*SWELLING, (part, 100 * len(part))):
            stuffed = stuffing * (size // len(stuffing))
            parts = [*specimen.parts]
            parts[place] = part[:middle] + stuffed + part[middle:]
            whole = frozenset(range(len(parts))) - {place}
            deed = f"part {place} with {size} bytes of {stuffing[:8]!r}"
            yield Broken(deed, b"".join(parts), whole)
