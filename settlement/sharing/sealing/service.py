"""Seal the events of a period's shared revenues, and read them again as they were sealed."""

from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import UUID

import polars as pl

from settlement.agreements import service as agreements
from settlement.rating.runs import service as rating_runs
from settlement.sharing.sealing import store
from settlement.sharing.sealing.seal import COLUMNS, Seal, Sealed, Sealing, sealed
from tenants.files import TenantFiles
from tenants.frames_aside import FramesAside
from tenants.session import TenantSession

# Rows that are read, and sealed, at once; bounds what is held in memory.
ROWS_AT_ONCE = 1_000_000


@contextmanager
def seal_beside(session: TenantSession, period_id: UUID) -> Iterator[None]:
    """Seal the events of a period that is closed or about to be, once, beside what is done inside.

    The charges are those of the rating that stands when it begins: files, that nothing changes. So
    they are hashed by a thread, and the session is used by the work inside alone.
    """
    if store.seals(session, [period_id]):
        yield
        return
    charges = _shared(session, period_id)
    with ThreadPoolExecutor(max_workers=1) as thread:
        hashed = thread.submit(_roots, session.files, charges)
        yield
        found = [Seal(period_id, *each) for each in hashed.result()]
    store.add(session, found)


def seals(session: TenantSession, periods: Collection[UUID]) -> list[Seal]:
    """The seals of closed periods; one that was closed before there were seals is sealed now."""
    for period_id in periods:
        with seal_beside(session, period_id):
            pass
    return store.seals(session, periods)


def events_of(session: TenantSession, period_id: UUID, terms: Collection[UUID]) -> list[Sealed]:
    """The events of a period's revenue under terms, leaf by leaf."""
    return sealed(_read(session, period_id, [str(each) for each in terms]))


def _shared(session: TenantSession, period_id: UUID) -> pl.LazyFrame:
    """The rated charges of shared revenues, of what is to be sealed of them."""
    agreed = agreements.terms_by_id(session)
    shared = [str(key) for key, each in agreed.items() if each.kind == "revenue_share"]
    return rating_runs.rated_scan(session, period_id).select(
        *COLUMNS, is_shared=pl.col("terms").is_in(shared)
    )


def _roots(files: TenantFiles, charges: pl.LazyFrame) -> list[tuple[UUID, str, str, int, str]]:
    sealing = Sealing()
    for some in _by_time(files, charges):
        sealing.add(some)
    return sealing.roots()


def _by_time(files: TenantFiles, charges: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    """The shared ones of charges in pieces that follow one another in time."""
    rows, first, last = (
        charges.select(
            pl.len(),
            pl.col("occurred_at").min().alias("first"),
            pl.col("occurred_at").max().alias("l"),
        )
        .collect()
        .row(0)
    )
    if not rows:
        return
    pieces = -(-rows // ROWS_AT_ONCE)
    wanted = charges.filter("is_shared").select(COLUMNS)
    if pieces == 1:
        yield wanted.collect()
        return
    starts = pl.Series([first + (last - first) * number / pieces for number in range(pieces)])
    like = wanted.head(0).collect()
    with FramesAside(files) as aside:
        for begin in range(0, rows, ROWS_AT_ONCE):
            some = charges.slice(begin, ROWS_AT_ONCE).filter("is_shared").select(COLUMNS).collect()
            aside.add(some, starts.search_sorted(some["occurred_at"], side="right"))
        for number in range(pieces):
            yield aside.read(number + 1, like)


def _read(session: TenantSession, period_id: UUID, terms: list[str]) -> pl.DataFrame:
    scan = rating_runs.rated_scan(session, period_id).filter(pl.col("terms").is_in(terms))
    return scan.select(COLUMNS).collect()
