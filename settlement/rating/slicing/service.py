"""Rate the usage of a period slice by slice, and say what the whole of it comes to.

    usage by file -> set aside by slice -> some slices are rated at a time -> charges on disk, sums

A month that fits one slice is rated as it is read. What is held at a time is a piece of usage or
the few slices being rated, and some of what is set aside, whatever the size of the month.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, NamedTuple

import polars as pl

from mediation import service as mediation
from mediation.usage import CATEGORISED, completed
from settlement.rating.kernel import rate
from settlement.rating.knowledge.service import Known
from settlement.rating.rated_batch import FILLED, RATED, RatedBatch, with_texts_of
from settlement.rating.rated_period import RatedPeriod
from settlement.rating.sides import SIDES, Side
from settlement.rating.slicing.slices import (
    by_place,
    placed,
    places_of_accounts,
    slices_for,
    slices_of,
)
from settlement.rating.slicing.summed import Summed, all_summed, summed
from tenants.column_files import FrameWriter
from tenants.frames_aside import FramesAside
from tenants.session import TenantSession

# The columns of one slice keep more than a core busy, but not all of the time, and one more is
# written meanwhile; more would hold more in memory.
AT_A_TIME = 3
# What is read at a time before it is cut.
PIECE_EVENTS = 250_000
# So much of what is set aside stays in memory, whatever the size of the month.
HELD_BYTES = 256 * 2**20
# Charges stand by who pays, so in all else one group of rows is like the other.
BOUNDED: Final = ("party", "agreement")
CATEGORISED_CHARGES: Final = with_texts_of(pl.DataFrame(schema=CATEGORISED), RATED)


class RatedMonth(NamedTuple):
    """The sums of a rating; its charges (rated_batch.RATED), for those who need some of them; and
    how to keep them: `keep` returns the SHA-256 of their file, sooner if it was begun before.
    """

    summed: Summed
    charges: pl.LazyFrame
    keep: Callable[[], str]
    begin_keeping: Callable[[], None]


@contextmanager
def rated_month(session: TenantSession, period: RatedPeriod, known: Known) -> Iterator[RatedMonth]:
    """Rate all usage of a period; charges that are not kept are gone at the end of the block."""
    with FrameWriter(session.files, CATEGORISED_CHARGES, BOUNDED, FILLED) as writer:
        sums = []
        for charges, sums_of_slice in _each_slice(session, period, known):
            writer.add(charges)
            sums.append(sums_of_slice)
        writer.close()
        written = pl.scan_parquet(writer.path).cast(RATED)
        yield RatedMonth(all_summed(sums), written, writer.keep, writer.begin_keeping)


def rated_usage(
    session: TenantSession,
    period: RatedPeriod,
    known: Known,
    sides: Sequence[Side],
    accounts: Collection[str],
) -> tuple[pl.DataFrame, RatedBatch]:
    """The usage of some accounts in a period and its charges, in one piece."""
    usage = mediation.landed_usage(session, period.starts_at, period.ends_at, accounts)
    return usage, rated_with_terms(usage, known, sides)


def _each_slice(
    session: TenantSession, period: RatedPeriod, known: Known
) -> Iterator[tuple[pl.DataFrame, Summed]]:
    """The charges (RATED) of each slice and what it sums up to, in the order of slices."""
    events = mediation.landed_count(session, period.starts_at, period.ends_at)
    count = slices_for(known.kernel, events)
    if count == 1:
        usage = mediation.landed_unordered(session, period.starts_at, period.ends_at)
        usage = by_place(placed(usage, places_of_accounts(known.kernel.subscriptions)))
        yield _rated_and_summed(completed(usage, CATEGORISED), known)
        return
    with FramesAside(session.files, HELD_BYTES) as aside:
        like = _set_aside(session, period, known, count, aside)

        def rated(number: int) -> tuple[pl.DataFrame, Summed]:
            usage = completed(_with_ids(by_place(aside.read(number, like))), CATEGORISED)
            return _rated_and_summed(usage, known)

        yield from _some_at_a_time(rated, count)


def _rated_and_summed(usage: pl.DataFrame, known: Known) -> tuple[pl.DataFrame, Summed]:
    rated = rated_with_terms(usage, known, SIDES)
    sums = summed(usage, rated, frozenset(known.asking_callers), known.cuts)
    return rated.charges.select(RATED.names()), sums


def _set_aside(
    session: TenantSession, period: RatedPeriod, known: Known, count: int, aside: FramesAside
) -> pl.DataFrame:
    """Read a period piece by piece; returns the columns of what is set aside.

    A few pieces are cut and written while the next one is read.
    """
    accounts = places_of_accounts(known.kernel.subscriptions)

    def cut(usage: pl.DataFrame) -> pl.DataFrame:
        usage = _without_ids(placed(usage, accounts))
        aside.add(usage, slices_of(usage["place"], count))
        return usage.clear()

    begun: deque[Future[pl.DataFrame]] = deque()
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for usage in mediation.landed_pieces(
            session, period.starts_at, period.ends_at, PIECE_EVENTS
        ):
            if len(begun) == AT_A_TIME:
                begun.popleft().result()
            begun.append(pool.submit(cut, usage))
        *others, last = begun
        for each in others:
            each.result()
        return last.result()


def _without_ids(usage: pl.DataFrame) -> pl.DataFrame:
    """Usage to be set aside: the key of most records is their event id, which is held once."""
    is_key = pl.col("event_id").eq_missing(pl.col("record_key"))
    return usage.with_columns(id_is_key=is_key, event_id=pl.when(~is_key).then("event_id"))


def _with_ids(usage: pl.DataFrame) -> pl.DataFrame:
    event_id = pl.when("id_is_key").then("record_key").otherwise("event_id")
    return usage.with_columns(event_id=event_id).drop("id_is_key")


def _some_at_a_time(
    work: Callable[[int], tuple[pl.DataFrame, Summed]], count: int
) -> Iterator[tuple[pl.DataFrame, Summed]]:
    """The results in their order; what is not asked for yet is not begun, but for a few."""
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        begun: deque[Future[tuple[pl.DataFrame, Summed]]] = deque()
        for number in range(count):
            begun.append(pool.submit(work, number))
            # So many are rated also while the one that was given is written.
            if len(begun) > AT_A_TIME:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()


def rated_with_terms(usage: pl.DataFrame, known: Known, sides: Sequence[Side]) -> RatedBatch:
    """Charges of usage that stands by time and key for each customer, with the terms it is shared
    by.
    """
    rated = rate(usage, known.kernel, sides, by_customer=True)
    return rated._replace(charges=_with_terms(rated.charges, known.shared))


def _with_terms(charges: pl.DataFrame, shared: pl.DataFrame) -> pl.DataFrame:
    """Name the revenue share terms of what customers bought, valid on the local day."""
    shared = shared.cast(dict.fromkeys(("product", "terms"), charges.schema["product"]))
    sold = charges.select("side", "product", "occurred_on").unique()
    sold = sold.filter(pl.col("side") == "customer")
    under = (
        sold.join(shared, on="product")
        .filter(
            (pl.col("valid_from") <= pl.col("occurred_on"))
            & (pl.col("valid_until").is_null() | (pl.col("occurred_on") < pl.col("valid_until")))
        )
        .select("product", "occurred_on", "terms", side=pl.lit("customer", charges.schema["side"]))
    )
    on = ["side", "product", "occurred_on"]
    return charges.join(under, on=on, how="left", maintain_order="left")
