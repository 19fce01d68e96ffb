"""One door to all formats: compressed or not, bytes become drafts and rejects."""

import zlib
from collections.abc import Iterator

import polars as pl

from i18n.errors import Invalid
from i18n.locale import Words, _, outside
from mediation.draft import Decoded
from mediation.flow_knowledge import NOTHING_TOLD, FlowKnowledge
from mediation.formats import (
    asterisk,
    broadworks,
    cucm,
    delimited,
    events,
    fixed_width,
    flatstore,
    freeswitch,
    freeswitch_json,
    freeswitch_xml,
    mapped_json,
    mapped_xml,
    netflow,
    nrtrde,
    radius,
    tap,
)
from mediation.source import Source

DECODERS = {
    "asterisk": asterisk.decode,
    "freeswitch": freeswitch.decode,
    "freeswitch_json": freeswitch_json.decode,
    "freeswitch_xml": freeswitch_xml.decode,
    "broadworks": broadworks.decode,
    "cucm": cucm.decode,
    "flatstore": flatstore.decode,
    "radius": radius.decode,
    "delimited": delimited.decode,
    "fixed_width": fixed_width.decode,
    "mapped_xml": mapped_xml.decode,
    "mapped_json": mapped_json.decode,
    "events": events.decode,
    "nrtrde": nrtrde.decode,
    "netflow": netflow.decode,
    "tap": tap.decode,
}

# The formats that a user describes or chooses in: faults are said before a file comes.
CHECKED_MAPPINGS = {
    "broadworks": broadworks.checked_mapping,
    "delimited": delimited.checked_mapping,
    "fixed_width": fixed_width.checked_mapping,
    "flatstore": flatstore.checked_mapping,
    "radius": radius.checked_mapping,
    "mapped_xml": mapped_xml.checked_mapping,
    "mapped_json": mapped_json.checked_mapping,
    "events": events.checked_mapping,
    "nrtrde": nrtrde.checked_mapping,
    "netflow": netflow.checked_mapping,
    "tap": tap.checked_mapping,
}

GZIP = b"\x1f\x8b"
INFLATED_MAX = 256 * 1024 * 1024
# Formats of one record a line, a file of which can be cut between any two lines.
BY_LINE = ("asterisk", "freeswitch", "delimited")
LINES_MAX = 512 * 1024 * 1024
PIECE = 64 * 1024 * 1024
STEP = 1024 * 1024


class FileTooLarge(Invalid):
    """The file holds more than {limit} MB when unpacked. Split it and send the parts."""


class BrokenArchive(Invalid):
    """The gzip file is damaged: {fault}. Send it again."""


def decode(content: bytes, source: Source, *, knowledge: FlowKnowledge = NOTHING_TOLD) -> Decoded:
    """Decode a file by its source's format; `knowledge` is what other files told of flows.

    Raises: FileTooLarge, BrokenArchive, BadMapping.
    """
    if source.format == "netflow":
        return netflow.decode(inflate(content), source, knowledge)
    return DECODERS[source.format](inflate(content), source)


def decode_pieces(
    content: bytes, source: Source, knowledge: FlowKnowledge = NOTHING_TOLD
) -> Iterator[Decoded]:
    """Decode a file, a large one piece by piece where its format allows; lines keep their numbers.

    Raises: FileTooLarge, BrokenArchive, BadMapping.
    """
    headers = _lines_to_repeat(source)
    if headers is None:
        yield decode(content, source, knowledge=knowledge)
        return
    for piece, before in _pieces(inflate(content, LINES_MAX), headers):
        decoded = DECODERS[source.format](piece, source)
        yield decoded._replace(
            drafts=decoded.drafts.with_columns(pl.col("line") + before),
            rejected=decoded.rejected.with_columns(pl.col("line") + before),
        )


def is_by_line(content: bytes, source: Source) -> bool:
    """Whether each draft of a file has a line of its bytes, by its number, as its raw text."""
    return _lines_to_repeat(source) is not None and content.isascii()


def _lines_to_repeat(source: Source) -> int | None:
    """How many lines head every piece of a file; None where it cannot be cut."""
    mapping = source.mapping
    is_wide = mapping.get("encoding", source.encoding).startswith("utf-16")
    if source.format not in BY_LINE or is_wide or mapping.get("trailer"):
        return None
    return int(source.format == "delimited" and mapping.get("header", False))


def _pieces(content: bytes, headers: int) -> Iterator[tuple[bytes, int]]:
    """Pieces that end with a line, each with how much its line numbers fall short."""
    head, start, before = b"", 0, 0
    while True:
        end = len(content)
        if start + PIECE < end:
            # A line longer than a piece is a piece.
            end = content.rfind(b"\n", start, start + PIECE) + 1
            end = end or content.find(b"\n", start) + 1 or len(content)
        piece = content[start:end]
        yield head + piece, before - (headers if start else 0)
        if not start and headers:
            head = piece[: piece.find(b"\n") + 1]
        start = end
        if start >= len(content):
            return
        before += piece.count(b"\n")


def inflate(content: bytes, most: int = INFLATED_MAX) -> bytes:
    """Unpack gzip, stopping as soon as it grows beyond what one file may hold.

    Raises: FileTooLarge, BrokenArchive.
    """
    if not content.startswith(GZIP):
        if len(content) > most:
            raise FileTooLarge(limit=most // 1024**2)
        return content
    unpacked = bytearray()
    rest = content
    # A gzip file may consist of several members, each complete in itself.
    while rest:
        member = zlib.decompressobj(wbits=31)
        rest = _unpack(member, rest, unpacked, most)
    return bytes(unpacked)


def _unpack(member: "zlib._Decompress", content: bytes, unpacked: bytearray, most: int) -> bytes:
    pending = content
    while not member.eof:
        try:
            piece = member.decompress(pending, STEP)
        except zlib.error as fault:
            raise BrokenArchive(fault=outside("zlib", fault)) from fault
        unpacked += piece
        if len(unpacked) > most:
            raise FileTooLarge(limit=most // 1024**2)
        pending = member.unconsumed_tail
        if not piece and not pending and not member.eof:
            raise BrokenArchive(fault=Words(_("it ends too early")))
    return member.unused_data
