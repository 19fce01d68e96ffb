"""Rows of netting agreements, of offsets, of their lines and of who agreed."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB

from currencies.fixing import Fixing
from currencies.money import money
from settlement.ledger.accounts import Account
from settlement.netting.netting import OffsetLine, thresholds_of
from settlement.netting.offset import (
    Acceptance,
    Consent,
    NettingAgreement,
    Offset,
    Status,
    silent_from,
)
from tenants.persistence.tables import Identified, Table, TenantScoped
from tenants.session import TenantSession

INSTANT = sa.DateTime(timezone=True)
AMOUNT = sa.Numeric(38, 12)


class AgreementRow(Identified, Table):
    """Who nets with us, and from which amounts on."""

    __tablename__ = "netting_agreements"

    code: orm.Mapped[str]
    thresholds: orm.Mapped[dict[str, Any]] = orm.mapped_column(JSONB)
    currency: orm.Mapped[str | None] = orm.mapped_column(sa.CHAR(3))
    fixing: orm.Mapped[dict[str, Any] | None] = orm.mapped_column(JSONB(none_as_null=True))
    declared_by: orm.Mapped[str]
    declared_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    ended_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(INSTANT)
    acceptance: orm.Mapped[str]
    silence_days: orm.Mapped[int | None]


class MemberRow(TenantScoped, Table):
    """A party of a netting agreement."""

    __tablename__ = "netting_members"

    netting_agreement_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    party_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)


class OffsetRow(Identified, Table):
    """One offset."""

    __tablename__ = "offsets"

    netting_agreement_id: orm.Mapped[UUID]
    number: orm.Mapped[str]
    status: orm.Mapped[str]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    payable: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    receivable: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    amount: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    netted_on: orm.Mapped[dt.date]
    proposed_by: orm.Mapped[str]
    proposed_by_id: orm.Mapped[UUID | None]
    proposed_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    booked_by: orm.Mapped[str | None]
    booked_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(INSTANT)
    reason: orm.Mapped[str]


class LineRow(TenantScoped, Table):
    """The part of a balance that an offset takes."""

    __tablename__ = "offset_lines"

    offset_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    line: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    party_id: orm.Mapped[UUID]
    account: orm.Mapped[str]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    amount: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    counted: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)


class ConsentRow(TenantScoped, Table):
    """That a party agreed to an offset."""

    __tablename__ = "offset_consents"

    offset_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    party_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    agreed_by: orm.Mapped[str]
    agreed_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    reference: orm.Mapped[str]
    is_silent: orm.Mapped[bool]


def agreements(session: TenantSession, *, code: str | None = None) -> list[NettingAgreement]:
    """Agreements with their parties, by code."""
    query = sa.select(AgreementRow).order_by(AgreementRow.code)
    if code is not None:
        query = query.where(AgreementRow.code == code)
    rows = list(session.scalars(query))
    members: dict[UUID, list[UUID]] = defaultdict(list)
    for each in session.scalars(
        sa.select(MemberRow)
        .where(MemberRow.netting_agreement_id.in_([row.id for row in rows]))
        .order_by(MemberRow.party_id)
    ):
        members[each.netting_agreement_id].append(each.party_id)
    return [_as_agreement(row, members[row.id]) for row in rows]


def agreement_row(session: TenantSession, agreement_id: UUID) -> AgreementRow | None:
    """The row of an agreement, held."""
    query = sa.select(AgreementRow).where(AgreementRow.id == agreement_id)
    return session.scalar(query.with_for_update())


def offset_row(session: TenantSession, offset_id: UUID) -> OffsetRow | None:
    """The row of an offset, held."""
    return session.held(OffsetRow, offset_id)


def waiting(session: TenantSession, agreement_id: UUID, currency: str) -> OffsetRow | None:
    """The offset of an agreement and currency that is neither booked nor refused."""
    return session.scalar(
        sa.select(OffsetRow).where(
            OffsetRow.netting_agreement_id == agreement_id,
            OffsetRow.currency == currency,
            OffsetRow.status.in_([Status.PROPOSED.value, Status.AGREED.value]),
        )
    )


def count_of_day(session: TenantSession, agreement_id: UUID, currency: str, on: dt.date) -> int:
    """How many offsets an agreement has had in a currency on a day."""
    query = sa.select(sa.func.count()).where(
        OffsetRow.netting_agreement_id == agreement_id,
        OffsetRow.currency == currency,
        OffsetRow.netted_on == on,
    )
    return session.scalar(query) or 0


def offsets(
    session: TenantSession, *, offset_id: UUID | None = None, party_id: UUID | None = None
) -> list[Offset]:
    """Offsets with lines and consents, the newest first; of a party, those with a line of it."""
    query = sa.select(OffsetRow).order_by(OffsetRow.proposed_at.desc(), OffsetRow.number.desc())
    if offset_id is not None:
        query = query.where(OffsetRow.id == offset_id)
    if party_id is not None:
        named = sa.select(LineRow.offset_id).where(LineRow.party_id == party_id)
        query = query.where(OffsetRow.id.in_(named))
    rows = list(session.scalars(query))
    lines = _lines(session, rows)
    consents = _consents(session, [row.id for row in rows])
    days = _days_of_silence(session)
    return [
        _as_offset(row, lines[row.id], consents[row.id], days.get(row.netting_agreement_id))
        for row in rows
    ]


def silent_ids(session: TenantSession, today: dt.date) -> list[UUID]:
    """Proposed offsets to which silence agrees by a day, the earliest first."""
    days = _days_of_silence(session)
    query = sa.select(OffsetRow).where(
        OffsetRow.status == Status.PROPOSED.value, OffsetRow.netting_agreement_id.in_(days)
    )
    rows = session.scalars(query.order_by(OffsetRow.proposed_at, OffsetRow.id))
    due = ((row, silent_from(row.netted_on, days[row.netting_agreement_id])) for row in rows)
    return [row.id for row, day in due if day is not None and day <= today]


def _days_of_silence(session: TenantSession) -> dict[UUID, int]:
    """By agreement that lets silence agree; one that has ended does so no more."""
    query = sa.select(AgreementRow.id, AgreementRow.silence_days).where(
        AgreementRow.silence_days.is_not(None), AgreementRow.ended_at.is_(None)
    )
    return {row.id: row.silence_days for row in session.execute(query)}


def _lines(session: TenantSession, rows: Sequence[OffsetRow]) -> dict[UUID, list[OffsetLine]]:
    currencies = {row.id: row.currency for row in rows}
    found: dict[UUID, list[OffsetLine]] = defaultdict(list)
    query = sa.select(LineRow).where(LineRow.offset_id.in_(currencies))
    for each in session.scalars(query.order_by(LineRow.offset_id, LineRow.line)):
        found[each.offset_id].append(
            OffsetLine(
                each.party_id,
                Account(each.account),
                money(each.amount, each.currency),
                money(each.counted, currencies[each.offset_id]),
            )
        )
    return found


def _consents(session: TenantSession, offset_ids: Collection[UUID]) -> dict[UUID, list[Consent]]:
    found: dict[UUID, list[Consent]] = defaultdict(list)
    query = sa.select(ConsentRow).where(ConsentRow.offset_id.in_(offset_ids))
    for each in session.scalars(query.order_by(ConsentRow.agreed_at, ConsentRow.party_id)):
        found[each.offset_id].append(
            Consent(each.party_id, each.agreed_by, each.agreed_at, each.reference, each.is_silent)
        )
    return found


def _as_agreement(row: AgreementRow, members: Sequence[UUID]) -> NettingAgreement:
    return NettingAgreement(
        id=row.id,
        code=row.code,
        party_ids=tuple(members),
        thresholds=thresholds_of(row.thresholds),
        currency=row.currency,
        fixing=Fixing(**row.fixing) if row.fixing else None,
        declared_by=row.declared_by,
        declared_at=row.declared_at,
        ended_at=row.ended_at,
        acceptance=Acceptance(row.acceptance),
        silence_days=row.silence_days,
    )


def _as_offset(
    row: OffsetRow, lines: Sequence[OffsetLine], consents: Sequence[Consent], days: int | None
) -> Offset:
    return Offset(
        id=row.id,
        agreement_id=row.netting_agreement_id,
        number=row.number,
        status=Status(row.status),
        payable=money(row.payable, row.currency),
        receivable=money(row.receivable, row.currency),
        amount=money(row.amount, row.currency),
        netted_on=row.netted_on,
        lines=tuple(lines),
        consents=tuple(consents),
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        booked_by=row.booked_by,
        booked_at=row.booked_at,
        reason=row.reason,
        silent_from=silent_from(row.netted_on, days),
    )
