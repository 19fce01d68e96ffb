"""What agents sold, and what they were credited for it; rows of refunds by contract."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from settlement.sharing.commissions import OF_SALES
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class ContractRefundRow(Identified, Table):
    """An amount of a product that was charged under a contract and that the customer gets back."""

    __tablename__ = "contract_refunds"

    period_id: orm.Mapped[UUID]
    contract_id: orm.Mapped[UUID]
    product: orm.Mapped[str]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    amount: orm.Mapped[Decimal] = orm.mapped_column(sa.Numeric(38, 12))
    document_id: orm.Mapped[UUID]


# The month that is credited now, and the closed ones before it.
MONTHS = """
    SELECT p.id, p.starts_on, p.ends_on FROM periods p
    WHERE (p.id = :period_id OR p.status = 'closed')
      AND p.ends_on <= (SELECT n.ends_on FROM periods n WHERE n.id = :period_id)
"""

CHARGED = f"""
    WITH months AS ({MONTHS}),
    sold AS (SELECT DISTINCT contract_id FROM contract_agents),
    amounts AS (
        SELECT coalesce(c.corrects_period_id, c.period_id) AS month_id, c.contract_id, c.product,
               c.currency, c.amount
        FROM charge_lines c JOIN sold USING (contract_id)
        WHERE c.side = 'customer' AND c.period_id IN (SELECT id FROM months)
        UNION ALL
        SELECT r.period_id, r.contract_id, r.product, r.currency, -r.amount
        FROM contract_refunds r JOIN sold USING (contract_id)
        WHERE NOT EXISTS (
            SELECT FROM audit_log a
            WHERE a.object = 'contract_refunds' AND a.object_id = r.id::text
            AND a.at > CAST(:known_at AS timestamptz)
        )
    )
    SELECT m.starts_on AS month, m.ends_on - 1 AS last_day, a.contract_id, c.customer_id,
           a.product, a.currency, sum(a.amount) AS amount
    FROM amounts a
    JOIN months m ON m.id = a.month_id
    JOIN contracts c ON c.id = a.contract_id
    GROUP BY 1, 2, 3, 4, 5, 6
    ORDER BY 1, 3, 5, 6
"""  # noqa: S608 - our own literals.

# What changed after an instant was something else until its first change, or was not there.
KNOWN = """
    SELECT x.*, coalesce((was.before ->> 'valid_until')::date,
                         CASE WHEN was.at IS NULL THEN x.valid_until END) AS known_until
    FROM {table} x
    LEFT JOIN LATERAL (
        SELECT a.at, a.before FROM audit_log a
        WHERE a.object = '{table}' AND a.object_id = x.id::text
        AND a.at > CAST(:known_at AS timestamptz)
        ORDER BY a.at, a.action <> 'insert' LIMIT 1
    ) was ON true
    WHERE (was.at IS NULL OR was.before IS NOT NULL)
    AND x.{contract} IN (SELECT contract_id FROM contract_agents)
"""

# A contract ends with the last of its subscriptions; what ends later than the month is not known.
SIGNED = f"""
    WITH months AS ({MONTHS}),
    agreed AS ({KNOWN.format(table="contracts", contract="id")}),
    subscribed AS ({KNOWN.format(table="subscriptions", contract="contract_id")}),
    last AS (
        SELECT contract_id,
               CASE WHEN bool_and(known_until IS NOT NULL) THEN max(known_until) END AS ends_on
        FROM subscribed GROUP BY 1
    )
    SELECT m.starts_on AS month, c.id AS contract_id, c.number, c.valid_from,
           CASE WHEN least(c.known_until, l.ends_on) <= (SELECT max(ends_on) FROM months)
                THEN least(c.known_until, l.ends_on) END AS ended_on
    FROM agreed c
    JOIN months m ON c.valid_from >= m.starts_on AND c.valid_from < m.ends_on
    LEFT JOIN last l ON l.contract_id = c.id
    ORDER BY c.number
"""  # noqa: S608 - our own literals.

# When refunds were kept: each of them has the commissions worked out anew.
REFUNDED = """
    SELECT DISTINCT at FROM audit_log
    WHERE object = 'contract_refunds' AND at > :after AND at <= :until
    ORDER BY at DESC
"""

CREDITED = f"""
    WITH months AS ({MONTHS})
    SELECT s.cause, s.agreement_id, s.terms_id, s.party_id AS agent_id, s.level, s.product,
           s.currency, m.starts_on AS month, sum(s.amount) AS amount,
           array_agg(s.fraction) AS fractions
    FROM shares s
    JOIN months m ON m.id = coalesce(s.corrects_period_id, s.period_id)
    JOIN months b ON b.id = s.period_id AND b.id <> :period_id
    WHERE s.cause = ANY(:causes) AND s.party_id IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""  # noqa: S608 - our own literals.


def charged(
    session: TenantSession, period_id: UUID, known_at: dt.datetime | None
) -> Sequence[sa.Row[Any]]:
    """What is charged under contracts that agents sold, refunds taken off, month by month.

    Charges are those borne by then; with an instant, refunds are those that were kept by it.
    """
    facts = {"period_id": period_id, "known_at": known_at}
    return session.execute(sa.text(CHARGED), facts).all()


def signed(
    session: TenantSession, period_id: UUID, known_at: dt.datetime | None
) -> Sequence[sa.Row[Any]]:
    """Contracts that agents sold, with the month in which they began and when they ended.

    With an instant, contracts are as they were then.
    """
    facts = {"period_id": period_id, "known_at": known_at}
    return session.execute(sa.text(SIGNED), facts).all()


def refunded_at(
    session: TenantSession, after: dt.datetime, until: dt.datetime
) -> Sequence[dt.datetime]:
    """When customers were given something back, after an instant up to another, latest first."""
    return session.scalars(sa.text(REFUNDED), {"after": after, "until": until}).all()


def credited(session: TenantSession, period_id: UUID) -> Sequence[sa.Row[Any]]:
    """What agents were credited before a period for the months up to it."""
    facts = {"period_id": period_id, "causes": list(OF_SALES)}
    return session.execute(sa.text(CREDITED), facts).all()


def months(session: TenantSession, period_id: UUID) -> Sequence[sa.Row[Any]]:
    """The month of a period and the closed ones before it."""
    return session.execute(sa.text(MONTHS), {"period_id": period_id}).all()


def add_refunds(session: TenantSession, rows: Iterable[ContractRefundRow]) -> None:
    """Keep refunds by contract; none is ever changed."""
    session.add_all(rows)
    session.flush()
