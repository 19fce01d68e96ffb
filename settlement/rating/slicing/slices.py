"""Cut a month's usage by who pays for it, so that what is counted together stays together.

Allowances and tiers count the usage of a subscription, a contract or a customer. So a slice has
whole customers, and customers between whom a number has moved go together. Usage that nobody here
pays for is spread by its key. Where a carrier's charges count what came before them, or legs of a
session are combined, which may be of several customers, nothing is cut.

What goes together has one *place* among PLACES, by the customers of the month alone, and a slice is
a stretch of places. Charges are written by place, so the bytes do not tell how many slices there
were, which follows from the files in which usage came.
"""

from typing import Final

import polars as pl

from mediation.key_hashes import key_hashes
from settlement.rating.snapshot import RatingSnapshot

SLICE_EVENTS: Final = 200_000
PLACES: Final = 2**32
ORDER: Final = ("place", "occurred_at", "record_key", "source", "batch_id", "line")


def slices_for(snapshot: RatingSnapshot, events: int) -> int:
    """Into how many slices so many events are cut."""
    if snapshot.counts_for_carriers or snapshot.combines:
        return 1
    return max(-(-events // SLICE_EVENTS), 1)


def places_of_accounts(subscriptions: pl.DataFrame) -> pl.DataFrame:
    """`account` and `place` for all identifiers (snapshot.SUBSCRIPTIONS), spread evenly."""
    links = subscriptions.select(account="identifier", customer="customer").unique()
    links = links.with_columns(group=pl.col("customer").rank("dense").cast(pl.Int64) - 1)
    while True:
        joined = links.with_columns(pl.col("group").min().over("account"))
        joined = joined.with_columns(pl.col("group").min().over("customer"))
        if joined["group"].equals(links["group"]):
            break
        links = joined
    groups = int(links["customer"].n_unique())
    place = pl.col("group") * PLACES // max(groups, 1)
    return links.select("account", place=place).unique()


def placed(usage: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """Usage with the `place` of each record, by `places_of_accounts`."""
    known = accounts.cast({"account": usage.schema["account"]})
    place = usage.select("account").join(known, on="account", how="left", maintain_order="left")
    named = usage.with_columns(place["place"])
    unknown = named["place"].is_null().arg_true()
    if unknown.is_empty():
        return named
    spread = (key_hashes(named["record_key"].gather(unknown)) % PLACES).cast(pl.Int64)
    return named.with_columns(place=named["place"].scatter(unknown, spread))


def slices_of(places: pl.Series, count: int) -> pl.Series:
    """The slice of each place, from 0 to `count` - 1: slices are stretches of places."""
    return (places * count // PLACES).cast(pl.UInt32)


def by_place(placed_usage: pl.DataFrame) -> pl.DataFrame:
    """Usage in the order in which charges are written: by place, then by time, key and source."""
    order = placed_usage.select(pl.arg_sort_by(*ORDER[:2])).to_series()
    as_sorted = placed_usage.select(ORDER[:2]).select(pl.all().gather(order))
    same = pl.all_horizontal(pl.all() == pl.all().shift()).fill_null(False)
    again = as_sorted.select(same).to_series()
    # Numbers are sorted soonest, and texts are looked at where those do not decide.
    tied = (again | again.shift(-1, fill_value=False)).arg_true()
    among = order.gather(tied)
    keys = placed_usage.select(ORDER).select(pl.all().gather(among))
    keys = keys.cast({"source": pl.String, "batch_id": pl.String})
    order = order.scatter(tied, among.gather(keys.select(pl.arg_sort_by(*ORDER)).to_series()))
    return placed_usage.drop("place").select(pl.all().gather(order))
