"""Seal the events of a period's shared revenues, and read them again as they were sealed."""

from collections.abc import Collection, Iterator
from uuid import UUID

import polars as pl

from settlement.agreements import service as agreements
from settlement.rating import service as rating
from settlement.sharing.sealing import store
from settlement.sharing.sealing.seal import COLUMNS, Seal, Sealed, sealed
from tenants.session import TenantSession

# Rows that are read at once; bounds what is held in memory. Terms are never read in parts.
ROWS_AT_ONCE = 1_000_000


def seal(session: TenantSession, period_id: UUID) -> int:
    """Seal the events of a period that is closed or about to be; how many revenues. Once."""
    if store.seals(session, [period_id]):
        return 0
    found = [
        Seal(period_id, each.terms_id, each.product, each.currency, each.events, each.root)
        for each in _sealed(session, period_id)
    ]
    store.add(session, found)
    return len(found)


def seals(session: TenantSession, periods: Collection[UUID]) -> list[Seal]:
    """The seals of closed periods; one that was closed before there were seals is sealed now."""
    for period_id in periods:
        seal(session, period_id)
    return store.seals(session, periods)


def events_of(session: TenantSession, period_id: UUID, terms: Collection[UUID]) -> list[Sealed]:
    """The events of a period's revenue under terms, leaf by leaf."""
    return sealed(_read(session, period_id, [str(each) for each in terms]))


def _sealed(session: TenantSession, period_id: UUID) -> Iterator[Sealed]:
    agreed = agreements.terms_by_id(session)
    shared = [str(key) for key, each in agreed.items() if each.kind == "revenue_share"]
    counts = dict(
        rating.rated_scan(session, period_id)
        .filter(pl.col("terms").is_in(shared))
        .group_by("terms")
        .len()
        .sort("terms")
        .collect()
        .iter_rows()
    )
    at_once: list[str] = []
    for terms in counts:
        if at_once and sum(counts[each] for each in at_once) + counts[terms] > ROWS_AT_ONCE:
            yield from sealed(_read(session, period_id, at_once))
            at_once = []
        at_once.append(terms)
    if at_once:
        yield from sealed(_read(session, period_id, at_once))


def _read(session: TenantSession, period_id: UUID, terms: list[str]) -> pl.DataFrame:
    scan = rating.rated_scan(session, period_id).filter(pl.col("terms").is_in(terms))
    return scan.select(COLUMNS).collect()
