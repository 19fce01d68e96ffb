"""XML that holds one element for each record, read so that a damaged record costs no other.

An XML reader stops at the first fault and takes the rest of the file with it. Here the bytes are
first cut at the tags of the record element, and each piece is parsed alone: one that is not closed,
not well-formed or not in the encoding is rejected with its reason, and so is text that stands
between records and belongs to none.

    NOT_CLOSED       the record has no end before the next one begins, or before the file ends
    NOT_XML          it is not well-formed
    WRONG_ENCODING   bytes that the encoding does not have
    RECORD_TOO_LONG  more than a million bytes
    STRAY_TEXT       text outside of records
    BAD_FIELD        a field stands twice, or has elements, comments or control characters in it

Nothing that a file names is loaded: no document type, no entity, no address. A document type that
declares anything refuses the file; a bare `<!DOCTYPE name>`, as switches write, declares nothing.
"""

import codecs
import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

import polars as pl
from lxml import etree

from mediation.draft import DRAFT_SCHEMA, Decoded, as_drafts, no_drafts, no_rejects, refused
from mediation.encodings import BYTE_ORDER_MARKS, ENCODINGS
from mediation.formats.lines import RAW_SHOWN_MAX, as_rejected

RECORD_BYTES_MAX: Final = 1_000_000
PROLOG_BYTES: Final = 4_096
DECLARATION: Final = re.compile(rb"""<\?xml[^<>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
DOCTYPE: Final = re.compile(rb"<!DOCTYPE\s*([^<>]*)", re.IGNORECASE)
BARE_NAME: Final = re.compile(rb"[\w:.-]+\s*")
# What the encodings of sources are called in XML declarations.
CODECS: Final = {codecs.lookup(codec).name for codec in (*ENCODINGS.values(), "utf-8", "ascii")}
NO_TEXT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class BadRecord(Exception):
    """One record cannot be read, for the reason that is its only argument."""


class Piece(NamedTuple):
    """A stretch of a file: a record to be parsed, or bytes with the reason why they are none."""

    content: bytes
    reason: str | None = None


def decode_records(
    content: bytes,
    encoding: str,
    tags: tuple[str, str | None],
    read: Callable[[etree._Element], Mapping[str, str | None] | None],
    mend: Callable[[str], str] | None = None,
) -> Decoded:
    """Drafts of the records of a file, numbered from 1 in its order.

    Args:
        encoding: of the source; what the file declares goes first.
        tags: the record element, and the element around all records where there is one.
        read: the draft fields of a record, or None for one that is not usage but no fault either,
            which is then rejected as NOT_USAGE. Raises: BadRecord.
        mend: makes XML of a record that is none; asked only then.
    """
    if (bad := _refusal(content)) is not None:
        return refused(bad)
    codec = _codec(content, encoding)
    if codec is None:
        return refused("WRONG_ENCODING")
    if codec.startswith("utf-16"):
        # Halves of pairs come through, and cost their record when it is read.
        text = content[: len(content) // 2 * 2].decode(codec, errors="surrogatepass")
        content, codec = text.removeprefix("\ufeff").encode(errors="surrogatepass"), "utf-8"
    pieces = list(_cut(content, *tags))
    if not any(piece.content.startswith(b"<" + tags[0].encode()) for piece in pieces):
        return refused("NO_RECORDS") if content.strip() else Decoded(no_drafts(), no_rejects())
    good, bad_rows = [], []
    for number, piece in enumerate(pieces, start=1):
        raw = piece.content.decode(codec, errors="backslashreplace")
        shown: dict[str, str | int | None] = {
            "line": number,
            "raw": NO_TEXT.sub("?", raw)[:RAW_SHOWN_MAX],
        }
        try:
            good.append({**shown, **_fields(piece, codec, read, mend)})
        except BadRecord as wrong:
            bad_rows.append(shown | {"reason": str(wrong)})
    return Decoded(
        as_drafts(pl.DataFrame(good, schema=DRAFT_SCHEMA)),
        as_rejected(pl.DataFrame(bad_rows)) if bad_rows else no_rejects(),
    )


def text_of(parent: etree._Element | None, name: str) -> str | None:
    """The text of the only child of this name; None where there is none.

    Raises: BadRecord, when what a person sees there is not plainly one text.
    """
    if parent is None:
        return None
    found = parent.findall(name)
    if not found:
        return None
    # A comment within a number would let two readers see two numbers.
    if len(found) > 1 or len(found[0]):
        raise BadRecord("BAD_FIELD")
    text: str | None = found[0].text
    return text


def child(parent: etree._Element | None, name: str) -> etree._Element | None:
    """The only child of this name. Raises: BadRecord, when there are several."""
    if parent is None:
        return None
    found = parent.findall(name)
    if len(found) > 1:
        raise BadRecord("BAD_FIELD")
    return found[0] if found else None


def _refusal(content: bytes) -> str | None:
    # In UTF-16 every other byte of ASCII is nothing.
    declared = DOCTYPE.findall(content.replace(b"\0", b""))
    if any(not BARE_NAME.fullmatch(each) for each in declared):
        return "DOCTYPE_NOT_ALLOWED"
    return None


def _codec(content: bytes, encoding: str) -> str | None:
    """The codec that the file declares, or else the source; None when it cannot be trusted."""
    marked = next(
        (order for order, mark in BYTE_ORDER_MARKS.items() if content.startswith(mark)), None
    )
    if marked is not None:
        return marked
    if encoding in BYTE_ORDER_MARKS:
        return encoding
    said = DECLARATION.search(content[:PROLOG_BYTES])
    if said is None:
        return None if encoding == "utf-16" else ENCODINGS[encoding]
    try:
        codec = codecs.lookup(said[1].decode()).name
    except LookupError:
        return None
    # A declaration that can be read in ASCII is not in UTF-16.
    return codec if codec in CODECS and not codec.startswith("utf-16") else None


def _cut(content: bytes, record: str, around: str | None) -> Iterator[Piece]:
    """Records and stray text, in their order; nothing of the file is in neither."""
    begins = re.compile(rb"<" + record.encode() + rb"(?=[\s>])")
    end = b"</" + record.encode() + b">"
    starts = [match.start() for match in begins.finditer(content)]
    edges = [*starts, len(content)]
    yield from _stray(content[: edges[0]], around)
    for start, following in itertools.pairwise(edges):
        closed = content.find(end, start, following)
        if closed < 0:
            yield Piece(content[start:following], "NOT_CLOSED")
        else:
            closed += len(end)
            yield Piece(content[start:closed])
            yield from _stray(content[closed:following], around)
    if (
        around is not None
        and starts
        and b"</" + around.encode() + b">" not in content[starts[-1] :]
    ):
        yield Piece(b"", "FILE_NOT_ENDED")


def _stray(between: bytes, around: str | None) -> Iterator[Piece]:
    known = [rb"\s+", rb"\xef\xbb\xbf", rb"<\?xml\s[^<>]*\?>", rb"<!DOCTYPE[^<>]*>"]
    if around is not None:
        known.append(rb"</?" + around.encode() + rb"(?:\s[^<>]*)?>")
    text = re.sub(b"|".join(known), b"", between)
    if text:
        yield Piece(text, "STRAY_TEXT")


def _fields(
    piece: Piece,
    codec: str,
    read: Callable[[etree._Element], Mapping[str, str | None] | None],
    mend: Callable[[str], str] | None,
) -> Mapping[str, str | None]:
    if piece.reason is not None:
        raise BadRecord(piece.reason)
    if len(piece.content) > RECORD_BYTES_MAX:
        raise BadRecord("RECORD_TOO_LONG")
    try:
        text = piece.content.decode(codec)
    except UnicodeDecodeError:
        raise BadRecord("WRONG_ENCODING") from None
    element = _parsed(text)
    if element is None and mend is not None:
        element = _parsed(mend(text))
    if element is None:
        raise BadRecord("NOT_XML")
    fields = read(element)
    if fields is None:
        raise BadRecord("NOT_USAGE")
    if any(NO_TEXT.search(text or "") for text in fields.values()):
        raise BadRecord("BAD_FIELD")
    return fields


def _parsed(text: str) -> etree._Element | None:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
    )
    try:
        return etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
