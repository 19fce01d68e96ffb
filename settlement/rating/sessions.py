"""Combine the legs of a session: the sum, the dearest, or the first that costs anything (rule R25).

A session is what records of one source with one `session_id` are. Each leg is rated by its own
rule; then, for each side and agreement, the `combination` of the tariff version of the earliest leg
(by event time, then event id) says which legs are charged:

- `sum`: all of them;
- `max`: the one with the highest charge, of equal ones the earliest;
- `first_chargeable`: the earliest whose charge is not zero; where there is none, all (0.00 each).

Any other leg is set aside: it stays listed, what it would have cost stands in `set_aside_3600`, and
it is charged nothing. Its allowance and its place in the tiers it has used all the same.

Which leg is charged can only be said when all of them are known. So where one leg is suspended, the
others wait with it, unless their charges are simply added up.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from currencies.amounts import AMOUNT, totals
from settlement.catalogue.tariff import TariffVersion

COMBINATION: Final = "combination"
_SESSION: Final = ("source", "session_id", "side", "balance", "agreement")
_LEG: Final = (*_SESSION, "row")


def rows_that_wait(usage: pl.DataFrame, combined: pl.Series, suspended: pl.Series) -> pl.Series:
    """Rows of legs that are combined (`combined`) in sessions of which another leg is suspended."""
    sessions = usage.select("source", "session_id").with_row_index("row")
    waiting = sessions[suspended].drop_nulls("session_id").select("source", "session_id").unique()
    wait = sessions[combined.unique().sort()].join(
        waiting, on=["source", "session_id"], how="semi", maintain_order="left"
    )
    return wait.filter(~pl.col("row").is_in(suspended.implode()))["row"]


def combined(
    charges: pl.DataFrame, usage: pl.DataFrame, versions: Sequence[TariffVersion]
) -> pl.DataFrame:
    """Charges with the legs set aside that the tariff does not charge; `row` numbers the usage."""
    rules = {version.id: version.combination for version in versions}
    named = charges.with_columns(usage["session_id"].gather(charges["row"]))
    in_sessions = named.filter(pl.col("session_id").is_not_null())
    legs = totals(in_sessions, _LEG, "amount_3600", pl.col("tariff_version").first())
    order = usage.select("occurred_at", "record_key")[legs["row"]]
    legs = pl.concat([legs, order], how="horizontal").sort("occurred_at", "record_key")
    rule = pl.col("tariff_version").first().replace_strict(rules).over(_SESSION)
    legs = legs.with_columns(rule=rule).filter(pl.col("rule") != "sum")
    chosen = pl.concat([_dearest(legs), _first_chargeable(legs)])
    aside = legs.join(chosen.select(_SESSION), on=_SESSION, how="semi").join(
        chosen.select(_LEG), on=_LEG, how="anti"
    )
    return _set_aside(charges, aside)


def _dearest(legs: pl.DataFrame) -> pl.DataFrame:
    dear = legs.filter(pl.col("rule") == "max")
    dear = dear.sort("amount_3600", descending=True, maintain_order=True)
    return dear.unique(_SESSION, keep="first", maintain_order=True)


def _first_chargeable(legs: pl.DataFrame) -> pl.DataFrame:
    costing = legs.filter((pl.col("rule") == "first_chargeable") & (pl.col("amount_3600") != 0))
    return costing.unique(_SESSION, keep="first", maintain_order=True)


def _set_aside(charges: pl.DataFrame, legs: pl.DataFrame) -> pl.DataFrame:
    """Charge nothing for these legs; what was billed of them becomes free."""
    key = ["row", "side", "balance", "agreement"]
    marked = charges.join(
        legs.select(*key, is_aside=pl.lit(True)), on=key, how="left", maintain_order="left"
    )
    is_aside = pl.col("is_aside").fill_null(False) & (pl.col("covered_by") == "charge")
    aside = pl.when(is_aside)
    return marked.with_columns(
        covered_by=aside.then(pl.lit(COMBINATION, charges.schema["covered_by"])).otherwise(
            "covered_by"
        ),
        free_units=aside.then(pl.col("free_units") + pl.col("billed_units")).otherwise(
            "free_units"
        ),
        billed_units=aside.then(0).otherwise("billed_units"),
        set_aside_3600=aside.then("amount_3600"),
        amount_3600=aside.then(pl.lit(0).cast(AMOUNT)).otherwise("amount_3600"),
    ).drop("is_aside")
