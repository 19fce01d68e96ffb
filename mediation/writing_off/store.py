"""Rows of write-offs and of the records in each."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Identified, Proposed, Table, TenantScoped
from tenants.session import TenantSession


class WriteOffRow(Identified, Proposed, Table):
    """A write-off: why, how many records, who proposed and who decided."""

    __tablename__ = "write_offs"

    why: orm.Mapped[str]
    records: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    written_off: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)


class WrittenOffRecordRow(TenantScoped, Table):
    """One record of a write-off."""

    __tablename__ = "written_off_records"

    write_off_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    suspense_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)


NAME_RECORDS = """
    INSERT INTO written_off_records (tenant_id, write_off_id, suspense_id)
    SELECT :tenant, :write_off, unnest(CAST(:records AS uuid[]))
"""


def name_records(session: TenantSession, write_off_id: UUID, records: Sequence[UUID]) -> None:
    """Write down which records a write-off is about."""
    facts = {"tenant": session.tenant_id, "write_off": write_off_id, "records": list(records)}
    session.execute(sa.text(NAME_RECORDS), facts)


def records_of(session: TenantSession, write_off_id: UUID) -> list[UUID]:
    """The records of a write-off, in the order in which they were suspended."""
    record = WrittenOffRecordRow
    query = sa.select(record.suspense_id).where(record.write_off_id == write_off_id)
    return list(session.scalars(query.order_by(record.suspense_id)))


def held_row(session: TenantSession, write_off_id: UUID) -> WriteOffRow | None:
    """The write-off, locked until the end of the transaction."""
    return session.held(WriteOffRow, write_off_id)


def rows(session: TenantSession) -> list[WriteOffRow]:
    """All write-offs, the newest first."""
    query = sa.select(WriteOffRow).order_by(WriteOffRow.proposed_at.desc(), WriteOffRow.id.desc())
    return list(session.scalars(query))
