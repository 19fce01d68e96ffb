"""One door to all formats: compressed or not, bytes become drafts and rejects."""

import zlib

from i18n.errors import Invalid
from mediation.draft import Decoded
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
STEP = 1024 * 1024


class FileTooLarge(Invalid):
    """The file holds more than {limit} MB when unpacked. Split it and send the parts."""


class BrokenArchive(Invalid):
    """The gzip file is damaged: {fault}. Send it again."""


def decode(content: bytes, source: Source) -> Decoded:
    """Decode a file by its source's format.

    Raises: FileTooLarge, BrokenArchive, BadMapping.
    """
    return DECODERS[source.format](inflate(content), source)


def inflate(content: bytes) -> bytes:
    """Unpack gzip, stopping as soon as it grows beyond what one file may hold.

    Raises: FileTooLarge, BrokenArchive.
    """
    if not content.startswith(GZIP):
        if len(content) > INFLATED_MAX:
            raise FileTooLarge(limit=INFLATED_MAX // 1024**2)
        return content
    unpacked = bytearray()
    rest = content
    # A gzip file may consist of several members, each complete in itself.
    while rest:
        member = zlib.decompressobj(wbits=31)
        rest = _unpack(member, rest, unpacked)
    return bytes(unpacked)


def _unpack(member: "zlib._Decompress", content: bytes, unpacked: bytearray) -> bytes:
    pending = content
    while not member.eof:
        try:
            piece = member.decompress(pending, STEP)
        except zlib.error as fault:
            raise BrokenArchive(fault=str(fault)) from fault
        unpacked += piece
        if len(unpacked) > INFLATED_MAX:
            raise FileTooLarge(limit=INFLATED_MAX // 1024**2)
        pending = member.unconsumed_tail
        if not piece and not pending and not member.eof:
            raise BrokenArchive(fault="it ends too early")
    return member.unused_data
