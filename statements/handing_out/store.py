"""Rows of first downloads."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import insert

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class DownloadRow(Identified, Table):
    """The first download of a document by whom it is for."""

    __tablename__ = "document_downloads"

    document_id: orm.Mapped[UUID]
    media_type: orm.Mapped[str]
    downloaded_by: orm.Mapped[str]
    downloaded_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


def is_known(session: TenantSession, document_id: UUID) -> bool:
    """Whether it was downloaded before."""
    asked = sa.select(DownloadRow.id).where(DownloadRow.document_id == document_id)
    return session.execute(asked).first() is not None


def note(session: TenantSession, document_id: UUID, media_type: str) -> None:
    """Keep a download, unless there was one."""
    query = insert(DownloadRow).values(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        document_id=document_id,
        media_type=media_type,
        downloaded_by=session.principal.name,
        downloaded_at=session.now(),
    )
    session.execute(query.on_conflict_do_nothing())


def rows(session: TenantSession, documents: Sequence[UUID]) -> list[DownloadRow]:
    """The downloads of these documents."""
    asked = sa.select(DownloadRow).where(DownloadRow.document_id.in_(documents))
    return list(session.scalars(asked))
