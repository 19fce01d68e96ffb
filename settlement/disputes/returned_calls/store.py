"""Rows of RAP files taken in, of what each returns of a TAP file, and of every single return."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from settlement.disputes.returned_calls.returned import (
    Between,
    RapFile,
    ReturnedCall,
    ReturnedFile,
    ReturnKind,
)
from tenants.persistence.loading import load_rows
from tenants.persistence.tables import Identified, Table, TenantScoped
from tenants.session import TenantSession
from tenants.values import fields_of, value_of

AMOUNT = sa.Numeric(38, 12)
COLUMNS = tuple(ReturnedCall.__dataclass_fields__)


class RapFileRow(Identified, Table):
    """One RAP file."""

    __tablename__ = "rap_files"

    carrier_id: orm.Mapped[UUID]
    sender: orm.Mapped[str]
    recipient: orm.Mapped[str]
    sequence: orm.Mapped[int]
    returns: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    amount: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    currency: orm.Mapped[str | None] = orm.mapped_column(sa.CHAR(3))
    sha256: orm.Mapped[str] = orm.mapped_column(sa.CHAR(64))
    taken_in_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


class ReturnedFileRow(Identified, Table):
    """What is returned of one TAP file."""

    __tablename__ = "returned_files"

    rap_file_id: orm.Mapped[UUID]
    tap_file_id: orm.Mapped[UUID]
    reason: orm.Mapped[str]
    calls: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    amount: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)


class ReturnedCallRow(TenantScoped, Table):
    """One return."""

    __tablename__ = "returned_calls"

    rap_file_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    line: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    kind: orm.Mapped[str]
    amount: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    tap_file_id: orm.Mapped[UUID | None]
    place: orm.Mapped[int | None]
    began: orm.Mapped[str | None]
    error_code: orm.Mapped[int | None]
    item: orm.Mapped[int | None]
    first_number: orm.Mapped[int | None]
    last_number: orm.Mapped[int | None]


def hold_carrier(session: TenantSession, carrier_id: UUID) -> None:
    """Let one transaction at a time take in what this carrier returns."""
    session.hold("rap-in", carrier_id)


def numbers(
    session: TenantSession, carrier_id: UUID | None
) -> list[tuple[Between, int, dt.datetime]]:
    """The numbers of RAP files of a carrier, or of all, as they came."""
    row = RapFileRow
    query = sa.select(row.carrier_id, row.sender, row.recipient, row.sequence, row.taken_in_at)
    if carrier_id is not None:
        query = query.where(row.carrier_id == carrier_id)
    return [
        (Between(carrier_id, sender, recipient), number, came_at)
        for carrier_id, sender, recipient, number, came_at in session.execute(
            query.order_by(row.taken_in_at, row.id)
        )
    ]


def add(
    session: TenantSession,
    file: RapFile,
    returned: Sequence[ReturnedFile],
    calls: Sequence[ReturnedCall],
) -> None:
    """Keep a RAP file with all it returns."""
    session.add(RapFileRow(tenant_id=session.tenant_id, **fields_of(RapFile, file)))
    session.flush()
    for each in returned:
        session.add(ReturnedFileRow(tenant_id=session.tenant_id, **fields_of(ReturnedFile, each)))
    session.flush()
    load_rows(
        session,
        "returned_calls",
        ("tenant_id", "rap_file_id", *COLUMNS),
        ((session.tenant_id, file.id, *_values(each)) for each in calls),
    )


def found(session: TenantSession, carrier_id: UUID | None, limit: int) -> list[RapFile]:
    """RAP files of a carrier, or of all, the newest first."""
    query = sa.select(RapFileRow).order_by(RapFileRow.id.desc()).limit(limit)
    if carrier_id is not None:
        query = query.where(RapFileRow.carrier_id == carrier_id)
    return [value_of(RapFile, each) for each in session.scalars(query)]


def by_id(session: TenantSession, rap_file_id: UUID) -> RapFile | None:
    """One RAP file."""
    row = session.scalar(sa.select(RapFileRow).where(RapFileRow.id == rap_file_id))
    return None if row is None else value_of(RapFile, row)


def returned_files(session: TenantSession, rap_file_id: UUID) -> list[ReturnedFile]:
    """What a RAP file returns of each TAP file."""
    row = ReturnedFileRow
    query = sa.select(row).where(row.rap_file_id == rap_file_id).order_by(row.id)
    return [value_of(ReturnedFile, each) for each in session.scalars(query)]


def undisputed(session: TenantSession, carrier_id: UUID | None) -> list[ReturnedFile]:
    """Returned files with an amount and no dispute, of a carrier or of all, the oldest first."""
    row = ReturnedFileRow
    disputed = sa.text(
        "NOT EXISTS (SELECT FROM disputes d WHERE d.tenant_id = returned_files.tenant_id"
        " AND d.returned_file_id = returned_files.id)"
    )
    query = sa.select(row).where(row.amount > 0, disputed).order_by(row.id)
    if carrier_id is not None:
        files = sa.select(RapFileRow.id).where(RapFileRow.carrier_id == carrier_id)
        query = query.where(row.rap_file_id.in_(files))
    return [value_of(ReturnedFile, each) for each in session.scalars(query)]


def calls_of(session: TenantSession, rap_file_id: UUID, limit: int) -> list[ReturnedCall]:
    """The first returns of a RAP file, in their order."""
    row = ReturnedCallRow
    query = sa.select(row).where(row.rap_file_id == rap_file_id).order_by(row.line).limit(limit)
    return [
        value_of(ReturnedCall, each, kind=ReturnKind(each.kind)) for each in session.scalars(query)
    ]


def returned_before(session: TenantSession, tap_file_id: UUID) -> tuple[frozenset[int], bool]:
    """The places of a TAP file that were returned, and whether all of it was."""
    row = ReturnedCallRow
    query = sa.select(row.place, row.kind).where(row.tap_file_id == tap_file_id)
    rows = session.execute(query).all()
    places = frozenset(place for place, _ in rows if place is not None)
    return places, any(kind == ReturnKind.FATAL for _, kind in rows)


def _values(call: ReturnedCall) -> list[object]:
    held = fields_of(ReturnedCall, call) | {"kind": call.kind.value}
    return [held[name] for name in COLUMNS]
