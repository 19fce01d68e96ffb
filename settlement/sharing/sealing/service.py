"""Seal the events of a period's shared revenues, and read them again as they were sealed."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID

import polars as pl

from settlement.agreements import service as agreements
from settlement.rating.corrected import Corrected
from settlement.rating.runs import service as rating_runs
from settlement.sharing.rulings import service as rulings
from settlement.sharing.rulings.service import SPLIT_BY
from settlement.sharing.sealing import merkle, store
from settlement.sharing.sealing.numbering import COLUMNS, Numbered, with_categories
from settlement.sharing.sealing.row_texts import AMOUNTS, UNITS
from settlement.sharing.sealing.seal import RULED, Correction, Seal, Sealed, Sealing, sealed
from tenants.behind import Behind
from tenants.files import TenantFiles
from tenants.frames_aside import FramesAside
from tenants.session import TenantSession

# Rows that are read, and sealed, at once; bounds what is held in memory.
ROWS_AT_ONCE = 1_000_000
# Of a month that is put in order, so much need not go to disk.
HELD_BYTES = 512 * 2**20


@contextmanager
def seal_beside(session: TenantSession, period_id: UUID) -> Iterator[None]:
    """Seal the events of a period that is closed or about to be, once, beside what is done inside.

    The charges are those of the rating that stands when it begins: files, that nothing changes. So
    they are hashed by a thread, and the session is used by the work inside alone.
    """
    if store.seals(session, [period_id]):
        yield
        return
    charges = rating_runs.rated_scan(session, period_id)
    ruling = rulings.ruling(session, period_id, period_id)
    with ThreadPoolExecutor(max_workers=1) as thread:
        hashed = thread.submit(_roots, session.files, charges, ruling, _Shared(session))
        yield
        found = [Seal(period_id, *each) for each in hashed.result()]
    store.add(session, found)


def seals(session: TenantSession, periods: Collection[UUID]) -> list[Seal]:
    """The seals of closed periods; one that was closed before there were seals is sealed now."""
    for period_id in periods:
        with seal_beside(session, period_id):
            pass
    return store.seals(session, periods)


def events_of(
    session: TenantSession, period_id: UUID, terms: Collection[UUID], what: str = AMOUNTS
) -> list[Sealed]:
    """The events of a period's revenue under terms, or their units, leaf by leaf."""
    charges = rating_runs.rated_scan(session, period_id)
    shared = _Shared(session, terms)
    ruling = rulings.ruling(session, period_id, period_id)
    return sealed(shared.of(charges, ruling).collect(), what)


def corrected_seals(
    session: TenantSession, corrections: Collection[Correction]
) -> dict[Correction, Corrected[Seal]]:
    """The roots over the events of corrected revenues, as they were before and as rated anew.

    They are taken when asked for: the charges of a closed period's corrections stay as they are.
    """
    nothing = 0, merkle.root([])
    found: dict[Correction, Corrected[Seal]] = {}
    for (borne_by, period_id), same in _by_periods(corrections).items():
        shared = _Shared(session, {each.terms_id for each in same})
        before, anew = (
            {row[:5]: row[5:] for row in _roots(session.files, *side, shared)}
            for side in _sides(session, borne_by, period_id)
        )
        for each in same:
            key = each[2:]
            sides = (side.get(key, nothing) for side in (before, anew))
            found[each] = Corrected(*(Seal(period_id, *key, *side) for side in sides))
    return found


def corrected_events(
    session: TenantSession, corrections: Collection[Correction]
) -> dict[Correction, Corrected[Sealed]]:
    """The same events, leaf by leaf."""
    found: dict[Correction, Corrected[Sealed]] = {}
    for (borne_by, period_id), same in _by_periods(corrections).items():
        shared = _Shared(session, {each.terms_id for each in same})
        charges = [shared.of(*side).collect() for side in _sides(session, borne_by, period_id)]
        for what in {each.what for each in same}:
            before, anew = (
                {(each.terms_id, each.product, each.currency, each.rule): each for each in side}
                for side in (sealed(side, what) for side in charges)
            )
            for each in same:
                if each.what == what:
                    key = each[2:6]
                    nothing = Sealed(*key, 0, ())
                    found[each] = Corrected(before.get(key, nothing), anew.get(key, nothing))
    return found


