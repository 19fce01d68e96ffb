"""Rows of the register of documents: documents and their files."""

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB

from currencies.money import money
from statements.document import Kind
from statements.filing import DocumentFile, Filed, Filing
from statements.validation.verdict import Verdict
from tenants.persistence.arrays import text_array
from tenants.persistence.loading import load_rows
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession
from tenants.values import value_of

# From so many rows on, loading them as a set makes up for what it takes to begin.
MANY = 50


class DocumentRow(Identified, Table):
    """A document, held or issued."""

    __tablename__ = "documents"

    kind: orm.Mapped[str]
    status: orm.Mapped[str]
    series_id: orm.Mapped[UUID | None]
    serial: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    number: orm.Mapped[str | None]
    party_id: orm.Mapped[UUID]
    period_id: orm.Mapped[UUID | None]
    agreement_id: orm.Mapped[UUID | None]
    direction: orm.Mapped[str]
    language: orm.Mapped[str]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    amount_net: orm.Mapped[Decimal] = orm.mapped_column(sa.Numeric(38, 12))
    amount_tax: orm.Mapped[Decimal] = orm.mapped_column(sa.Numeric(38, 12))
    amount_gross: orm.Mapped[Decimal] = orm.mapped_column(sa.Numeric(38, 12))
    issued_on: orm.Mapped[dt.date | None]
    due_on: orm.Mapped[dt.date | None]
    issued_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(sa.DateTime(timezone=True))
    content: orm.Mapped[dict[str, Any]] = orm.mapped_column(JSONB)
    rule_pack: orm.Mapped[str]
    verdict: orm.Mapped[dict[str, Any]] = orm.mapped_column(JSONB)
    corrects_id: orm.Mapped[UUID | None]
    purpose: orm.Mapped[str]
    brand_version: orm.Mapped[int | None]


# What is held stands before what has a day; those of one day by kind, then by number.
NEWEST_FIRST = (
    DocumentRow.issued_on.desc().nulls_first(),
    DocumentRow.kind,
    DocumentRow.serial.desc(),
    DocumentRow.id,
)


class FileRow(Identified, Table):
    """One stored form of an issued document."""

    __tablename__ = "document_files"

    document_id: orm.Mapped[UUID]
    media_type: orm.Mapped[str]
    file_name: orm.Mapped[str]
    sha256: orm.Mapped[str] = orm.mapped_column(sa.CHAR(64))
    size_bytes: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)


# Each purpose is looked up by its keys (OFFSET 0 keeps the look in its place): a register that is
# being filled looks small, and to read all of it seems cheaper.
FOR_PURPOSES = """
    SELECT d.id FROM unnest(CAST(:purposes AS text[])) AS asked (purpose)
    CROSS JOIN LATERAL (
        (SELECT x.id FROM documents x WHERE x.purpose = asked.purpose AND x.status = 'issued'
         OFFSET 0)
        UNION ALL
        (SELECT x.id FROM documents x WHERE x.purpose = asked.purpose AND x.status = 'held'
         OFFSET 0)
    ) AS d
"""


def for_purposes(session: TenantSession, purposes: Iterable[str]) -> dict[str, DocumentRow]:
    """The document of each purpose: the issued one, else the one held."""
    found = session.scalars(
        sa.text(FOR_PURPOSES), {"purposes": text_array(sorted(set(purposes)))}
    ).all()
    if not found:
        return {}
    asked = (
        sa.select(DocumentRow)
        .where(DocumentRow.id.in_(found))
        .order_by(DocumentRow.status, DocumentRow.id)
        # What a document says is long, and nobody who asks by purpose needs it at once.
        .options(orm.defer(DocumentRow.content))
    )
    # Sorted, issued comes after held and so replaces it.
    return {row.purpose: row for row in session.scalars(asked)}


def save_documents(session: TenantSession, rows: Sequence[dict[str, Any]], held: set[UUID]) -> None:
    """Insert documents as a set; those held before are changed in their place.

    What they say and the verdict on it are given as JSON text.
    """
    _insert(session, DocumentRow, [row for row in rows if row["id"] not in held])
    for row in rows:
        if row["id"] in held:
            place = (DocumentRow.tenant_id == row["tenant_id"]) & (DocumentRow.id == row["id"])
            session.execute(sa.update(DocumentRow).where(place).values(**_read(DocumentRow, row)))
    if held:
        session.expire_all()


