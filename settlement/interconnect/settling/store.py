"""Rows of what exchanges have settled, and what the book holds of a declaration's variances."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from currencies.money import money
from settlement.interconnect.settling.settlement import Settlement
from settlement.interconnect.traffic import Direction
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession
from tenants.values import value_of

AMOUNT = sa.Numeric(38, 12)

# Entries of comparisons, disputes and earlier agreements about a declaration, those taken back too.
VARIANCES = """
    WITH causes AS (
        SELECT 'reconciliation' AS source_type, id AS source_id
        FROM reconciliations WHERE ours_id = :declaration_id
        UNION ALL
        SELECT 'dispute', id FROM disputes WHERE document_id = :document_id
        UNION
        SELECT 'exchange_message', exchange_message_id
        FROM exchange_settlements WHERE declaration_id = :declaration_id
    ), caused AS (
        SELECT e.tenant_id, e.id FROM ledger_entries e
        JOIN causes c ON c.source_type = e.source_type AND c.source_id = e.source_id
    ), entries AS (
        SELECT tenant_id, id FROM caused
        UNION ALL
        SELECT r.tenant_id, r.id FROM ledger_entries r
        JOIN caused c ON c.tenant_id = r.tenant_id AND c.id = r.reverses_id
    )
    SELECT p.account, sum(
        CASE WHEN (p.side = 'debit') = (p.account = 'carrier_receivable')
             THEN p.amount ELSE -p.amount END) AS amount
    FROM entries e
    JOIN ledger_postings p ON p.tenant_id = e.tenant_id AND p.entry_id = e.id
    WHERE p.account IN ('carrier_receivable', 'carrier_payable') AND p.currency = :currency
    GROUP BY p.account
"""

# Nothing stands of what was settled: neither ever booked, nor booked and not taken back. Or what
# stands was accepted by a message of ours that the carrier refused, which is not taken back yet.
UNSETTLED = """
    SELECT DISTINCT m.agreement_id, m.period_id, m.carrier_id
    FROM exchange_messages m
    JOIN declarations d ON d.tenant_id = m.tenant_id AND d.agreement_id = m.agreement_id
        AND d.period_id = m.period_id AND d.origin = 'ours' AND d.corrects_id IS NULL
    CROSS JOIN LATERAL (
        SELECT count(DISTINCT s.exchange_message_id) FILTER (WHERE k.kind <> 'Acknowledgement')
             - count(DISTINCT s.exchange_message_id) FILTER (WHERE k.kind = 'Acknowledgement')
            AS standing
        FROM exchange_settlements s
        JOIN exchange_messages k ON k.tenant_id = s.tenant_id AND k.id = s.exchange_message_id
        WHERE s.tenant_id = d.tenant_id AND s.declaration_id = d.id
    ) booked
    WHERE (m.verdict <> 'refused' AND booked.standing = 0)
    OR (m.verdict = 'refused' AND m.origin = 'ours' AND m.kind = 'Acceptance'
        AND booked.standing > 0 AND NOT EXISTS (
            SELECT FROM exchange_messages r
            JOIN exchange_settlements s ON s.tenant_id = r.tenant_id
                AND s.exchange_message_id = r.id
            WHERE r.tenant_id = m.tenant_id AND r.carrier_id = m.carrier_id
            AND r.origin = 'theirs' AND r.in_reply_to = m.message_id
        ))
    ORDER BY m.carrier_id, m.agreement_id, m.period_id
"""


class ExchangeSettlementRow(Identified, Table):
    """One direction of what was agreed."""

    __tablename__ = "exchange_settlements"

    exchange_message_id: orm.Mapped[UUID]
    declaration_id: orm.Mapped[UUID]
    direction: orm.Mapped[Direction] = orm.mapped_column(sa.Text)
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    settled: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    before: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    settled_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


def add(session: TenantSession, settlements: Iterable[Settlement]) -> None:
    """Keep what was agreed."""
    for each in settlements:
        session.add(
            ExchangeSettlementRow(
                tenant_id=session.tenant_id,
                id=each.id,
                exchange_message_id=each.exchange_message_id,
                declaration_id=each.declaration_id,
                direction=each.direction,
                currency=str(each.settled.currency.code),
                settled=each.settled.amount,
                before=each.before.amount,
                settled_at=each.settled_at,
            )
        )
    session.flush()


def settlements(session: TenantSession, declaration_id: UUID) -> list[Settlement]:
    """What was settled, and taken back, beside a declaration of ours, in its order."""
    row = ExchangeSettlementRow
    query = sa.select(row).where(row.declaration_id == declaration_id)
    return [
        value_of(
            Settlement,
            each,
            settled=money(each.settled, each.currency),
            before=money(each.before, each.currency),
        )
        for each in session.scalars(query.order_by(row.settled_at, row.id))
    ]


def variances(
    session: TenantSession, declaration_id: UUID, document_id: UUID | None, currency: str
) -> dict[str, Decimal]:
    """By account, what comparisons, disputes and agreements have added to a declaration of ours."""
    known = {
        "declaration_id": declaration_id, "document_id": document_id, "currency": currency,
    }  # fmt: skip
    return {account: amount for account, amount in session.execute(sa.text(VARIANCES), known)}


def unsettled(session: TenantSession) -> list[tuple[UUID, UUID]]:
    """Agreement and period of declared exchanges of which nothing is settled, by carrier."""
    return [(row.agreement_id, row.period_id) for row in session.execute(sa.text(UNSETTLED))]
