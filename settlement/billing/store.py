"""What is to be billed, read from the charges that rating keeps, and what has been billed."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa

from settlement.billing.drafting import Due
from settlement.billing.drafting_ahead import Seal
from settlement.billing.invoice_lines import Charge
from tenants.persistence.id_array import id_array, texts_array
from tenants.persistence.loading import plan_anew
from tenants.persistence.unloading import text_of
from tenants.session import TenantSession

# Charges of closed periods up to a day that no document bears yet, so what was carried in earlier
# cycles comes back by itself. Each customer's are looked up by its key (OFFSET 0 keeps the look in
# its place): a month that was loaded a moment ago looks small, and to read all that waits of it
# seems cheaper than to look for some customers, part by part.
WAITING = """
    FROM unnest(CAST(:parties AS uuid[])) AS who (party_id)
    CROSS JOIN LATERAL (
        SELECT x.* FROM charge_lines x
        WHERE x.party_id = who.party_id AND x.side = 'customer' AND x.document_id IS NULL
          -- Asked for once, not for each line.
          AND x.period_id = ANY (ARRAY(
              SELECT p.id FROM periods p WHERE p.status = 'closed' AND p.ends_on <= :ends_on))
        OFFSET 0
    ) AS c
"""

# The columns stand in the order of the fields of a charge. What they are sorted by stands in front
# while they are sorted: behind texts of any length, it would be searched for at each comparison.
UNBILLED = f"""
    SELECT CAST(s.id AS text), s.party_id, s.contract_id, s.service, s.product,
           s.traffic_direction, s.destination, s.tax_category, s.currency, s.amount, s.amount_3600,
           s.unit_price, s.quantity, s.billed_units, s.starts_on, s.ends_on, s.case_name, s.per,
           s.corrects, s.reason, s.tariff_version_id, s.free_units
    FROM (
        SELECT c.party_id, c.id, c.currency, c.contract_id, c.service, c.product,
               c.traffic_direction, c.destination, c.tax_category, c.amount, c.amount_3600,
               c.unit_price, c.quantity, c.billed_units, c.starts_on, c.ends_on, c.case_name, c.per,
               CASE WHEN c.corrects_period_id IS NULL THEN '' ELSE
                   (SELECT x.code FROM periods x
                    WHERE x.tenant_id = c.tenant_id AND x.id = c.corrects_period_id)
                   END AS corrects,
               c.reason, c.tariff_version_id, c.free_units
        {WAITING}
        ORDER BY c.party_id, c.currency, c.id
    ) AS s
    ORDER BY s.party_id, s.currency, s.id
"""  # noqa: S608 - the words are our own.

# The same charges as a number and a sum of their ids.
SEAL = f"""
    SELECT count(*), sum(uuid_hash_extended(c.id, 0))
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

# Lines are looked up by their keys, for the same reason. How many there are is hidden from the
# planner, and so is that none is borne yet: with either it would read all that waits of the tenant.
# One that is borne already is refused by the table.
BEAR = """
    UPDATE charge_lines SET document_id = b.document_id
    FROM unnest((SELECT CAST(:charges AS uuid[])), (SELECT CAST(:documents AS uuid[])))
        AS b (charge_id, document_id)
    WHERE charge_lines.id = b.charge_id AND charge_lines.side = 'customer'
"""


def lock(session: TenantSession) -> None:
    """Let one bill run of the tenant in at a time, until the transaction ends."""
    session.hold("billing")


def due(session: TenantSession, ends_on: dt.date, after: tuple[str, str] = ("", "")) -> list[Due]:
    """Who has charges of periods that ended by that day, in order, behind a code and currency."""
    code, currency = after
    asked = {"ends_on": ends_on, "code": code, "currency": currency}
    return [Due(*row) for row in session.execute(sa.text(DUE), asked)]


def unbilled(session: TenantSession, ends_on: dt.date, parties: Collection[UUID]) -> list[Charge]:
    """Some customers' charges of periods that ended by that day, customer by customer."""
    asked = {"ends_on": ends_on, "parties": list(set(parties))}
    return [Charge._make(row) for row in session.execute(sa.text(UNBILLED), asked).all()]


def unbilled_text(session: TenantSession, ends_on: dt.date, parties: Collection[UUID]) -> bytes:
    """The same charges as text, for the process beside, which takes it apart."""
    query = UNBILLED.replace(":parties", "%(parties)s").replace(":ends_on", "%(ends_on)s")
    asked = {"parties": _array(map(str, set(parties))), "ends_on": ends_on}
    return text_of(session, query, asked)


def seal(session: TenantSession, ends_on: dt.date, parties: Collection[UUID]) -> Seal:
    """The seal over the charges that `unbilled` reads of some customers."""
    asked = {"ends_on": ends_on, "parties": list(set(parties))}
    return Seal(*session.execute(sa.text(SEAL), asked).one())


def bear(session: TenantSession, borne: Sequence[tuple[Collection[str], UUID]]) -> None:
    """Note which charges each of these documents bears, as a set."""
    count = sum(len(charges) for charges, _ in borne)
    plan_anew(session, count)
    found = session.execute(
        sa.text(BEAR),
        {
            "charges": texts_array(session, [charge for charges, _ in borne for charge in charges]),
            "documents": id_array(
                session, [document for charges, document in borne for _ in charges]
            ),
        },
    )
    assert getattr(found, "rowcount", None) == count, "a charge is billed once"


def _array(ids: Iterable[str]) -> str:
    """Ids as the text of an array: the driver would look at each of them several times."""
    return "{" + ",".join(ids) + "}"
