"""What an import would change in a rate deck: which prices are new, rise, fall or go on.

A price takes the place of one of the same prefix, band and priority that holds until the new one
begins (`service.import_deck`). Prices that the import does not name go on.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

_KEY: Final = ("prefix", "band", "priority")
_BESIDES: Final = ("connection_fee", "first_increment", "next_increment")


@dataclass(frozen=True, slots=True)
class DeckChanges:
    """Counts of prices; `otherwise` changes the connection fee or increments alone.

    `not_named` are prices of the deck that go on because the import does not name them.
    `least_notice_days` is from today until the first price that rises; None where none does.
    """

    new: int
    increased: int
    decreased: int
    otherwise: int
    unchanged: int
    not_named: int
    least_notice_days: int | None


def deck_changes(
    before: pl.DataFrame, coming: pl.DataFrame, valid_from: date, today: date
) -> DeckChanges:
    """Compare what a deck holds with an import; both are frames of RATES.

    Rows of the import begin on their own day, or on `valid_from`.
    """
    rows = coming.with_columns(pl.col("valid_from").fill_null(valid_from))
    beside = rows.join(before, on=_KEY, how="left", suffix="_before", nulls_equal=True)
    # Of earlier prices the one that holds until the new one begins; an older one has ended.
    begins, was_from = pl.col("valid_from"), pl.col("valid_from_before").fill_null(date.min)
    until = pl.col("valid_until_before").fill_null(date.max)
    held = pl.col("price_before").is_not_null() & (was_from < begins) & (until >= begins)
    known = beside.filter(held).with_columns(kind=_kind())
    counts = dict(known.group_by("kind").len().iter_rows())
    first_rise = known.filter(pl.col("kind") == "increased")["valid_from"].min()
    going_on = pl.col("valid_until").is_null() | (pl.col("valid_until") > valid_from)
    return DeckChanges(
        new=rows.height - known.height,
        increased=counts.get("increased", 0),
        decreased=counts.get("decreased", 0),
        otherwise=counts.get("otherwise", 0),
        unchanged=counts.get("unchanged", 0),
        not_named=before.filter(going_on).join(rows, on=_KEY, how="anti", nulls_equal=True).height,
        least_notice_days=(first_rise - today).days if isinstance(first_rise, date) else None,
    )


def _kind() -> pl.Expr:
    price, was = pl.col("price"), pl.col("price_before")
    besides = pl.any_horizontal(
        pl.col(name).ne_missing(pl.col(f"{name}_before")) for name in _BESIDES
    )
    return (
        pl.when(price > was)
        .then(pl.lit("increased"))
        .when(price < was)
        .then(pl.lit("decreased"))
        .when(besides)
        .then(pl.lit("otherwise"))
        .otherwise(pl.lit("unchanged"))
    )
