"""What one call to each prefix would cost by each outgoing trunk now: asked of the rating itself.

A call that nobody made is laid out as usage for each prefix and trunk, and rated like any other, so
bands, increments, connection fees, zones and cases count as they would on the carrier's invoice.
An allowance or commitment of the month does not make a call cheaper here: it is the list price.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

import polars as pl

from mediation.usage import USAGE_SCHEMA
from settlement.rating.kernel import rate
from settlement.rating.list_prices import event_prices
from settlement.rating.sides import OUTGOING
from settlement.rating.snapshot import RatingSnapshot

# `amount_3600` is the exact price of the call times 3600; `by_tiers`, that a month decides it.
QUOTED: Final = (
    "prefix",
    "trunk",
    "agreement",
    "destination",
    "currency",
    "amount_3600",
    "by_tiers",
)
_ASKED: Final = "route"


def prefixes_under(priced: Iterable[pl.DataFrame], under: str) -> list[str]:
    """The prefixes of decks and zone plans that begin with one, and that one itself; in order.

    Without one they are all there are. A frame has a column `prefix`.
    """
    found = {prefix for frame in priced for prefix in frame["prefix"] if prefix.startswith(under)}
    return sorted(found | {under}) if under else sorted(found)


def quoted(
    snapshot: RatingSnapshot, prefixes: Sequence[str], at: dt.datetime, seconds: int
) -> pl.DataFrame:
    """A row of QUOTED for each prefix and outgoing trunk that has a price at the instant."""
    trunks = snapshot.trunks.filter(pl.col("direction") == "outgoing")["trunk"].unique().sort()
    calls = _calls(prefixes, trunks, at, seconds)
    charges = rate(calls, snapshot, (OUTGOING,)).charges
    of_call = charges.group_by("record_key").agg(
        pl.col("destination", "currency", "agreement").first(),
        by_tiers=pl.col("tier").is_not_null().any(),
    )
    listed = event_prices(charges).select("record_key", amount_3600="listed_3600")
    named = calls.select("record_key", prefix="b_number", trunk="trunk_out")
    joined = named.join(of_call, on="record_key").join(listed, on="record_key")
    return joined.select(QUOTED).sort("prefix", "trunk")


def _calls(
    prefixes: Sequence[str], trunks: pl.Series, at: dt.datetime, seconds: int
) -> pl.DataFrame:
    numbers = pl.DataFrame({"b_number": prefixes}, schema={"b_number": pl.String()})
    asked = numbers.join(trunks.to_frame("trunk_out"), how="cross").with_row_index("line")
    given = asked.with_columns(
        pl.lit(_ASKED).alias("source"),
        pl.lit(_ASKED).alias("batch_id"),
        pl.col("line").cast(pl.String).alias("record_key"),
        pl.lit("voice").alias("kind"),
        pl.lit("outgoing").alias("direction"),
        pl.lit(at).alias("occurred_at"),
        pl.lit(at).alias("arrived_at"),
        pl.lit(seconds).alias("duration_seconds"),
        pl.lit(1).alias("quantity"),
        pl.lit("piece").alias("unit"),
    )
    absent = (pl.lit(None).alias(name) for name in USAGE_SCHEMA if name not in given.columns)
    return given.with_columns(absent).select(USAGE_SCHEMA.keys()).cast(pl.Schema(USAGE_SCHEMA))
