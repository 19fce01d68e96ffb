"""Rows of declarations, loaded as sets and read in the order of their keys."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from currencies.money import Money, money
from settlement.interconnect.exchanged import Exchanged, Origin
from settlement.interconnect.traffic import TrafficLine
from tenants.persistence.loading import load_rows
from tenants.persistence.tables import Identified, Table, TenantScoped
from tenants.session import TenantSession
from tenants.values import fields_of, value_of

AMOUNT = sa.Numeric(38, 12)


class DeclarationRow(Identified, Table):
    """A declaration, ours or theirs."""

    __tablename__ = "declarations"

    origin: orm.Mapped[str]
    carrier_id: orm.Mapped[UUID]
    agreement_id: orm.Mapped[UUID]
    period_id: orm.Mapped[UUID]
    message_id: orm.Mapped[str]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    calls: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    seconds: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    amount: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    sha256: orm.Mapped[str] = orm.mapped_column(sa.CHAR(64))
    document_id: orm.Mapped[UUID | None]
    declared_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    corrects_id: orm.Mapped[UUID | None]


class DeclarationLineRow(TenantScoped, Table):
    """One line of a declaration, its direction told from our side."""

    __tablename__ = "declaration_lines"

    declaration_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    line: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    day: orm.Mapped[dt.date]
    direction: orm.Mapped[str]
    trunk: orm.Mapped[str]
    destination: orm.Mapped[str]
    calls: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    seconds: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    billed_seconds: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    unit_price: orm.Mapped[Decimal | None] = orm.mapped_column(AMOUNT)
    amount: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)


LINE_COLUMNS = (
    "tenant_id", "declaration_id", "line", "day", "direction", "trunk", "destination", "calls",
    "seconds", "billed_seconds", "unit_price", "amount",
)  # fmt: skip


def hold_carrier(session: TenantSession, carrier_id: UUID) -> None:
    """Let one transaction at a time exchange declarations with this carrier."""
    session.hold("exchange", carrier_id)


def add(session: TenantSession, exchanged: Exchanged, lines: Iterable[TrafficLine]) -> None:
    """Keep a declaration with its lines."""
    facts = fields_of(Exchanged, exchanged)
    session.add(DeclarationRow(tenant_id=session.tenant_id, **facts))
    session.flush()
    numbered = enumerate(lines, 1)
    rows = (
        (
            session.tenant_id, exchanged.id, number, line.day, line.direction, line.trunk,
            line.destination, line.calls, line.seconds, line.billed_seconds, line.unit_price,
            line.amount,
        )
        for number, line in numbered
    )  # fmt: skip
    load_rows(session, "declaration_lines", LINE_COLUMNS, rows)


def by_id(session: TenantSession, declaration_id: UUID) -> Exchanged | None:
    """One declaration."""
    return _first(session, DeclarationRow.id == declaration_id)


def by_message(
    session: TenantSession, carrier_id: UUID, origin: Origin, message_id: str
) -> Exchanged | None:
    """The declaration a side sent under this number."""
    return _first(
        session,
        DeclarationRow.carrier_id == carrier_id,
        DeclarationRow.origin == origin,
        DeclarationRow.message_id == message_id,
    )


def of_document(session: TenantSession, document_id: UUID) -> Exchanged | None:
    """The declaration that a document of ours is."""
    return _first(session, DeclarationRow.document_id == document_id)


def ours_of(session: TenantSession, agreement_id: UUID, starts_on: dt.date) -> Exchanged | None:
    """Our declaration under an agreement for the period that begins on a day, not a correction."""
    period = sa.text("period_id IN (SELECT id FROM periods WHERE starts_on = :starts_on)")
    return _first(
        session,
        DeclarationRow.agreement_id == agreement_id,
        DeclarationRow.origin == "ours",
        DeclarationRow.corrects_id.is_(None),
        period.bindparams(starts_on=starts_on),
    )


def found(
    session: TenantSession, carrier_id: UUID | None, period_id: UUID | None, limit: int
) -> list[Exchanged]:
    """Declarations of a carrier and a period, the newest first."""
    query = sa.select(DeclarationRow)
    if carrier_id is not None:
        query = query.where(DeclarationRow.carrier_id == carrier_id)
    if period_id is not None:
        query = query.where(DeclarationRow.period_id == period_id)
    newest = query.order_by(DeclarationRow.declared_at.desc(), DeclarationRow.id.desc())
    return [_exchanged(row) for row in session.scalars(newest.limit(limit))]


def lines_of(session: TenantSession, declaration_id: UUID) -> list[TrafficLine]:
    """The lines of a declaration."""
    row = DeclarationLineRow
    query = sa.select(row).where(row.declaration_id == declaration_id).order_by(row.line)
    return [value_of(TrafficLine, line) for line in session.scalars(query)]


CORRECTED = """
    SELECT p.id FROM periods p WHERE EXISTS (
        SELECT FROM charge_lines l WHERE l.period_id = :period_id AND l.side = 'carrier'
        AND l.corrects_period_id = p.id
    ) ORDER BY p.starts_on
"""

CHARGED = """
    SELECT direction, sum(amount) AS amount FROM charge_lines
    WHERE period_id = :period_id AND agreement_id = :agreement_id AND side = 'carrier'
    AND corrects_period_id IS NOT DISTINCT FROM :corrects
    GROUP BY direction
"""

DECLARE_CHARGES = """
    UPDATE charge_lines SET document_id = :document_id
    WHERE period_id = :period_id AND agreement_id = :agreement_id AND side = 'carrier'
    AND corrects_period_id IS NOT DISTINCT FROM :corrects
"""


def corrected_periods(session: TenantSession, period_id: UUID) -> list[UUID]:
    """The periods that charge lines of carriers booked in a period correct, the earliest first."""
    return list(session.scalars(sa.text(CORRECTED), {"period_id": period_id}))


def corrections_to(session: TenantSession, original_id: UUID) -> list[Exchanged]:
    """The declarations that correct one, the earliest first."""
    row = DeclarationRow
    query = sa.select(row).where(row.corrects_id == original_id)
    return [_exchanged(each) for each in session.scalars(query.order_by(row.declared_at, row.id))]


def charged(
    session: TenantSession,
    period_id: UUID,
    agreement_id: UUID,
    currency: str,
    corrects: UUID | None = None,
) -> dict[str, Money]:
    """What the charge lines of an agreement come to, by receivable and payable.

    They are those of the period itself, or those booked in it that correct another.
    """
    known = {"period_id": period_id, "agreement_id": agreement_id, "corrects": corrects}
    sums = session.execute(sa.text(CHARGED), known)
    return {direction: money(amount, currency) for direction, amount in sums}


def put_on_document(
    session: TenantSession,
    period_id: UUID,
    agreement_id: UUID,
    document_id: UUID,
    corrects: UUID | None = None,
) -> None:
    """Say on which declaration the charge lines of an agreement stand, or the corrections."""
    known = {
        "period_id": period_id, "agreement_id": agreement_id, "document_id": document_id,
        "corrects": corrects,
    }  # fmt: skip
    session.execute(sa.text(DECLARE_CHARGES), known)


def _first(
    session: TenantSession, *wanted: sa.ColumnElement[bool] | sa.TextClause
) -> Exchanged | None:
    row = session.scalar(sa.select(DeclarationRow).where(*wanted).limit(1))
    return None if row is None else _exchanged(row)


def _exchanged(row: DeclarationRow) -> Exchanged:
    return value_of(Exchanged, row)
