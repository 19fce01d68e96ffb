"""Rows of comparisons of records: the head, its directions, and the causes of each."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB

from settlement.interconnect.records.classes import RecordClass
from settlement.interconnect.records.waterfall import Cause, Part, Waterfall
from settlement.interconnect.traffic import Direction
from tenants.persistence.tables import Identified, Table, TenantScoped
from tenants.session import TenantSession

AMOUNT = sa.Numeric(38, 12)
RATE = sa.Numeric(30, 12)
SHA256 = sa.CHAR(64)


class RecordComparisonRow(Identified, Table):
    """The head of a comparison of records."""

    __tablename__ = "record_comparisons"

    carrier_id: orm.Mapped[UUID]
    agreement_id: orm.Mapped[UUID]
    period_id: orm.Mapped[UUID]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    tolerance_seconds: orm.Mapped[int]
    class_by: orm.Mapped[str]
    received_sha256: orm.Mapped[str] = orm.mapped_column(SHA256)
    refused: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    refused_sha256: orm.Mapped[str] = orm.mapped_column(SHA256)
    differences_sha256: orm.Mapped[str] = orm.mapped_column(SHA256)
    left_ours_sha256: orm.Mapped[str] = orm.mapped_column(SHA256)
    left_theirs_sha256: orm.Mapped[str] = orm.mapped_column(SHA256)
    xml_sha256: orm.Mapped[str] = orm.mapped_column(SHA256)
    priced_in: orm.Mapped[str | None] = orm.mapped_column(sa.CHAR(3))
    our_rate: orm.Mapped[Decimal | None] = orm.mapped_column(RATE)
    their_rate: orm.Mapped[Decimal | None] = orm.mapped_column(RATE)
    compared_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


class RecordComparisonDirectionRow(TenantScoped, Table):
    """One direction of a comparison; amounts are payable, `classes` counts calls."""

    __tablename__ = "record_comparison_directions"

    comparison_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    direction: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    calls_ours: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    calls_theirs: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    amount_ours: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    amount_theirs: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    classes: orm.Mapped[dict[str, Any]] = orm.mapped_column(JSONB)


class RecordComparisonCauseRow(TenantScoped, Table):
    """One cause of one direction, in its place."""

    __tablename__ = "record_comparison_causes"

    comparison_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    direction: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    place: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    cause: orm.Mapped[str]
    exact_numerator: orm.Mapped[str]
    exact_denominator: orm.Mapped[str]
    amount: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    records: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)


def add(
    session: TenantSession,
    head: RecordComparisonRow,
    found: list[tuple[Waterfall, int, int, dict[RecordClass, int]]],
) -> None:
    """Keep a comparison: of each direction its waterfall, both counts of calls, and classes."""
    session.add(head)
    session.flush()
    for fall, calls_ours, calls_theirs, classes in found:
        of = {"tenant_id": session.tenant_id, "comparison_id": head.id, "direction": fall.direction}
        session.add(
            RecordComparisonDirectionRow(
                **of,
                calls_ours=calls_ours,
                calls_theirs=calls_theirs,
                amount_ours=fall.ours,
                amount_theirs=fall.theirs,
                classes={each.value: calls for each, calls in sorted(classes.items())},
            )
        )
        session.flush()
        for place, part in enumerate(fall.parts, 1):
            session.add(
                RecordComparisonCauseRow(
                    **of,
                    place=place,
                    cause=part.cause.value,
                    exact_numerator=str(part.exact.numerator),
                    exact_denominator=str(part.exact.denominator),
                    amount=part.amount,
                    records=part.records,
                )
            )
    session.flush()


def by_id(session: TenantSession, comparison_id: UUID) -> RecordComparisonRow | None:
    """The head of a comparison."""
    row = RecordComparisonRow
    return session.scalar(sa.select(row).where(row.id == comparison_id))


def found(session: TenantSession, carrier_id: UUID | None, limit: int) -> list[RecordComparisonRow]:
    """Comparisons of a carrier, the newest first."""
    row = RecordComparisonRow
    query = sa.select(row)
    if carrier_id is not None:
        query = query.where(row.carrier_id == carrier_id)
    return list(session.scalars(query.order_by(row.id.desc()).limit(limit)))


def latest_before(
    session: TenantSession, agreement_id: UUID, starts_on: dt.date
) -> RecordComparisonRow | None:
    """The last comparison under an agreement for the month that ends where another begins."""
    row = RecordComparisonRow
    before = sa.text("period_id IN (SELECT id FROM periods WHERE ends_on = :starts_on)")
    query = sa.select(row).where(
        row.agreement_id == agreement_id, before.bindparams(starts_on=starts_on)
    )
    # Ids are ordered by time, and stay so where several share an instant.
    return session.scalar(query.order_by(row.id.desc()).limit(1))


def directions_of(
    session: TenantSession, comparison_id: UUID, currency: str
) -> list[tuple[Waterfall, int, int, dict[RecordClass, int]]]:
    """The directions as they were added, incoming first."""
    row = RecordComparisonDirectionRow
    query = sa.select(row).where(row.comparison_id == comparison_id).order_by(row.direction)
    return [
        (
            _waterfall(session, each, currency),
            each.calls_ours,
            each.calls_theirs,
            {RecordClass(name): calls for name, calls in each.classes.items()},
        )
        for each in session.scalars(query)
    ]


def _waterfall(
    session: TenantSession, of: RecordComparisonDirectionRow, currency: str
) -> Waterfall:
    row = RecordComparisonCauseRow
    query = sa.select(row).where(
        row.comparison_id == of.comparison_id, row.direction == of.direction
    )
    parts = tuple(
        Part(
            Cause(each.cause),
            Fraction(int(each.exact_numerator), int(each.exact_denominator)),
            each.amount,
            each.records,
        )
        for each in session.scalars(query.order_by(row.place))
    )
    direction: Direction = "incoming" if of.direction == "incoming" else "outgoing"
    return Waterfall(direction, currency, of.amount_ours, of.amount_theirs, parts)
