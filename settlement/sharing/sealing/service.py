"""Seal the events of a period's shared revenues, and read them again as they were sealed."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from uuid import UUID

import polars as pl

from settlement.agreements import service as agreements
from settlement.rating.corrected import Corrected
from settlement.rating.runs import service as rating_runs
from settlement.sharing.sealing import merkle, store
from settlement.sharing.sealing.seal import (
    COLUMNS,
    Correction,
    Seal,
    Sealed,
    Sealing,
    sealed,
)
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


def corrected_seals(
    session: TenantSession, corrections: Collection[Correction]
) -> dict[Correction, Corrected[Seal]]:
    """The roots over the events of corrected revenues, as they were before and as rated anew.

    They are taken when asked for: the charges of a closed period's corrections stay as they are.
    """
    nothing = 0, merkle.root([])
    found: dict[Correction, Corrected[Seal]] = {}
    for (borne_by, period_id), same in _by_periods(corrections).items():
        terms = [str(each.terms_id) for each in same]
        before, anew = (
            {row[:3]: row[3:] for row in _roots(session.files, _marked(scan, terms))}
            for scan in rating_runs.corrected_scans(session, borne_by, period_id)
        )
        for each in same:
            key = each.terms_id, each.product, each.currency
            sides = (side.get(key, nothing) for side in (before, anew))
            found[each] = Corrected(*(Seal(period_id, *key, *side) for side in sides))
    return found


def corrected_events(
    session: TenantSession, corrections: Collection[Correction]
) -> dict[Correction, Corrected[Sealed]]:
    """The same events, leaf by leaf."""
    found: dict[Correction, Corrected[Sealed]] = {}
    for (borne_by, period_id), same in _by_periods(corrections).items():
        terms = [str(each.terms_id) for each in same]
        before, anew = (
            {
                (each.terms_id, each.product, each.currency): each
                for each in sealed(_of_terms(scan, terms))
            }
            for scan in rating_runs.corrected_scans(session, borne_by, period_id)
        )
        for each in same:
            key = each.terms_id, each.product, each.currency
            nothing = Sealed(*key, 0, ())
            found[each] = Corrected(before.get(key, nothing), anew.get(key, nothing))
    return found


def _by_periods(
    corrections: Collection[Correction],
) -> Mapping[tuple[UUID, UUID], list[Correction]]:
    found: dict[tuple[UUID, UUID], list[Correction]] = defaultdict(list)
    for each in corrections:
        found[each.borne_by, each.period_id].append(each)
    return found


def _shared(session: TenantSession, period_id: UUID) -> pl.LazyFrame:
    """The rated charges of shared revenues, of what is to be sealed of them."""
    agreed = agreements.terms_by_id(session)
    shared = [str(key) for key, each in agreed.items() if each.kind == "revenue_share"]
    return _marked(rating_runs.rated_scan(session, period_id), shared)


def _marked(charges: pl.LazyFrame, terms: list[str]) -> pl.LazyFrame:
    """What is to be sealed of charges, told apart by the terms that share them."""
    return charges.select(*COLUMNS, is_shared=pl.col("terms").is_in(terms))


def _roots(files: TenantFiles, charges: pl.LazyFrame) -> list[tuple[UUID, str, str, int, str]]:
    """The roots over marked charges; a piece is hashed while the next one is put in order."""
    sealing = Sealing()
    with ThreadPoolExecutor(max_workers=1) as beside:
        begun: Future[None] | None = None
        for some in _by_time(files, charges):
            whole = sealing.whole_leaves(some)
            if begun is not None:
                begun.result()
            begun = beside.submit(sealing.hash, whole)
        if begun is not None:
            begun.result()
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
    return _of_terms(rating_runs.rated_scan(session, period_id), terms)


def _of_terms(charges: pl.LazyFrame, terms: list[str]) -> pl.DataFrame:
    return charges.filter(pl.col("terms").is_in(terms)).select(COLUMNS).collect()
