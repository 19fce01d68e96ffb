"""What visitors did on our network, by their home network: rated charges with the usage behind.

The home network is a carrier that pays for what came in by the trunk of its TADIG code; the account
of such usage is the visitor's IMSI. Parts of one call are one event.
"""

from collections import defaultdict
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from currencies.amounts import HOUR, totals
from mediation.formats.tap_writing import VisitedEvent

CALL = ("batch_id", "line")
SAID = ("account", "a_number", "b_number")


def visits(
    charges: pl.DataFrame, usage: pl.DataFrame, time_zone: str
) -> dict[str, list[VisitedEvent]]:
    """Events by the code of the home network, each in the order of their start.

    `charges` are rated_batch.RATED that a carrier owes us under one agreement; `usage` is the
    canonical usage behind them.
    """
    by = (*CALL, "record_key", "occurred_at", "kind", "trunk", "product")
    events = totals(
        charges.sort("part"),
        by,
        "amount_3600",
        pl.col("connected_seconds").sum().alias("seconds"),
        pl.col("billed_units").sum().alias("billed"),
        pl.col("quantity").first(),
    )
    told = events.join(
        usage.select(*CALL, *SAID, "duration_seconds"), on=CALL, how="left", maintain_order="left"
    )
    zone = ZoneInfo(time_zone)
    found: dict[str, list[VisitedEvent]] = defaultdict(list)
    for row in told.sort("occurred_at", "record_key").iter_rows(named=True):
        found[row["trunk"] or ""].append(_event(row, zone))
    return dict(sorted(found.items()))


def _event(row: dict[str, Any], zone: ZoneInfo) -> VisitedEvent:
    is_call = row["kind"] == "voice"
    seconds = row["seconds"] if is_call else row["duration_seconds"]
    return VisitedEvent(
        key=row["record_key"],
        kind=row["kind"],
        imsi=row["account"] or "",
        msisdn=row["a_number"] or "",
        other=row["b_number"] or "",
        product=row["product"] or "",
        began_at=row["occurred_at"].astimezone(zone),
        seconds=seconds or 0,
        used=row["seconds"] if is_call else row["quantity"],
        billed=row["billed"],
        charge=Fraction(row["amount_3600"]) / HOUR,
    )
