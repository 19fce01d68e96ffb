"""Rows of periods, and sums over what other concepts keep about them.

Usage, its suspense and its charges are kept by the concepts below; here they are only counted and
added up, set-wise, to decide on a close and to book it.
"""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from currencies.money import money
from settlement.periods.closing import Owed
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class PeriodRow(Identified, Table):
    """One period; closed for good when `closed_at` is set."""

    __tablename__ = "periods"

    code: orm.Mapped[str]
    starts_on: orm.Mapped[dt.date]
    ends_on: orm.Mapped[dt.date]
    status: orm.Mapped[str]
    opened_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    closed_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(sa.DateTime(timezone=True))
    closed_by: orm.Mapped[str | None]
    digest: orm.Mapped[str | None] = orm.mapped_column(sa.CHAR(64))
    digest_form: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger, server_default="1")
    waiver: orm.Mapped[str]


def row_by_code(session: TenantSession, code: str) -> PeriodRow | None:
    """The period of a month."""
    return session.scalar(sa.select(PeriodRow).where(PeriodRow.code == code))


def row_by_id(session: TenantSession, period_id: UUID) -> PeriodRow | None:
    """The period with this id."""
    return session.get(PeriodRow, (session.tenant_id, period_id))


def row_of_day(session: TenantSession, day: dt.date) -> PeriodRow | None:
    """The period in which a day lies."""
    return session.scalar(
        sa.select(PeriodRow).where(PeriodRow.starts_on <= day, PeriodRow.ends_on > day)
    )


def rows(session: TenantSession) -> Sequence[PeriodRow]:
    """All periods, the earliest first."""
    return session.scalars(sa.select(PeriodRow).order_by(PeriodRow.starts_on)).all()


def hold(session: TenantSession, period_id: UUID) -> PeriodRow:
    """Lock the period's row until the end of the transaction and read it anew."""
    return session.scalars(
        sa.select(PeriodRow)
        .where(PeriodRow.id == period_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


SUSPENDED = """
    SELECT count(*) FROM suspense
    WHERE status = 'open'
      AND (period_id = :period_id OR (period_id IS NULL
           AND (occurred_at IS NULL OR occurred_at < :ends_at)))
"""

# A later file of the same name or number that landed has taken the place of the refused one; one
# that was given back to who sent it is theirs to correct.
QUARANTINED = """
    SELECT b.file_name FROM batches b
    WHERE b.status = 'quarantined' AND b.returned_as IS NULL AND b.arrived_at >= :starts_at
      AND NOT EXISTS (
          SELECT FROM batches landed
          WHERE landed.tenant_id = b.tenant_id AND landed.source_id = b.source_id
            AND landed.status = 'landed'
            AND (landed.file_name = b.file_name
                 OR (landed.stream, landed.sequence) = (b.stream, b.sequence))
      )
    ORDER BY b.file_name
"""

# Whether each record is rated is rating's own account; a file that landed after the last rating
# of the period cannot be in it. A rating also corrects closed periods, so usage that came late for
# one of them waits for it as well.
UNRATED = """
    SELECT count(DISTINCT f.batch_id) FROM landed_files f
    WHERE f.first_at < :ends_at
      AND (f.last_at >= :starts_at OR f.landed_at > (
          SELECT max(closed_at) FROM periods c
          WHERE c.tenant_id = f.tenant_id AND c.status = 'closed'
      ))
      AND NOT EXISTS (
          SELECT FROM rating_runs r
          WHERE r.tenant_id = f.tenant_id AND r.period_id = :period_id
            AND r.rated_at >= f.landed_at
      )
"""

OWED = """
    SELECT CASE WHEN side = 'customer' THEN 'customer' ELSE 'carrier_' || direction END AS role,
           party_id, currency, sum(amount) AS amount
    FROM charge_lines WHERE period_id = :period_id
    GROUP BY 1, 2, 3
    UNION ALL
    SELECT 'partner', party_id, currency, sum(amount)
    FROM shares WHERE period_id = :period_id AND party_id IS NOT NULL
    GROUP BY 1, 2, 3
    ORDER BY 1, 2, 3
"""


def suspended(session: TenantSession, period_id: UUID, ends_at: dt.datetime) -> int:
    """How many records wait that belong to the period, to an earlier one, or to nobody knows."""
    return int(
        session.scalar(sa.text(SUSPENDED), {"period_id": period_id, "ends_at": ends_at}) or 0
    )


def quarantined(session: TenantSession, starts_at: dt.datetime) -> list[str]:
    """Names of files refused as a whole since the period began, and not sent again."""
    return list(session.scalars(sa.text(QUARANTINED), {"starts_at": starts_at}))


def unrated(
    session: TenantSession, period_id: UUID, starts_at: dt.datetime, ends_at: dt.datetime
) -> int:
    """How many batches have usage of the period that the last rating has not seen."""
    facts = {"period_id": period_id, "starts_at": starts_at, "ends_at": ends_at}
    return int(session.scalar(sa.text(UNRATED), facts) or 0)


def owed(session: TenantSession, period_id: UUID) -> list[Owed]:
    """Sums over the charges and shares of the period."""
    return [
        Owed(row.role, row.party_id, money(row.amount, row.currency))
        for row in session.execute(sa.text(OWED), {"period_id": period_id})
    ]