def _sides(
    session: TenantSession, borne_by: UUID, period_id: UUID
) -> list[tuple[pl.LazyFrame, pl.DataFrame]]:
    """The charges of a corrected period and whom rules sold to, before and anew."""
    before, anew = rating_runs.corrected_scans(session, borne_by, period_id)
    return [
        (before, rulings.ruling(session, borne_by, period_id, before=True)),
        (anew, rulings.ruling(session, borne_by, period_id)),
    ]


def _by_periods(
    corrections: Collection[Correction],
) -> Mapping[tuple[UUID, UUID], list[Correction]]:
    found: dict[tuple[UUID, UUID], list[Correction]] = defaultdict(list)
    for each in corrections:
        found[each.borne_by, each.period_id].append(each)
    return found


class _Shared:
    """Terms whose revenue is sealed: those that have rules, and those that pay for units."""

    def __init__(self, session: TenantSession, terms: Collection[UUID] | None = None) -> None:
        """All terms of revenue shares, or these."""
        agreed = {
            str(key): each.sharing
            for key, each in agreements.terms_by_id(session).items()
            if each.kind == "revenue_share" and (terms is None or key in terms)
        }
        self._terms = sorted(agreed)
        self._ruled = [key for key, plain in agreed.items() if plain.get("rules")]
        self.counted = [key for key, plain in agreed.items() if _pays_for_units(plain)]

    def of(self, charges: pl.LazyFrame, ruling: pl.DataFrame) -> pl.LazyFrame:
        """The charges that are to be sealed, with COLUMNS and the `split` of each.

        Terms with rules split by what was kept of whom each sold to; without it they are left out.
        """
        own = charges.filter(pl.col("terms").is_in(self._terms))
        # What nobody is paid for need not be read.
        wanted = COLUMNS if self.counted else [name for name in COLUMNS if name != "billed_units"]
        if not self._ruled:
            return own.select(*wanted, split=pl.lit(""))
        named = own.select(*wanted, "party", destination=pl.col("destination").fill_null(""))
        is_ruled = pl.col("terms").is_in(self._ruled)
        split = pl.when(is_ruled).then(RULED + pl.col("rule")).otherwise(pl.lit(""))
        told = named.join(ruling.lazy(), on=SPLIT_BY, how="left", maintain_order="left")
        return told.select(*wanted, split.alias("split")).filter(pl.col("split").is_not_null())


def _pays_for_units(plain: Mapping[str, Any]) -> bool:
    return bool(plain.get("units")) or any(rule.get("units") for rule in plain.get("rules", ()))


def _roots(
    files: TenantFiles, charges: pl.LazyFrame, ruling: pl.DataFrame, shared: _Shared
) -> list[tuple[UUID, str, str, str | None, str, int, str]]:
    """The roots over shared charges; a piece is hashed while the next one is put in order."""
    amounts, units = Sealing(AMOUNTS), Sealing(UNITS)
    with Behind() as hashing:
        for some in _by_time(files, charges, partial(shared.of, ruling=ruling)):
            whole = [(amounts, amounts.whole_leaves(some))]
            if shared.counted:
                counted = some.filter(pl.col("terms").is_in(shared.counted))
                whole.append((units, units.whole_leaves(counted)))
            hashing.do(partial(_hash, whole))
    return [*amounts.roots(), *units.roots()]


def _hash(whole: Iterable[tuple[Sealing, Numbered]]) -> None:
    for sealing, leaves in whole:
        sealing.hash(leaves)


def _by_time(
    files: TenantFiles, charges: pl.LazyFrame, shared: Callable[[pl.LazyFrame], pl.LazyFrame]
) -> Iterator[pl.DataFrame]:
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
    if pieces == 1:
        yield shared(charges).collect()
        return
    starts = pl.Series([first + (last - first) * number / pieces for number in range(pieces)])
    like = with_categories(shared(charges.head(0))).collect()
    with FramesAside(files, HELD_BYTES) as aside:
        for begin in range(0, rows, ROWS_AT_ONCE):
            some = with_categories(shared(charges.slice(begin, ROWS_AT_ONCE))).collect()
            some = some.sort("occurred_at")
            aside.add(some, starts.search_sorted(some["occurred_at"], side="right"))
        for number in range(pieces):
            yield aside.read(number + 1, like)
