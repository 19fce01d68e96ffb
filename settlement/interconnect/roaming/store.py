"""Rows of TAP files written; their bytes are in the tenant's files."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from settlement.interconnect.roaming.tap_out import TapFile
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession
from tenants.values import fields_of, value_of


class TapFileRow(Identified, Table):
    """One file."""

    __tablename__ = "tap_files"

    carrier_id: orm.Mapped[UUID]
    agreement_id: orm.Mapped[UUID]
    period_id: orm.Mapped[UUID]
    sender: orm.Mapped[str]
    recipient: orm.Mapped[str]
    sequence: orm.Mapped[int]
    events: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    amount: orm.Mapped[Decimal] = orm.mapped_column(sa.Numeric(38, 12))
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    sha256: orm.Mapped[str] = orm.mapped_column(sa.CHAR(64))
    written_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


def hold_numbers(session: TenantSession, carrier_id: UUID) -> None:
    """Let one transaction at a time number files for this carrier."""
    session.hold("tap-out", carrier_id)


def add(session: TenantSession, file: TapFile) -> None:
    """Keep a file."""
    facts = fields_of(TapFile, file)
    session.add(TapFileRow(tenant_id=session.tenant_id, **facts))
    session.flush()


def written(session: TenantSession, recipient: str) -> int:
    """How many files were written for a network."""
    query = sa.select(sa.func.count()).where(TapFileRow.recipient == recipient)
    return session.scalar(query) or 0


def of_month(session: TenantSession, agreement_id: UUID, period_id: UUID) -> list[TapFile]:
    """The files of a month under an agreement."""
    row = TapFileRow
    query = sa.select(row).where(row.agreement_id == agreement_id, row.period_id == period_id)
    return [_file(each) for each in session.scalars(query.order_by(row.recipient))]


def found(session: TenantSession, carrier_id: UUID | None, limit: int) -> list[TapFile]:
    """Files for a carrier, or for all, the newest first."""
    row = TapFileRow
    query = sa.select(row).order_by(row.id.desc()).limit(limit)
    if carrier_id is not None:
        query = query.where(row.carrier_id == carrier_id)
    return [_file(each) for each in session.scalars(query)]


def is_between(session: TenantSession, carrier_id: UUID, sender: str, recipient: str) -> bool:
    """Whether a file from one network to another was written for a carrier."""
    query = sa.select(TapFileRow.id).filter_by(
        carrier_id=carrier_id, sender=sender, recipient=recipient
    )
    return session.scalar(query.limit(1)) is not None


def numbered(
    session: TenantSession, carrier_id: UUID, recipient: str, sequence: int
) -> TapFile | None:
    """The newest file of a number for a network."""
    query = sa.select(TapFileRow).filter_by(
        carrier_id=carrier_id, recipient=recipient, sequence=sequence
    )
    row = session.scalars(query.order_by(TapFileRow.id.desc()).limit(1)).first()
    return None if row is None else _file(row)


def by_id(session: TenantSession, file_id: UUID) -> TapFile | None:
    """One file."""
    row = session.scalar(sa.select(TapFileRow).where(TapFileRow.id == file_id))
    return None if row is None else _file(row)


def _file(row: TapFileRow) -> TapFile:
    return value_of(TapFile, row)
