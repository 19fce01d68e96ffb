"""What usage of chosen subscriptions cost on each local day, from the rated charges."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from uuid import UUID

import polars as pl

from currencies.amounts import totals

_KEY = ("agreement", "kind", "product", "occurred_on")


def daily_usage(
    charges: pl.LazyFrame, subscriptions: Collection[UUID]
) -> dict[tuple[UUID, str, str], dict[date, Decimal]]:
    """Exact amounts times 3600 by subscription, kind and product, and then by day."""
    if not subscriptions:
        return {}
    wanted = pl.col("agreement").is_in([str(each) for each in subscriptions])
    chosen = charges.filter(pl.col("side") == "customer", wanted).collect()
    found: dict[tuple[UUID, str, str], dict[date, Decimal]] = defaultdict(dict)
    rows = totals(chosen, _KEY, "amount_3600").select(*_KEY, "amount_3600").iter_rows()
    for agreement, kind, product, day, amount in rows:
        found[UUID(agreement), kind, product or ""][day] = amount
    return found
