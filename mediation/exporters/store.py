"""Rows of templates of flows: given by a file, leant upon by one, or wanted by one."""

import datetime as dt
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from mediation.flow_knowledge import GIVEN, READ, STARTED, WANTED
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class FlowTemplateRow(Identified, Table):
    """What one batch says of one template (`mediation.flow_knowledge.Told`)."""

    __tablename__ = "flow_templates"

    source_id: orm.Mapped[UUID]
    batch_id: orm.Mapped[UUID]
    role: orm.Mapped[str]
    version: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger)
    domain: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    number: orm.Mapped[int]
    definition: orm.Mapped[str]
    first_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    last_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


_batches = sa.table(
    "batches",
    sa.column("tenant_id", sa.Uuid),
    sa.column("id", sa.Uuid),
    sa.column("status", sa.Text),
    sa.column("file_name", sa.Text),
)
_row = FlowTemplateRow
_KEY = (_row.version, _row.domain, _row.number)
# What an undone file has told counts no more.
_counts = sa.and_(
    _batches.c.tenant_id == _row.tenant_id,
    _batches.c.id == _row.batch_id,
    _batches.c.status == "landed",
)


def given(
    session: TenantSession, source_id: UUID, without: UUID | None = None
) -> list[tuple[int, int, int, str, dt.datetime, dt.datetime]]:
    """Templates and facts that landed files of a source gave: key, definition, first, last export.

    A template that was never redefined is one row, from its first export to its last.
    """
    mine = sa.and_(_row.source_id == source_id, _row.role == GIVEN, _row.number != STARTED)
    if without is not None:
        mine = sa.and_(mine, _row.batch_id != without)
    several = (
        sa.select(*_KEY)
        .join(_batches, _counts)
        .where(mine)
        .group_by(*_KEY)
        .having(sa.func.count(_row.definition.distinct()) > 1)
        .subquery()
    )
    is_several = sa.exists().where(
        several.c.version == _row.version,
        several.c.domain == _row.domain,
        several.c.number == _row.number,
    )
    apart = sa.case((is_several, _row.id))
    query = (
        sa.select(*_KEY, _row.definition, sa.func.min(_row.first_at), sa.func.max(_row.last_at))
        .join(_batches, _counts)
        .where(mine)
        .group_by(*_KEY, _row.definition, apart)
        .order_by(*_KEY, sa.func.min(_row.first_at), _row.definition)
    )
    return [
        (version, domain, number, definition, first, last)
        for version, domain, number, definition, first, last in session.execute(query)
    ]


def given_between(
    session: TenantSession, source_id: UUID, first: dt.datetime, last: dt.datetime
) -> list[FlowTemplateRow]:
    """All that landed files of a source gave that were exported within this time."""
    query = (
        sa.select(_row)
        .join(_batches, _counts)
        .where(
            _row.source_id == source_id,
            _row.role == GIVEN,
            _row.first_at <= last,
            _row.last_at >= first,
        )
    )
    return list(session.scalars(query))


def leaning(
    session: TenantSession, source_id: UUID, without: UUID | None = None
) -> list[tuple[FlowTemplateRow, str]]:
    """What landed files were read by that they had not given before, and the names of the files."""
    mine = sa.and_(_row.source_id == source_id, _row.role == READ)
    if without is not None:
        mine = sa.and_(mine, _row.batch_id != without)
    query = (
        sa.select(_row, _batches.c.file_name)
        .join(_batches, _counts)
        .where(mine)
        .order_by(_batches.c.file_name, _row.id)
    )
    return [(row, name) for row, name in session.execute(query)]


def wanted(session: TenantSession, source_id: UUID) -> list[FlowTemplateRow]:
    """The templates that landed files of a source wait for, in a fixed order."""
    query = (
        sa.select(_row)
        .join(_batches, _counts)
        .where(_row.source_id == source_id, _row.role == WANTED)
        .order_by(_row.first_at, _row.batch_id, _row.id)
    )
    return list(session.scalars(query))


def forget(session: TenantSession, batch_id: UUID) -> None:
    """Take out what a batch says; it is about to say it anew."""
    session.execute(sa.delete(_row).where(_row.batch_id == batch_id))
