"""How stores map their rows: one declarative base, and the tenant column on every table."""

import datetime as dt
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB


class Table(orm.DeclarativeBase):
    """A mapped table. Migrations make the tables; a test compares the two."""

    type_annotation_map = {dict: JSONB, list: JSONB, UUID: sa.Uuid}


class TenantScoped:
    """A row that belongs to a tenant: its key begins with it."""

    tenant_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True, sort_order=-2)


class Identified(TenantScoped):
    """A tenant's row with an id of its own."""

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True, sort_order=-1)


class Decided:
    """A row that waits for somebody's decision: how it stands, who decided and when."""

    status: orm.Mapped[str] = orm.mapped_column(sort_order=1)
    decided_by: orm.Mapped[str | None] = orm.mapped_column(sort_order=1)
    decided_by_id: orm.Mapped[UUID | None] = orm.mapped_column(sort_order=1)
    decided_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(
        sa.DateTime(timezone=True), sort_order=1
    )


class Proposed(Decided):
    """A row that one person proposes and another decides on."""

    proposed_by: orm.Mapped[str] = orm.mapped_column(sort_order=1)
    proposed_by_id: orm.Mapped[UUID | None] = orm.mapped_column(sort_order=1)
    proposed_at: orm.Mapped[dt.datetime] = orm.mapped_column(
        sa.DateTime(timezone=True), sort_order=1
    )


class Dated:
    """A row that holds from one local day until another, the second the first day without."""

    valid_from: orm.Mapped[dt.date]
    valid_until: orm.Mapped[dt.date | None]


class Recorded:
    """A row that says when it was recorded, and by whom."""

    recorded_at: orm.Mapped[dt.datetime] = orm.mapped_column(
        sa.DateTime(timezone=True), sort_order=1
    )
    recorded_by: orm.Mapped[str] = orm.mapped_column(sort_order=1)
