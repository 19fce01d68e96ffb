"""Rows of those who are told of alarms, and of what they were told."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB, insert

from settlement.delivery.alarms.alarm import Alarm, Kind, MailState, Recipient
from tenants.persistence.tables import Identified, Recorded, Table
from tenants.session import TenantSession
from tenants.values import fields_of, value_of

INSTANT = sa.DateTime(timezone=True)
ONCE = ["tenant_id", "kind", "key", "email"]


class AlarmRecipientRow(Recorded, Identified, Table):
    """An address that alarms go to."""

    __tablename__ = "alarm_recipients"

    email: orm.Mapped[str]
    language: orm.Mapped[str]
    kinds: orm.Mapped[list[str]] = orm.mapped_column(sa.ARRAY(sa.Text))


class AlarmMailRow(Identified, Table):
    """An alarm for one address; `message_id` is the message that it went with."""

    __tablename__ = "alarm_mails"

    kind: orm.Mapped[str]
    key: orm.Mapped[str]
    facts: orm.Mapped[dict[str, Any]] = orm.mapped_column(JSONB)
    raised_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    email: orm.Mapped[str]
    language: orm.Mapped[str]
    state: orm.Mapped[str]
    tries: orm.Mapped[int]
    detail: orm.Mapped[str]
    message_id: orm.Mapped[UUID | None]
    changed_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)


def name_recipient(session: TenantSession, recipient: Recipient) -> None:
    """Keep an address; of one that is known the language, the kinds and since when are new."""
    facts = fields_of(Recipient, recipient) | {"kinds": [each.value for each in recipient.kinds]}
    adding = insert(AlarmRecipientRow).values(tenant_id=session.tenant_id, **facts)
    changed = {name: adding.excluded[name] for name in ("language", "kinds", "recorded_at")}
    session.execute(
        adding.on_conflict_do_update(index_elements=["tenant_id", "email"], set_=changed)
    )


def recipients(session: TenantSession) -> list[Recipient]:
    """All addresses, in their order."""
    rows = session.scalars(sa.select(AlarmRecipientRow).order_by(AlarmRecipientRow.email))
    return [value_of(Recipient, row, kinds=tuple(map(Kind, row.kinds))) for row in rows]


def forget_waiting(session: TenantSession, email: str, but: Iterable[Kind] = ()) -> None:
    """Drop what waits for an address, of all kinds but these."""
    row = AlarmMailRow
    session.execute(
        sa.delete(row).where(
            row.email == email, row.state == MailState.WAITING, row.kind.not_in(list(but))
        )
    )


def drop_recipient(session: TenantSession, recipient_id: UUID) -> bool:
    """Take an address away, with what waits for it; whether there was one."""
    row = session.get(AlarmRecipientRow, (session.tenant_id, recipient_id))
    if row is None:
        return False
    forget_waiting(session, row.email)
    session.delete(row)
    session.flush()
    return True


def hold(session: TenantSession) -> None:
    """Let one transaction at a time take up what waits."""
    session.hold("alarm-mails")


def add(session: TenantSession, recipient: Recipient, alarms: Iterable[Alarm]) -> int:
    """Line alarms up for an address; returns how many were new."""
    rows = [
        {
            "tenant_id": session.tenant_id, "id": session.ids.new(), "kind": each.kind.value,
            "key": each.key, "facts": dict(each.facts), "raised_at": each.raised_at,
            "email": recipient.email, "language": recipient.language,
            "state": MailState.WAITING.value, "tries": 0, "detail": "", "message_id": None,
            "changed_at": session.now(),
        }
        for each in alarms
    ]  # fmt: skip
    if not rows:
        return 0
    adding = insert(AlarmMailRow).values(rows).on_conflict_do_nothing(index_elements=ONCE)
    return len(session.scalars(adding.returning(AlarmMailRow.id)).all())


def waiting(session: TenantSession, email: str | None = None) -> Sequence[AlarmMailRow]:
    """What waits, for one address or all, in the order in which it was raised."""
    row = AlarmMailRow
    wanted = sa.select(row).where(row.state == MailState.WAITING)
    if email is not None:
        wanted = wanted.where(row.email == email)
    return session.scalars(wanted.order_by(row.raised_at, row.kind, row.key)).all()


def of_message(session: TenantSession, message_id: UUID) -> Sequence[AlarmMailRow]:
    """What went with a message and has no answer yet."""
    row = AlarmMailRow
    wanted = sa.select(row).where(row.message_id == message_id, row.state == MailState.SENDING)
    return session.scalars(wanted).all()


def newest(session: TenantSession, limit: int) -> Sequence[AlarmMailRow]:
    """What was lined up last, first."""
    row = AlarmMailRow
    order = (row.raised_at.desc(), row.kind, row.key, row.email)
    return session.scalars(sa.select(row).order_by(*order).limit(limit)).all()
