"""Rows of settled and revalued foreign debts; the debts themselves, read from the documents."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from currencies.money import money
from settlement.exchange_differences.debt import Debt
from settlement.exchange_differences.rate_dates import booking_day
from statements.owed import CHANGE
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession

AMOUNT = sa.Numeric(38, 12)


class SettlementRow(Identified, Table):
    """A part of a foreign debt that was paid: what it was booked at, and what it came to.

    What is taken back is a row with the same figures below zero.
    """

    __tablename__ = "fx_settlements"

    cause_id: orm.Mapped[UUID]
    document_id: orm.Mapped[UUID]
    settled_on: orm.Mapped[dt.date]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    amount: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    base_currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    released: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    settled_for: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    gain: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    booked_rate: orm.Mapped[str]
    settled_rate: orm.Mapped[str]
    takes_back_id: orm.Mapped[UUID | None]


class RevaluationRow(Identified, Table):
    """An open item valued at the end of a period; `gain` is what this row adds."""

    __tablename__ = "fx_revaluations"

    period_id: orm.Mapped[UUID]
    document_id: orm.Mapped[UUID]
    mode: orm.Mapped[str]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    open: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    base_currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    carried: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    valued: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    gain: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    closing_rate: orm.Mapped[str]


# Documents that owe by themselves, not by changing another.
OWING = "('invoice', 'debit_note', 'interest_note', 'self_billed_invoice')"

# What is withheld is owed to the tax office at home, and not to the partner.
WITHHELD = """
    coalesce(split_part(d.content #>> '{totals,withheld}', ' ', 1)::numeric, 0)
    * CASE WHEN d.kind = 'self_billed_credit' THEN -1 ELSE 1 END
"""

# What changes a debt is foreign where the debt is, and counts at the rate that was booked (R75):
# what asks for more raises it, what takes back or gives up lowers it.
DEBTS = f"""
    WITH RECURSIVE chain AS (
        SELECT d.id AS root, d.id FROM documents d
        WHERE d.status = 'issued' AND d.kind IN {OWING}
          AND d.currency <> :base AND d.issued_on <= :until
          AND (CAST(:documents AS uuid[]) IS NULL OR d.id = ANY (CAST(:documents AS uuid[])))
          AND (CAST(:payee AS uuid) IS NULL
               OR d.party_id = :payee AND d.direction = 'payable' AND d.currency = :currency)
        UNION ALL
        SELECT c.root, d.id FROM chain c
        JOIN documents d ON d.corrects_id = c.id AND d.status = 'issued'
             AND d.issued_on <= :until AND d.kind NOT IN {OWING}
    ), changed AS (
        SELECT c.root, coalesce(sum(x.change) FILTER (WHERE x.change > 0), 0) AS payable,
               coalesce(sum(x.given_up - least(x.change, 0)), 0) AS credited
        FROM chain c JOIN documents d ON d.id = c.id
        CROSS JOIN LATERAL (
            SELECT {CHANGE} - {WITHHELD} AS change,
                   coalesce((SELECT sum(w.amount) FROM debt_write_offs w
                             WHERE w.document_id = d.id AND w.written_off_on <= :until), 0)
                       AS given_up
        ) x
        GROUP BY c.root
    )
    SELECT d.id, d.number, d.party_id, d.direction, d.currency, d.issued_on,
           (d.content ->> 'tax_point_on')::date AS tax_point_on, c.payable, c.credited,
           coalesce(sum(s.amount), 0) AS settled, coalesce(sum(s.released), 0) AS released
    FROM changed c JOIN documents d ON d.id = c.root
    LEFT JOIN fx_settlements s ON s.tenant_id = d.tenant_id AND s.document_id = d.id
        AND s.settled_on <= :until
    WHERE c.payable > 0
    GROUP BY d.tenant_id, d.id, d.number, d.party_id, d.direction, d.currency, d.issued_on,
             d.content, c.payable, c.credited
    ORDER BY d.issued_on, d.number
"""  # noqa: S608 - the words are our own.


def debts(
    session: TenantSession,
    base: str,
    until: dt.date = dt.date.max,
    *,
    documents: Sequence[UUID] | None = None,
    payee: UUID | None = None,
    currency: str | None = None,
) -> list[Debt]:
    """Foreign debts with what was credited and settled up to a day, the oldest first.

    Of some documents only, or of what one party is owed in a currency.
    """
    facts = {
        "base": base,
        "until": until,
        "documents": None if documents is None else list(documents),
        "payee": payee,
        "currency": currency,
    }
    return [_debt(row, base) for row in session.execute(sa.text(DEBTS), facts)]


def _debt(row: sa.Row[tuple[object, ...]], base: str) -> Debt:
    return Debt(
        document_id=row.id,
        number=row.number,
        party_id=row.party_id,
        side=row.direction,
        booked_for=booking_day(row.issued_on, row.tax_point_on),
        payable=money(row.payable, row.currency),
        credited=money(row.credited, row.currency),
        settled=money(row.settled, row.currency),
        released=money(row.released, base),
    )


def settlements(session: TenantSession, cause_id: UUID) -> list[SettlementRow]:
    """What a cause settled and has not taken back."""
    taken_back = sa.select(SettlementRow.takes_back_id).where(
        SettlementRow.takes_back_id.is_not(None)
    )
    query = sa.select(SettlementRow).where(
        SettlementRow.cause_id == cause_id,
        SettlementRow.takes_back_id.is_(None),
        SettlementRow.id.not_in(taken_back),
    )
    return list(session.scalars(query.order_by(SettlementRow.id)))


def settlement_rows(session: TenantSession) -> list[SettlementRow]:
    """All settlements, the earliest first."""
    return list(
        session.scalars(
            sa.select(SettlementRow).order_by(SettlementRow.settled_on, SettlementRow.id)
        )
    )


def revaluation_rows(session: TenantSession, period_id: UUID | None = None) -> list[RevaluationRow]:
    """Revaluations, of one period or all."""
    query = sa.select(RevaluationRow).order_by(RevaluationRow.id)
    if period_id is not None:
        query = query.where(RevaluationRow.period_id == period_id)
    return list(session.scalars(query))
