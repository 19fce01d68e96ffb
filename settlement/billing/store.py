"""What is to be billed, read from the charges that rating keeps, and what has been billed."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa

from settlement.billing.drafting import Due
from settlement.billing.drafting_ahead import Seal
from settlement.billing.invoice_lines import Charge
from tenants.persistence.loading import plan_anew
from tenants.session import TenantSession

# Charges of closed periods up to a day that no document bears yet, so what was carried in earlier
# cycles comes back by itself.
WAITING = """
    WHERE c.side = 'customer' AND c.document_id IS NULL
      -- Asked for once, not for each line.
      AND c.period_id = ANY (ARRAY(
          SELECT p.id FROM periods p WHERE p.status = 'closed' AND p.ends_on <= :ends_on))
      AND (CAST(:parties AS uuid[]) IS NULL OR c.party_id = ANY(:parties))
"""

# The columns stand in the order of the fields of a charge.
UNBILLED = f"""
    SELECT c.id, c.party_id, c.contract_id, c.service, c.product, c.traffic_direction,
           c.destination, c.tax_category, c.currency, c.amount, c.amount_3600, c.unit_price,
           c.quantity, c.billed_units, c.starts_on, c.ends_on, c.case_name, c.per,
           CASE WHEN c.corrects_period_id IS NULL THEN '' ELSE
               (SELECT x.code FROM periods x
                WHERE x.tenant_id = c.tenant_id AND x.id = c.corrects_period_id) END AS corrects,
           c.reason, c.tariff_version_id
    FROM charge_lines c
    {WAITING}
    ORDER BY c.party_id, c.currency, c.id
"""  # noqa: S608 - the words are our own.

# The same charges as a number and a sum of their ids.
SEAL = f"""
    SELECT count(*), sum(uuid_hash_extended(c.id, 0)) FROM charge_lines c
    {WAITING}
"""  # noqa: S608 - the words are our own.

# Who has anything to be billed, in the order in which numbers are given.
DUE = """
    SELECT y.code, c.currency, c.party_id
    FROM (
        SELECT DISTINCT c.party_id, c.currency
        FROM charge_lines c
        WHERE c.side = 'customer' AND c.document_id IS NULL
          AND c.period_id = ANY (ARRAY(
              SELECT p.id FROM periods p WHERE p.status = 'closed' AND p.ends_on <= :ends_on))
    ) AS c
    JOIN parties y ON y.id = c.party_id
    WHERE (y.code COLLATE "C", c.currency COLLATE "C") > (:code, :currency)
    ORDER BY y.code COLLATE "C", c.currency COLLATE "C"
"""

BEAR = """
    UPDATE charge_lines SET document_id = b.document_id
    FROM unnest(CAST(:charges AS uuid[]), CAST(:documents AS uuid[])) AS b (charge_id, document_id)
    WHERE charge_lines.id = b.charge_id AND charge_lines.document_id IS NULL
      AND charge_lines.side = 'customer' AND charge_lines.party_id = ANY(CAST(:parties AS uuid[]))
"""


def lock(session: TenantSession) -> None:
    """Let one bill run of the tenant in at a time, until the transaction ends."""
    session.hold("billing")


def due(session: TenantSession, ends_on: dt.date, after: tuple[str, str] = ("", "")) -> list[Due]:
    """Who has charges of periods that ended by that day, in order, behind a code and currency."""
    code, currency = after
    asked = {"ends_on": ends_on, "code": code, "currency": currency}
    return [Due(*row) for row in session.execute(sa.text(DUE), asked)]


def unbilled(
    session: TenantSession, ends_on: dt.date, parties: Collection[UUID] | None = None
) -> list[Charge]:
    """Charges of periods that ended by that day, customer by customer; all customers' or some's."""
    some = None if parties is None else list(parties)
    rows = session.execute(sa.text(UNBILLED), {"ends_on": ends_on, "parties": some})
    return [Charge._make(row) for row in rows.all()]


def seal(session: TenantSession, ends_on: dt.date, parties: Collection[UUID]) -> Seal:
    """The seal over the charges that `unbilled` reads of some customers."""
    asked = {"ends_on": ends_on, "parties": list(parties)}
    return Seal(*session.execute(sa.text(SEAL), asked).one())


def bear(session: TenantSession, borne: Sequence[tuple[Charge, UUID]]) -> None:
    """Note for charges which document bears them, as a set."""
    plan_anew(session, len(borne))
    found = session.execute(
        sa.text(BEAR),
        {
            "charges": _array(charge.id for charge, _ in borne),
            "documents": _array(document_id for _, document_id in borne),
            # Their parties, so that not all that is unbilled is read for some.
            "parties": list({charge.party_id for charge, _ in borne}),
        },
    )
    assert getattr(found, "rowcount", None) == len(borne), "a charge is billed once"


def _array(ids: Iterable[UUID]) -> str:
    """Ids as the text of an array: the driver would look at each of them several times."""
    return "{" + ",".join(map(str, ids)) + "}"
