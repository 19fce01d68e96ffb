"""Rows of files attached to disputes; their bytes are in the tenant's files."""

import datetime as dt
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from settlement.disputes.attachments.attachment import Attachment
from settlement.disputes.dispute import Side
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class DisputeAttachmentRow(Identified, Table):
    """One file."""

    __tablename__ = "dispute_attachments"

    dispute_id: orm.Mapped[UUID]
    name: orm.Mapped[str]
    media_type: orm.Mapped[str]
    size: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    sha256: orm.Mapped[str] = orm.mapped_column(sa.CHAR(64))
    attached_by: orm.Mapped[str]
    attached_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


def add(session: TenantSession, attachment: Attachment) -> None:
    """Keep what is known of a file."""
    facts = attachment._asdict() | {"attached_by": attachment.attached_by.value}
    session.add(DisputeAttachmentRow(tenant_id=session.tenant_id, **facts))
    session.flush()


def of_dispute(session: TenantSession, dispute_id: UUID) -> list[Attachment]:
    """The files of a dispute, the oldest first."""
    row = DisputeAttachmentRow
    query = sa.select(row).where(row.dispute_id == dispute_id).order_by(row.attached_at, row.id)
    return [
        Attachment(
            each.id, each.dispute_id, each.name, each.media_type, each.size, each.sha256,
            Side(each.attached_by), each.attached_at,
        )
        for each in session.scalars(query)
    ]  # fmt: skip
