"""Draw a party's issued documents again from what they say, and hand them out as one archive.

What is drawn again is compared with what was issued by SHA-256; a difference is named, never passed
over. The archive holds the bytes that were issued. Where those are lost or damaged and drawing
gives the very bytes again, these take their place. Equal documents give an equal archive.
"""

import csv
import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from i18n.errors import Conflict, NotFound
from statements import service
from statements.branding import service as branding
from statements.filing import CSV, PDF, XML, DocumentFile, Filed
from statements.forms import Draft, pack_of, page_in, paper_of, table_of, xml_of
from statements.profiles.profile import EN16931, PROFILES, Profile
from statements.rendering.choosing import Look
from statements.rendering.service import draw_all
from tenants.files import FileChanged, NoSuchFile
from tenants.session import TenantSession

MOST = 10_000
AT_ONCE = 100
# The first instant that a ZIP archive can name; the archive has no time of its own.
NO_TIME = (1980, 1, 1, 0, 0, 0)
COLUMNS = ("document", "kind", "issued_on", "file", "sha256", "bytes", "drawn_again")

Outcome = Literal["same", "different", "repaired", "lost"]


class NoDocumentsThen(NotFound):
    """Nothing was issued to this party from {starts_on} to before {until}. Name other days."""


class TooManyDocuments(Conflict):
    """{count} documents are more than {most} at once. Name fewer days, or use saldo documents."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One file of a document: as issued, and what came of drawing it again."""

    document: Filed
    file: DocumentFile
    outcome: Outcome

    @property
    def place(self) -> str:
        """Where it stands in the archive."""
        return f"{self.document.kind.value}/{self.file.file_name}"


@dataclass(frozen=True, slots=True)
class DocumentSet:
    """The archive and what it holds; `differing` are the files that did not come out the same."""

    archive: bytes
    files: tuple[Compared, ...]

    @property
    def differing(self) -> tuple[Compared, ...]:
        """The files that are not drawn the same again."""
        return tuple(each for each in self.files if each.outcome in ("different", "lost"))


def regenerate(
    session: TenantSession, party_id: UUID, starts_on: date, until: date, most: int = MOST
) -> DocumentSet:
    """All documents issued to a party in a half-open span of days.

    Raises NoDocumentsThen, TooManyDocuments or DrawingFailed.
    """
    found = [
        each
        for each in service.documents(session, party_id=party_id, status="issued", limit=MOST)
        if each.issued_on is not None and starts_on <= each.issued_on < until
    ]
    if not found:
        raise NoDocumentsThen(starts_on=starts_on, until=until)
    if len(found) > most:
        raise TooManyDocuments(count=len(found), most=most)
    found.sort(key=lambda each: (each.kind.value, each.number))
    compared: list[tuple[Compared, bytes | None]] = []
    for start in range(0, len(found), AT_ONCE):
        some = found[start : start + AT_ONCE]
        looks = branding.looks(session, {each.brand_version for each in some})
        drawn = _drawn([(each, service.content(session, each.id)) for each in some], looks)
        for filed, forms in zip(some, drawn, strict=True):
            compared += [_compared(session, filed, file, forms) for file in filed.files]
    return DocumentSet(_archive(compared), tuple(each for each, _ in compared))


def _drawn(
    issued: Sequence[tuple[Filed, Draft]], looks: Mapping[int | None, Look]
) -> list[dict[str, bytes]]:
    """The forms of documents by media type, made anew from what the documents say, in the version
    of the brand that each was issued in.
    """
    pdfs = draw_all(
        page_in(document, looks[filed.brand_version], _profile_of(filed))
        for filed, document in issued
    )
    made = []
    for (filed, document), pdf in zip(issued, pdfs, strict=True):
        profile = _profile_of(filed)
        xml = None if pack_of(document, profile) is None else xml_of(document, profile)
        forms = {
            PDF: paper_of(document, pdf, xml, profile),
            XML: xml,
            CSV: table_of(document),
        }
        made.append({name: form for name, form in forms.items() if form is not None})
    return made


def _profile_of(filed: Filed) -> Profile:
    """The form in which a document left the house: that of the rules it was checked by."""
    pack = filed.verdict.pack if filed.verdict else None
    known = (each for each in PROFILES.values() if each.pack_for(filed.kind) == pack)
    return next(known, EN16931)


def _compared(
    session: TenantSession, filed: Filed, file: DocumentFile, drawn: dict[str, bytes]
) -> tuple[Compared, bytes | None]:
    again = drawn.get(file.media_type)
    is_same = again is not None and hashlib.sha256(again).hexdigest() == file.sha256
    try:
        kept = session.files.get(file.sha256)
    except (FileChanged, NoSuchFile):
        return Compared(filed, file, "repaired" if is_same else "lost"), again if is_same else None
    return Compared(filed, file, "same" if is_same else "different"), kept


def _archive(compared: Sequence[tuple[Compared, bytes | None]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "manifest.csv", _manifest([each for each, _ in compared]))
        for each, content in compared:
            if content is not None:
                _put(archive, each.place, content)
    return out.getvalue()


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, NO_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)


def _manifest(files: Sequence[Compared]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in files:
        document, file = each.document, each.file
        writer.writerow(
            (
                document.number,
                document.kind.value,
                document.issued_on,
                each.place,
                file.sha256,
                file.size_bytes,
                each.outcome,
            )
        )
    return out.getvalue().encode()
