"""Which agreements with carriers name tariffs on a day, and the notice that they ask for."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from tenants.session import TenantSession

ASKING = """
    SELECT a.code, d.direction, coalesce((t.terms ->> 'notice_days')::int, 30) AS notice_days,
           a.policies ->> 'notice_count' AS notice_count, p.country, p.time_zone
    FROM terms t
    JOIN agreements a ON a.id = t.agreement_id
    JOIN parties p ON p.id = a.party_id
    CROSS JOIN (VALUES ('incoming'), ('outgoing'), ('transit')) AS d (direction)
    WHERE a.kind = 'interconnect' AND t.terms ->> d.direction = ANY(:tariffs)
      AND t.valid_from <= :day AND (t.valid_until IS NULL OR t.valid_until > :day)
    ORDER BY a.code, d.direction
"""


def asking(session: TenantSession, tariffs: Iterable[str], day: dt.date) -> Sequence[sa.Row[Any]]:
    """Agreements in force on a day that name one of these tariffs, with each direction that does.

    The country and zone are the carrier's.
    """
    return session.execute(sa.text(ASKING), {"tariffs": list(tariffs), "day": day}).all()
