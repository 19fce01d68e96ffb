"""Rows of exchanged messages, their buckets, and carriers' certificates."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, get_args
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB

from currencies.money import plain
from settlement.interconnect.exchange.messages import Certificate, ExchangeMessage, Outcome
from settlement.interconnect.exchanged import Origin
from statements.exchange.message import (
    BucketKey,
    BucketTotal,
    Figures,
    MessageKind,
    RefusedLine,
    Settled,
)
from tenants.persistence.loading import load_rows
from tenants.persistence.tables import Identified, Table, TenantScoped
from tenants.session import TenantSession
from tenants.values import fields_of, value_of


class ExchangeMessageRow(Identified, Table):
    """One message, ours or theirs."""

    __tablename__ = "exchange_messages"

    carrier_id: orm.Mapped[UUID]
    agreement_id: orm.Mapped[UUID | None]
    period_id: orm.Mapped[UUID | None]
    origin: orm.Mapped[str]
    kind: orm.Mapped[str]
    message_id: orm.Mapped[str]
    in_reply_to: orm.Mapped[str | None]
    sequence: orm.Mapped[int]
    verdict: orm.Mapped[str]
    replaces: orm.Mapped[str | None]
    amounts: orm.Mapped[list[Any]] = orm.mapped_column(JSONB)
    reasons: orm.Mapped[list[Any]] = orm.mapped_column(JSONB)
    is_signed: orm.Mapped[bool]
    sha256: orm.Mapped[str] = orm.mapped_column(sa.CHAR(64))
    records_sha256: orm.Mapped[str | None] = orm.mapped_column(sa.CHAR(64))
    exchanged_on: orm.Mapped[dt.date]
    exchanged_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    place: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)


class ExchangeBucketRow(TenantScoped, Table):
    """The control totals of one bucket, its direction told from our side."""

    __tablename__ = "exchange_buckets"

    exchange_message_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    line: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    day: orm.Mapped[dt.date]
    direction: orm.Mapped[str]
    trunk: orm.Mapped[str]
    destination: orm.Mapped[str]
    records: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    seconds: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    amount: orm.Mapped[Decimal] = orm.mapped_column(sa.Numeric(38, 12))
    hash: orm.Mapped[str] = orm.mapped_column(sa.CHAR(64))
    corrects: orm.Mapped[str | None]


class ExchangeCertificateRow(Identified, Table):
    """A public certificate of a carrier."""

    __tablename__ = "exchange_certificates"

    carrier_id: orm.Mapped[UUID]
    certificate: orm.Mapped[str]
    fingerprint: orm.Mapped[str] = orm.mapped_column(sa.CHAR(64))
    registered_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


BUCKET_COLUMNS = (
    "tenant_id", "exchange_message_id", "line", "day", "direction", "trunk", "destination",
    "records", "seconds", "amount", "hash", "corrects",
)  # fmt: skip


def hold_carrier(session: TenantSession, carrier_id: UUID) -> None:
    """Let one transaction at a time exchange messages with this carrier."""
    session.hold("exchange-messages", carrier_id)


def add(
    session: TenantSession, message: ExchangeMessage, totals: Sequence[BucketTotal] = ()
) -> None:
    """Keep a message, with the buckets that it states."""
    facts = fields_of(ExchangeMessage, message)
    facts["kind"] = message.kind.value if message.kind else ""
    facts["amounts"] = [_amount_kept(each) for each in message.amounts]
    facts["reasons"] = [list(each) for each in message.reasons]
    session.add(ExchangeMessageRow(tenant_id=session.tenant_id, **facts))
    session.flush()
    rows = (
        (
            session.tenant_id, message.id, line, *total.key, *total.figures, total.hash,
            total.corrects,
        )
        for line, total in enumerate(totals, 1)
    )  # fmt: skip
    load_rows(session, "exchange_buckets", BUCKET_COLUMNS, rows)


def last_place(session: TenantSession, carrier_id: UUID) -> tuple[UUID, UUID] | None:
    """The agreement and period of the last message with a carrier, if it names them."""
    row = ExchangeMessageRow
    query = sa.select(row.agreement_id, row.period_id).where(row.carrier_id == carrier_id)
    found = session.execute(query.order_by(row.place.desc()).limit(1)).first()
    if found is None or found.agreement_id is None or found.period_id is None:
        return None
    return found.agreement_id, found.period_id


def next_place(session: TenantSession, carrier_id: UUID) -> int:
    """The next place among the messages with a carrier, which is held."""
    last = sa.select(sa.func.max(ExchangeMessageRow.place))
    return (session.scalar(last.where(ExchangeMessageRow.carrier_id == carrier_id)) or 0) + 1


def acknowledge(
    session: TenantSession, message_id: UUID, verdict: Outcome, reasons: Iterable[RefusedLine]
) -> None:
    """Keep what the carrier says of a message of ours."""
    session.execute(
        sa.update(ExchangeMessageRow)
        .where(ExchangeMessageRow.id == message_id)
        .values(verdict=verdict, reasons=[list(each) for each in reasons])
    )


def was_accepted(session: TenantSession, carrier_id: UUID, message_id: str) -> bool:
    """Whether a message of theirs with this id was accepted before."""
    row = ExchangeMessageRow
    known = sa.select(row.id).where(
        row.carrier_id == carrier_id,
        row.message_id == message_id,
        row.origin == "theirs",
        row.verdict == "accepted",
    )
    return session.scalar(known) is not None


def by_id(session: TenantSession, message_id: UUID) -> ExchangeMessage | None:
    """One message."""
    row = session.scalar(sa.select(ExchangeMessageRow).where(ExchangeMessageRow.id == message_id))
    return None if row is None else _message(row)


def messages_of(
    session: TenantSession, agreement_id: UUID, period_id: UUID
) -> list[ExchangeMessage]:
    """The messages of an agreement and period, in the order in which they were exchanged."""
    row = ExchangeMessageRow
    query = sa.select(row).where(row.agreement_id == agreement_id, row.period_id == period_id)
    return [_message(each) for each in session.scalars(query.order_by(row.place))]


def messages(
    session: TenantSession, carrier_id: UUID | None, after: int, limit: int
) -> list[ExchangeMessage]:
    """Messages with a carrier, or with all, behind a place, in their order."""
    row = ExchangeMessageRow
    query = sa.select(row).where(row.place > after)
    if carrier_id is not None:
        query = query.where(row.carrier_id == carrier_id)
    ordered = query.order_by(row.carrier_id, row.place).limit(limit)
    return [_message(each) for each in session.scalars(ordered)]


def of_kind(
    session: TenantSession, carrier_id: UUID | None, kind: MessageKind
) -> list[ExchangeMessage]:
    """Messages of a kind with a carrier, or with all, in their order."""
    row = ExchangeMessageRow
    query = sa.select(row).where(row.kind == kind.value)
    if carrier_id is not None:
        query = query.where(row.carrier_id == carrier_id)
    ordered = query.order_by(row.carrier_id, row.place)
    return [_message(each) for each in session.scalars(ordered)]


def places(session: TenantSession, carrier_id: UUID | None, limit: int) -> list[tuple[UUID, UUID]]:
    """Agreement and period of exchanges, those that last moved first."""
    row = ExchangeMessageRow
    names = (row.agreement_id, row.period_id)
    query = sa.select(*names).where(row.agreement_id.is_not(None), row.period_id.is_not(None))
    if carrier_id is not None:
        query = query.where(row.carrier_id == carrier_id)
    grouped = query.group_by(*names).order_by(sa.func.max(row.exchanged_at).desc(), *names)
    return [
        (agreement_id, period_id)
        for agreement_id, period_id in session.execute(grouped.limit(limit))
        if agreement_id is not None and period_id is not None
    ]


def totals_of(session: TenantSession, message_id: UUID) -> list[BucketTotal]:
    """The buckets that a message states, told from our side."""
    row = ExchangeBucketRow
    query = sa.select(row).where(row.exchange_message_id == message_id).order_by(row.line)
    return [
        BucketTotal(
            BucketKey(each.day, each.direction, each.trunk, each.destination),
            Figures(each.records, each.seconds, each.amount),
            each.hash,
            each.corrects,
        )
        for each in session.scalars(query)
    ]


def add_certificate(session: TenantSession, certificate: Certificate) -> None:
    """Keep a certificate."""
    facts = fields_of(Certificate, certificate)
    session.add(ExchangeCertificateRow(tenant_id=session.tenant_id, **facts))
    session.flush()


def certificates(session: TenantSession, carrier_id: UUID | None) -> list[Certificate]:
    """The certificates of a carrier, or of all, the oldest first."""
    row = ExchangeCertificateRow
    query = sa.select(row).order_by(row.registered_at, row.id)
    if carrier_id is not None:
        query = query.where(row.carrier_id == carrier_id)
    return [value_of(Certificate, each) for each in session.scalars(query)]


def _amount_kept(settled: Settled) -> list[str | None]:
    before = None if settled.before is None else plain(settled.before)
    return [settled.direction, plain(settled.amount), before]


def _message(row: ExchangeMessageRow) -> ExchangeMessage:
    facts = fields_of(ExchangeMessage, row)
    facts["kind"] = MessageKind(row.kind) if row.kind else None
    facts["amounts"] = tuple(
        Settled(direction, Decimal(amount), None if before is None else Decimal(before))
        for direction, amount, before in row.amounts
    )
    facts["reasons"] = tuple(RefusedLine(*each) for each in row.reasons)
    assert row.origin in get_args(Origin) and row.verdict in get_args(Outcome)
    return ExchangeMessage(**facts)
