"""Rows of what statements released of shares; what customers were charged of their revenue."""

from collections.abc import Collection, Iterator
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from settlement.self_billing.release import Before, Charged
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession

AMOUNT = sa.Numeric(38, 12)


class ReleaseRow(Identified, Table):
    """What a statement released of a share; below zero where a payment had bounced.

    `fraction` is the exact amount less the released one, numerator/denominator; none where unknown.
    """

    __tablename__ = "share_releases"

    share_id: orm.Mapped[UUID]
    document_id: orm.Mapped[UUID]
    before: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    amount: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    numerator: orm.Mapped[str]
    denominator: orm.Mapped[str]
    fraction: orm.Mapped[str | None]


# Corrections that an open period bears are found anew with each rating, and wait till it closes.
CHARGED = """
    SELECT coalesce(c.corrects_period_id, c.period_id) AS usage_id, c.terms_id, c.product,
           c.currency, c.document_id, sum(c.amount) AS amount
    FROM charge_lines c
    JOIN periods p ON p.tenant_id = c.tenant_id AND p.id = c.period_id AND p.status = 'closed'
    WHERE c.side = 'customer' AND c.terms_id = ANY(CAST(:terms AS uuid[]))
    GROUP BY 1, 2, 3, 4, 5
"""


def charged(session: TenantSession, terms: Collection[UUID]) -> list[Charged]:
    """What customers were charged under terms, by revenue and document."""
    rows = session.execute(sa.text(CHARGED), {"terms": list(terms)})
    return [Charged(**row._mapping) for row in rows]


def issued(session: TenantSession, purposes: Collection[str]) -> set[str]:
    """Those of the purposes that a document has been issued for."""
    query = "SELECT purpose FROM documents WHERE status = 'issued' AND purpose = ANY(:purposes)"
    return set(session.scalars(sa.text(query), {"purposes": list(purposes)}))


def released(session: TenantSession, shares: Collection[UUID]) -> Iterator[tuple[UUID, Before]]:
    """What was released of shares so far, with the fractions that are known of it."""
    of = ReleaseRow
    fractions = sa.func.array_remove(sa.func.array_agg(of.fraction), sa.null())
    query = (
        sa.select(of.share_id, sa.func.sum(of.amount), fractions)
        .where(of.share_id.in_(shares))
        .group_by(of.share_id)
    )
    for row in session.execute(query):
        yield row[0], Before(row[1], sum(map(Fraction, row[2]), Fraction(0)))
