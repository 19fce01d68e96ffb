"""One PDF of many, written as a stream: whatever their number, one of them is in memory at a time.

Each document's pages are copied object by object under new numbers; what is equal in many of them,
such as a font or a logo, is written once. Only the places of objects are remembered until the
table at the end. The bytes depend on the documents and their order alone.
"""

import hashlib
from array import array
from collections import deque
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
)

HEADER: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
INHERITED: Final = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
# What leads from a page to the rest of its document.
LEFT_OUT: Final = ("/Parent", "/StructParents", "/Annots", "/B", "/Tabs")
CATALOG, PAGES = 1, 2


def pages_in(pdf: bytes) -> int:
    """How many pages a document has."""
    return len(PdfReader(BytesIO(pdf)).pages)


class PrintFile:
    """A PDF that documents are added to; `close` ends it."""

    def __init__(self, place: Path) -> None:
        self._out: BinaryIO = place.open("wb")
        self._out.write(HEADER)
        # The places of objects by their number; 0 is none of ours.
        self._offsets = array("Q", [0, 0, 0])
        self._pages = array("Q")
        self._known: dict[bytes, int] = {}

    @property
    def pages(self) -> int:
        """Pages that are in it."""
        return len(self._pages)

    def add(self, pdf: bytes, blanks: int = 0) -> None:
        """Add all pages of a document, and empty ones of the size of its last page after them."""
        reader = PdfReader(BytesIO(pdf))
        copying = _Copying(self)
        box: PdfObject = ArrayObject()
        for page in reader.pages:
            kept = DictionaryObject()
            for name in (*page, *INHERITED):
                if name not in LEFT_OUT and name in page:
                    kept[NameObject(name)] = page.raw_get(name)
            box = copying.renumbered(page.mediabox)
            number = copying.written_page(kept)
            self._pages.append(number)
        copying.finish()
        for _ in range(blanks):
            self._pages.append(self._add_object(_page_of(DictionaryObject(), box)))

    def close(self) -> int:
        """Write the pages, the table and the end; returns how many pages it has."""
        kids = ArrayObject(IndirectObject(int(each), 0, None) for each in self._pages)
        pages = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Pages"),
                NameObject("/Count"): NumberObject(len(kids)),
                NameObject("/Kids"): kids,
            }
        )
        catalog = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Catalog"),
                NameObject("/Pages"): IndirectObject(PAGES, 0, None),
            }
        )
        self._write(PAGES, pages)
        self._write(CATALOG, catalog)
        start = self._out.tell()
        count = len(self._offsets)
        self._out.write(b"xref\n0 %d\n0000000000 65535 f \n" % count)
        for offset in self._offsets[1:]:
            self._out.write(b"%010d 00000 n \n" % offset)
        self._out.write(
            b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n"
            % (count, CATALOG, start)
        )
        self._out.close()
        return len(self._pages)

    def _new_number(self) -> int:
        self._offsets.append(0)
        return len(self._offsets) - 1

    def _add_object(self, content: PdfObject) -> int:
        number = self._new_number()
        self._write(number, content)
        return number

    def _write(self, number: int, content: PdfObject) -> None:
        self._offsets[number] = self._out.tell()
        self._out.write(b"%d 0 obj\n" % number)
        content.write_to_stream(self._out)
        self._out.write(b"\nendobj\n")


class _Copying:
    """The objects of one document, under the numbers that they get in the print file."""

    def __init__(self, target: PrintFile) -> None:
        self._target = target
        self._numbers: dict[tuple[int, int], int] = {}
        self._waiting: deque[tuple[int, PdfObject]] = deque()

    def written_page(self, page: DictionaryObject) -> int:
        """Write a page; what it refers to follows."""
        return self._target._add_object(_page_of(self.renumbered(page), None))

    def renumbered(self, found: PdfObject | None) -> PdfObject:
        """The same object with references to the new numbers."""
        if isinstance(found, IndirectObject):
            return IndirectObject(self._number_of(found), 0, None)
        if isinstance(found, StreamObject):
            copy = StreamObject()
            copy._data = found._data
            for name in sorted(found):
                if name != "/Length":
                    copy[NameObject(name)] = self.renumbered(found.raw_get(name))
            return copy
        if isinstance(found, DictionaryObject):
            return DictionaryObject(
                {NameObject(name): self.renumbered(found.raw_get(name)) for name in sorted(found)}
            )
        if isinstance(found, ArrayObject):
            return ArrayObject(self.renumbered(each) for each in list.__iter__(found))
        assert found is not None, "a reference leads to an object"
        return found

    def finish(self) -> None:
        """Write all that was referred to, and what that refers to."""
        while self._waiting:
            number, content = self._waiting.popleft()
            self._target._write(number, self.renumbered(content))

    def _number_of(self, reference: IndirectObject) -> int:
        key = (reference.idnum, reference.generation)
        if key not in self._numbers:
            content = reference.get_object()
            digest = _digest(content)
            known = self._target._known.get(digest) if digest else None
            if known is None:
                known = self._target._new_number()
                self._waiting.append((known, content if content is not None else NumberObject(0)))
                if digest:
                    self._target._known[digest] = known
            self._numbers[key] = known
        return self._numbers[key]


def _digest(content: PdfObject | None) -> bytes | None:
    """What tells a stream that refers to nothing from all others; None for anything else."""
    if not isinstance(content, StreamObject):
        return None
    if any(isinstance(content.raw_get(name), IndirectObject) for name in content):
        return None
    head = BytesIO()
    for name in sorted(content):
        NameObject(name).write_to_stream(head)
        content.raw_get(name).write_to_stream(head)
    return hashlib.sha256(head.getvalue() + b"\0" + content._data).digest()


def _page_of(page: PdfObject, box: PdfObject | None) -> DictionaryObject:
    """A page of the print file."""
    assert isinstance(page, DictionaryObject)
    page[NameObject("/Type")] = NameObject("/Page")
    page[NameObject("/Parent")] = IndirectObject(PAGES, 0, None)
    if box is not None:
        page[NameObject("/MediaBox")] = box
    return page
