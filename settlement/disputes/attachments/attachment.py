"""A file that one side of a dispute shows to the other: what it may be, and what is known of it.

Files are shown, never run or rendered: they are always downloaded. A file has the type that its
first bytes say; text has to be UTF-8.
"""

import datetime as dt
from typing import Final, NamedTuple
from uuid import UUID

from i18n.errors import Conflict, Invalid
from settlement.disputes.dispute import Side

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_FILES: Final = 50

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXTS: Final = ("text/csv", "text/plain", "application/xml", "application/json")
# A workbook is a zip file.
BEGINNINGS: Final[dict[str, bytes]] = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "application/zip": b"PK\x03\x04",
    XLSX: b"PK\x03\x04",
}
MEDIA_TYPES: Final = (*TEXTS, *BEGINNINGS)
# What a file from somebody's disk is; browsers name types as the machine is set up.
NAME_ENDINGS: Final = {
    "csv": "text/csv",
    "txt": "text/plain",
    "xml": "application/xml",
    "json": "application/json",
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "zip": "application/zip",
    "xlsx": XLSX,
}


class AttachmentTooLarge(Invalid):
    """The file has {size} bytes, at most {limit} are taken. Send the part that proves the point."""


class AttachmentEmpty(Invalid):
    """The file {name} is empty. Send it again."""


class MediaTypeRefused(Invalid):
    """Files of type {media_type} are not taken. Send one of {known}."""


class NotOfItsType(Invalid):
    """The file {name} is not what its type {media_type} says. Name the type that it has."""


class NameRefused(Invalid):
    """The file name {name} cannot be used. Name the file alone, without folders, in 1 to 200
    characters.
    """


class TooManyAttachments(Conflict):
    """The dispute has {count} files already. Put several into one zip file."""


class Attachment(NamedTuple):
    """A file with the SHA-256 of its bytes."""

    id: UUID
    dispute_id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    attached_by: Side
    attached_at: dt.datetime


def type_by_name(name: str) -> str:
    """The type that the ending of a name says. Raises MediaTypeRefused."""
    ending = name.rpartition(".")[2].lower()
    if ending not in NAME_ENDINGS:
        raise MediaTypeRefused(media_type=ending, known=", ".join(NAME_ENDINGS))
    return NAME_ENDINGS[ending]


def check_file(name: str, media_type: str, content: bytes) -> None:
    """Raise what is wrong with a file, the first thing first."""
    is_plain = name.isprintable() and not set(name) & set('/\\"<>:|?*')
    if not 1 <= len(name) <= 200 or not is_plain or name.strip(". ") != name:
        raise NameRefused(name=name)
    if media_type not in MEDIA_TYPES:
        raise MediaTypeRefused(media_type=media_type, known=", ".join(MEDIA_TYPES))
    if not content:
        raise AttachmentEmpty(name=name)
    if len(content) > MOST_BYTES:
        raise AttachmentTooLarge(size=len(content), limit=MOST_BYTES)
    if not _is_of(media_type, content):
        raise NotOfItsType(name=name, media_type=media_type)


def _is_of(media_type: str, content: bytes) -> bool:
    if media_type in BEGINNINGS:
        return content.startswith(BEGINNINGS[media_type])
    try:
        return "\0" not in content.decode()
    except UnicodeDecodeError:
        return False
