"""Say what is left of earlier months when one is rated, and keep what its rating used.

Nothing is kept of allowances that do not roll over. A closed month whose opening changed, because
usage came late for a month before it, is rated again and corrected like any other.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import polars as pl

from settlement.agreements import service as agreements
from settlement.catalogue import service as catalogue
from settlement.catalogue.tariff import TariffVersion
from settlement.rating.allowances import OPENINGS
from settlement.rating.rated_period import RatedPeriod
from settlement.rating.rollover import store
from settlement.rating.rollover.left import HELD, furthest, month_before, openings, uses
from tenants.digest import digest_of_rows
from tenants.session import TenantSession


class Opening(NamedTuple):
    """What a month begins with: a frame of OPENINGS, its digest, and who holds what (HELD)."""

    left: pl.DataFrame
    digest: str
    rolls_over: bool
    held: pl.DataFrame


def opening(
    session: TenantSession,
    period: RatedPeriod,
    versions: Sequence[TariffVersion],
    names: Mapping[str, str],
    known_at: dt.datetime | None,
) -> Opening:
    """What is left of earlier months for a period that is rated by these versions.

    `names` says which tariff is meant by the code of a version, where an order has renamed it.
    """
    month = period.starts_on.replace(day=1)
    back = furthest(versions)
    left, held = pl.DataFrame(schema=OPENINGS), pl.DataFrame(schema=HELD)
    if back:
        first = month_before(month, back)
        held = _held(session, first, period.ends_on)
        earlier = catalogue.tariff_versions(session, first, month, known_at)
        months = store.months_before(session, month, first)
        left = openings(month, months, earlier, held, store.uses_before(session, month, first))
        renamed = pl.DataFrame(
            sorted(names.items()), schema={"name": pl.String, "tariff": pl.String}, orient="row"
        )
        left = left.join(renamed, on="tariff").with_columns(tariff="name").select(OPENINGS.names())
    return Opening(left, digest_of_rows(left.iter_rows()), back > 0, held)


def keep(
    session: TenantSession,
    period: RatedPeriod,
    began_with: Opening,
    charges: pl.LazyFrame,
    versions: Iterable[TariffVersion],
    tariffs: Mapping[str, str],
) -> None:
    """Keep what a rating used of allowances that roll over; `tariffs` are codes by version id."""
    taken = uses(charges, versions, began_with.held, tariffs)
    row = store.RatedMonthRow(
        tenant_id=session.tenant_id,
        period_id=period.id,
        month=period.starts_on.replace(day=1),
        rolls_over=began_with.rolls_over,
        openings_digest=began_with.digest,
    )
    rows = ((session.tenant_id, period.id, *each) for each in taken.iter_rows())
    store.replace_month(session, row, rows)


def rolled_over(session: TenantSession, period_id: UUID) -> str | None:
    """The digest of what a rated period began with; None where nothing rolls over."""
    row = store.month_row(session, period_id)
    return row.openings_digest if row is not None and row.rolls_over else None


def _held(session: TenantSession, first: dt.date, until: dt.date) -> pl.DataFrame:
    customers = [
        (
            str(each.subscription_id),
            str(each.contract_id),
            str(each.customer_id),
            each.tariff,
            each.valid_from,
            each.valid_until,
        )
        for each in agreements.subscribers(session, first, until)
    ]
    carriers = agreements.trunk_keys(session, first, until).select(
        "agreement",
        pl.col("agreement").alias("contract"),
        pl.col("carrier").alias("party"),
        "tariff",
        "valid_from",
        "valid_until",
    )
    return pl.concat([pl.DataFrame(customers, schema=HELD, orient="row"), carriers])
