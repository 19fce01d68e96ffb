"""Cut a month's usage by who pays for it, so that what is counted together stays together.

Allowances and tiers count the usage of a subscription, a contract or a customer. So a slice has
whole customers, and customers between whom a number has moved go together. Usage that nobody here
pays for is spread by its key. Where a carrier's charges count what came before them, or legs of a
session are combined, which may be of several customers, nothing is cut.
"""

from typing import Final

import polars as pl

from mediation.key_hashes import key_hashes
from settlement.rating.snapshot import RatingSnapshot

SLICE_EVENTS: Final = 250_000


def slices_for(snapshot: RatingSnapshot, events: int) -> int:
    """Into how many slices so many events are cut."""
    carriers = set(snapshot.trunks["tariff"])
    counted = any(
        section.allowances or section.tiers
        for version in snapshot.versions
        if version.code in carriers
        for section in version.every_section
    )
    return 1 if counted or snapshot.combines else max(-(-events // SLICE_EVENTS), 1)


def slices_of_accounts(subscriptions: pl.DataFrame, count: int) -> pl.DataFrame:
    """`account` and `slice` for all identifiers (snapshot.SUBSCRIPTIONS), from 0 to `count` - 1."""
    links = subscriptions.select(account="identifier", customer="customer").unique()
    links = links.with_columns(group=pl.col("customer").rank("dense").cast(pl.Int64) - 1)
    while True:
        joined = links.with_columns(pl.col("group").min().over("account"))
        joined = joined.with_columns(pl.col("group").min().over("customer"))
        if joined["group"].equals(links["group"]):
            break
        links = joined
    groups = int(links["customer"].n_unique())
    number = (pl.col("group") * count // max(groups, 1)).cast(pl.UInt32)
    return links.select("account", slice=number).unique()


def sliced(usage: pl.DataFrame, accounts: pl.DataFrame, count: int) -> pl.Series:
    """The slice of each record of usage, by `slices_of_accounts`."""
    known = usage.select("account").join(accounts, on="account", how="left", maintain_order="left")
    slices = known["slice"]
    unknown = slices.is_null().arg_true()
    if unknown.is_empty():
        return slices
    spread = key_hashes(usage["record_key"].gather(unknown)) % count
    return slices.scatter(unknown, spread.cast(pl.UInt32))
