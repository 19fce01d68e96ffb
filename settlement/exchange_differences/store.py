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
from settlement.ledger.carrier_movements import CAUSES, MOVEMENTS
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
    document_line: orm.Mapped[str]
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
    document_line: orm.Mapped[str]
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

# What carriers owe and are owed: by the book, since what is accepted later changes it. A correction
# that asks for less lowers what it corrects, one that asks for more is a debt of its own.
CARRIERS_DEBTS = f"""
    WITH declared AS (
        SELECT id, number, party_id, currency, issued_on, coalesce(due_on, issued_on) AS due_on,
               (content ->> 'tax_point_on')::date AS tax_point_on, corrects_id FROM documents
        WHERE kind = 'declaration' AND status = 'issued'
          AND currency <> :base AND issued_on <= :until
          AND (CAST(:payee AS uuid) IS NULL OR party_id = :payee AND currency = :currency)
    ), causes AS ({CAUSES}), asked AS (
        SELECT d.id, d.corrects_id, p.account, sum(
            CASE WHEN (p.account = 'carrier_receivable') = (p.side = 'debit')
                 THEN p.amount ELSE -p.amount END) AS amount
        FROM {MOVEMENTS}
        JOIN declared d ON d.id = c.document_id
             AND d.party_id = p.party_id AND d.currency = p.currency
        WHERE p.account IN ('carrier_receivable', 'carrier_payable') AND e.booked_on <= :until
        GROUP BY d.id, d.corrects_id, p.account
    ), changed AS (
        SELECT CASE WHEN amount < 0 THEN coalesce(corrects_id, id) ELSE id END AS root, account,
               coalesce(sum(amount) FILTER (WHERE amount > 0), 0) AS payable,
               coalesce(-sum(amount) FILTER (WHERE amount < 0), 0) AS credited
        FROM asked GROUP BY 1, 2
    ), settled AS (
        SELECT document_id, document_line, sum(amount) AS settled, sum(released) AS released
        FROM fx_settlements WHERE settled_on <= :until GROUP BY document_id, document_line
    ), named AS (
        SELECT *, CASE account WHEN 'carrier_receivable' THEN 'incoming' ELSE 'outgoing' END
               AS line FROM changed WHERE payable > 0
    )
    SELECT d.id, d.number, d.party_id, d.currency, d.issued_on, d.due_on, d.tax_point_on, n.line,
           CASE n.line WHEN 'incoming' THEN 'receivable' ELSE 'payable' END AS direction,
           n.payable, n.credited,
           coalesce(s.settled, 0) AS settled, coalesce(s.released, 0) AS released
    FROM named n JOIN declared d ON d.id = n.root
    LEFT JOIN settled s ON s.document_id = d.id AND s.document_line = n.line
    WHERE CAST(:documents AS uuid[]) IS NULL OR d.id = ANY (CAST(:documents AS uuid[]))
    ORDER BY d.issued_on, d.number, n.line
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

    Of some documents only, or of one party in a currency: what it is owed, and of a carrier also
    what it owes.
    """
    facts = {
        "base": base,
        "until": until,
        "documents": None if documents is None else list(documents),
        "payee": payee,
        "currency": currency,
    }
    found = [_debt(row, base) for row in session.execute(sa.text(DEBTS), facts)]
    return found + [
        _debt(row, base, row.line, row.due_on)
        for row in session.execute(sa.text(CARRIERS_DEBTS), facts)
    ]


def _debt(
    row: sa.Row[tuple[object, ...]], base: str, line: str = "", due_on: dt.date | None = None
) -> Debt:
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
        line=line,
        due_on=due_on,
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