def insert_files(session: TenantSession, files: Mapping[UUID, Sequence[DocumentFile]]) -> None:
    """Insert the files of documents as a set."""
    of_documents = [(document, file) for document, some in files.items() for file in some]
    rows = [
        {
            "tenant_id": session.tenant_id,
            "id": fresh,
            "document_id": document,
            "media_type": file.media_type,
            "file_name": file.file_name,
            "sha256": file.sha256,
            "size_bytes": file.size_bytes,
        }
        for (document, file), fresh in zip(
            of_documents, session.ids.many(len(of_documents)), strict=True
        )
    ]
    _insert(session, FileRow, rows)


def _insert(session: TenantSession, table: type[Table], rows: Sequence[dict[str, Any]]) -> None:
    if len(rows) < MANY:
        if rows:
            session.execute(sa.insert(table), [_read(table, row) for row in rows])
        return
    load_rows(session, table.__tablename__, tuple(rows[0]), (tuple(row.values()) for row in rows))


def _read(table: type[Table], row: dict[str, Any]) -> dict[str, Any]:
    """The row with its JSON as values."""
    types = {each.name: each.type for each in table.__table__.columns}
    return {
        name: json.loads(each) if isinstance(types[name], JSONB) else each
        for name, each in row.items()
    }


def document_row(
    session: TenantSession, document_id: UUID, *, lock: bool = False
) -> DocumentRow | None:
    """One document; locked, nobody credits it at the same time."""
    asked = sa.select(DocumentRow).where(DocumentRow.id == document_id)
    return session.scalar(asked.with_for_update() if lock else asked)


def numbers(session: TenantSession, documents: Collection[UUID]) -> dict[UUID, str]:
    """The numbers of documents that have one, by id."""
    row = DocumentRow
    found = sa.select(row.id, row.number).where(row.id.in_(documents), row.number.is_not(None))
    return {each.id: each.number for each in session.execute(found)}


def files_of(session: TenantSession, documents: Iterable[UUID]) -> list[FileRow]:
    """The files of these documents, by media type."""
    asked = (
        sa.select(FileRow)
        .where(FileRow.document_id.in_(list(documents)))
        .order_by(FileRow.document_id, FileRow.media_type)
    )
    return list(session.scalars(asked))


def find(session: TenantSession, limit: int, **wanted: object) -> list[DocumentRow]:
    """Documents whose columns have these values, newest number first."""
    asked = sa.select(DocumentRow).limit(limit)
    for column, value in wanted.items():
        if value is not None:
            asked = asked.where(getattr(DocumentRow, column) == value)
    return list(session.scalars(asked.order_by(*NEWEST_FIRST)))


def issued_of(
    session: TenantSession, kind: str, limit: int, after: DocumentRow | None
) -> list[DocumentRow]:
    """Issued documents of a kind, newest number first, from the one after another on."""
    asked = sa.select(DocumentRow).where(DocumentRow.kind == kind, DocumentRow.status == "issued")
    if after is not None:
        same_day = DocumentRow.issued_on == after.issued_on
        same_number = same_day & (DocumentRow.serial == after.serial)
        asked = asked.where(
            (DocumentRow.issued_on < after.issued_on)
            | same_day & (DocumentRow.serial < after.serial)
            | same_number & (DocumentRow.id > after.id)
        )
    return list(session.scalars(asked.order_by(*NEWEST_FIRST).limit(limit)))


def balances(session: TenantSession, documents: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """The balances that these documents state, as plain values; nothing for those without."""
    balance = DocumentRow.content["forward"]
    asked = sa.select(DocumentRow.id, balance).where(
        DocumentRow.id.in_(documents), balance.astext.is_not(None)
    )
    return {row_id: said for row_id, said in session.execute(asked)}


def filing_of(row: DocumentRow) -> Filing:
    """Where the document belongs."""
    return value_of(Filing, row)


def filed(session: TenantSession, rows: Sequence[DocumentRow]) -> dict[UUID, Filed]:
    """The documents of these rows with their files, by id."""
    files: dict[UUID, list[DocumentFile]] = {row.id: [] for row in rows}
    for file in files_of(session, files):
        files[file.document_id].append(value_of(DocumentFile, file))
    return {row.id: _filed_of(row, tuple(files[row.id])) for row in rows}


def _filed_of(row: DocumentRow, files: tuple[DocumentFile, ...]) -> Filed:
    return Filed(
        id=row.id,
        kind=Kind(row.kind),
        status="issued" if row.status == "issued" else "held",
        number=row.number or "",
        filing=filing_of(row),
        language=row.language,
        net=money(row.amount_net, row.currency),
        tax=money(row.amount_tax, row.currency),
        gross=money(row.amount_gross, row.currency),
        issued_on=row.issued_on,
        due_on=row.due_on,
        verdict=Verdict.from_json(json.dumps(row.verdict)) if row.verdict else None,
        files=files,
        brand_version=row.brand_version,
    )
