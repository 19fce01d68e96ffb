"""What issued statements withheld, read from what they say."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from currencies.money import money, scaled
from statements.withholding_certificate import WithheldPart
from tenants.session import TenantSession

# A credit says what it gives back in amounts above zero.
WITHHELD = """
    SELECT d.party_id, d.currency, d.number, d.issued_on, d.kind = 'self_billed_credit' AS is_back,
           w ->> 'description' AS what, w ->> 'rate' AS rate, w ->> 'base' AS base,
           w ->> 'amount' AS amount
    FROM documents d CROSS JOIN LATERAL jsonb_array_elements(d.content -> 'withholdings') AS w
    WHERE d.status = 'issued' AND d.kind IN ('self_billed_invoice', 'self_billed_credit')
      AND d.issued_on >= :since AND d.issued_on < :until
    ORDER BY d.issued_on, d.kind DESC, d.serial, w ->> 'rate'
"""

Parts = dict[tuple[UUID, str], list[WithheldPart]]


def parts(session: TenantSession, since: dt.date, until: dt.date) -> Parts:
    """What statements issued in a half-open span of days withheld, by party and currency."""
    found: Parts = defaultdict(list)
    for row in session.execute(sa.text(WITHHELD), {"since": since, "until": until}):
        sign = -1 if row.is_back else 1
        part = WithheldPart(
            document=row.number,
            issued_on=row.issued_on,
            what=row.what,
            rate=Decimal(row.rate),
            base=scaled(money(row.base), sign),
            withheld=scaled(money(row.amount), sign),
        )
        found[row.party_id, row.currency].append(part)
    return dict(found)
