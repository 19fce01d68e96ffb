"""What is to be billed, read from the charges that rating keeps, and what has been billed."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from settlement.billing.drafting import Due
from settlement.billing.drafting_ahead import Seal
from settlement.billing.invoice_lines import Charge
from settlement.billing.waiting import CHARGES, MONTHS
from tenants.persistence.arrays import id_array, written_ids
from tenants.persistence.loading import plan_anew
from tenants.persistence.tables import Table, TenantScoped
from tenants.persistence.unloading import text_of
from tenants.session import TenantSession


class UnbilledMonthRow(TenantScoped, Table):
    """A month of which a customer may have charges that no document bears."""

    __tablename__ = "unbilled_months"

    party_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    period_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)


# Charges of months up to a day, so what was carried in earlier cycles comes back by itself.
WAITING = f"""
    FROM unnest(CAST(:parties AS uuid[])) AS who (party_id)
    CROSS JOIN LATERAL (
        SELECT month.* FROM {MONTHS} WHERE month.party_id = who.party_id
        OFFSET 0
    ) AS month
    CROSS JOIN {CHARGES}
"""  # noqa: S608 - of our own words; values are bound.

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
"""  # noqa: S608 - of our own words; values are bound.

# The same charges as a number and a sum of their ids.
SEAL = f"""
    SELECT count(*), sum(uuid_hash_extended(c.id, 0))
    {WAITING}
"""  # noqa: S608 - of our own words; values are bound.

# Who has anything to be billed, in the order in which numbers are given.
DUE = f"""
    SELECT y.code, c.currency, c.party_id
    FROM (
        SELECT DISTINCT c.party_id, c.currency
        FROM {MONTHS}
        CROSS JOIN {CHARGES}
    ) AS c
    JOIN parties y ON y.id = c.party_id
    WHERE (y.code COLLATE "C", c.currency COLLATE "C") > (:code, :currency)
    ORDER BY y.code COLLATE "C", c.currency COLLATE "C"
"""  # noqa: S608 - of our own words; values are bound.

# Lines are looked up by their keys, as what waits is (`waiting`). How many there are is hidden from
# the planner, and so is that none is borne yet: with either it would read all that waits of the
# tenant. One that is borne already is refused by the table.
BEAR = """
    UPDATE charge_lines SET document_id = b.document_id
    FROM unnest((SELECT CAST(:charges AS uuid[])), (SELECT CAST(:documents AS uuid[])))
        AS b (charge_id, document_id)
    WHERE charge_lines.id = b.charge_id AND charge_lines.side = 'customer'
"""

# Closed months of which some customers have nothing left to be billed; each is looked at by its
# key. To one that is open a rating may add a line at this very time, unseen from here.
BILLED = f"""
    DELETE FROM unbilled_months month
    WHERE month.party_id = ANY (:parties)
      AND month.period_id = ANY (ARRAY(SELECT p.id FROM periods p WHERE p.status = 'closed'))
      AND NOT EXISTS (SELECT FROM {CHARGES})
"""  # noqa: S608 - of our own words; values are bound.


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
    asked = {"ends_on": ends_on, "parties": id_array(set(parties))}
    return [Charge._make(row) for row in session.execute(sa.text(UNBILLED), asked).all()]


def unbilled_text(session: TenantSession, ends_on: dt.date, parties: Collection[UUID]) -> bytes:
    """The same charges as text, for the process beside, which takes it apart."""
    query = UNBILLED.replace(":parties", "%(parties)s").replace(":ends_on", "%(ends_on)s")
    # COPY takes no parameters but as words of its statement, an array as the text of one.
    asked = {"parties": "{" + ",".join(map(str, set(parties))) + "}", "ends_on": ends_on}
    return text_of(session, query, asked)


def seal(session: TenantSession, ends_on: dt.date, parties: Collection[UUID]) -> Seal:
    """The seal over the charges that `unbilled` reads of some customers."""
    asked = {"ends_on": ends_on, "parties": id_array(set(parties))}
    return Seal(*session.execute(sa.text(SEAL), asked).one())


class Borne(NamedTuple):
    """Which charges a document of a customer bears."""

    charges: Collection[str]
    document_id: UUID
    party_id: UUID


def bear(session: TenantSession, borne: Sequence[Borne]) -> None:
    """Note which charges each of these documents bears, as a set."""
    count = sum(len(each.charges) for each in borne)
    plan_anew(session, count)
    found = session.execute(
        sa.text(BEAR),
        {
            "charges": written_ids([charge for each in borne for charge in each.charges]),
            "documents": id_array([each.document_id for each in borne for _ in each.charges]),
        },
    )
    assert getattr(found, "rowcount", None) == count, "a charge is billed once"
    parties = id_array({each.party_id for each in borne})
    session.execute(sa.text(BILLED), {"parties": parties})
