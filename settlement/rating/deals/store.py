"""What carriers were charged over several periods, added up."""

import datetime as dt
from decimal import Decimal
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from tenants.session import TenantSession

USED: Final = """
    SELECT l.direction, sum(l.billed_units) FILTER (WHERE l.service = ANY(:timed)) AS seconds,
           sum(l.amount_3600) AS amount_3600
    FROM charge_lines l
    JOIN periods p ON p.id = coalesce(l.corrects_period_id, l.period_id)
    WHERE l.side = 'carrier' AND l.agreement_id = :agreement_id AND l.service <> :shortfall
      AND p.starts_on >= :first AND p.starts_on < :until
    GROUP BY l.direction
"""


def used(
    session: TenantSession,
    agreement_id: UUID,
    first: dt.date,
    until: dt.date,
    *,
    timed: tuple[str, ...],
    shortfall: str,
) -> dict[str, tuple[int, Decimal]]:
    """Billed seconds and charges (times 3600) of the periods that begin in [first, until).

    By receivable and payable, with the corrections made to those periods since.
    """
    known = {
        "agreement_id": agreement_id, "first": first, "until": until, "timed": list(timed),
        "shortfall": shortfall,
    }  # fmt: skip
    found = session.execute(sa.text(USED), known)
    return {row.direction: (int(row.seconds or 0), row.amount_3600) for row in found}
