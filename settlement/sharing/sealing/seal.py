"""Rated charges as leaves of a tree, in columns: one leaf for 256 rows (decision 0011).

A row tells the number of the event within its revenue, in the order of time, the part, when it
occurred and the exact amount times 3600. Which record it was is sealed beside the rows: a leaf
begins with the hash of the sources and keys of its rows, which are not told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NamedTuple
from uuid import UUID

import polars as pl

from settlement.sharing.sealing import merkle

ROWS_OF_A_LEAF: Final = 256
REVENUE: Final = ("terms", "product", "currency")
EVENT: Final = ("occurred_at", "source", "record_key", "part")
# What is read of rated charges (rated_batch.RATED).
COLUMNS: Final = (*REVENUE, *EVENT, "amount_3600")


class Leaf(NamedTuple):
    """Rows of a revenue as text, and the hash of the keys of their records."""

    keys: str
    rows: str

    @property
    def text(self) -> str:
        """What is hashed."""
        return f"{self.keys}\r\n{self.rows}"


@dataclass(frozen=True, slots=True)
class Sealed:
    """The leaves of one revenue; `events` is how many events they tell of."""

    terms_id: UUID
    product: str
    currency: str
    events: int
    leaves: tuple[Leaf, ...]

    @property
    def root(self) -> str:
        """The root over the leaves."""
        return merkle.root([each.text for each in self.leaves])


class Seal(NamedTuple):
    """The root over the events of a revenue in one month, and how many there are."""

    period_id: UUID
    terms_id: UUID
    product: str
    currency: str
    events: int
    root: str


def sealed(charges: pl.DataFrame) -> list[Sealed]:
    """The leaves of each revenue of rated charges with COLUMNS, in the order of the revenues."""
    found: dict[tuple[str, str, str], list[tuple[Leaf, int]]] = {}
    for terms, product, currency, leaf, last in _leaves(charges):
        found.setdefault((terms, product, currency), []).append((leaf, last))
    return [
        Sealed(UUID(terms), product, currency, leaves[-1][1], tuple(leaf for leaf, _ in leaves))
        for (terms, product, currency), leaves in found.items()
    ]


def _leaves(charges: pl.DataFrame) -> Iterator[tuple[str, str, str, Leaf, int]]:
    by_leaf = (
        _numbered(charges)
        .with_columns(
            row=pl.concat_str(
                "event", "part", _instant("occurred_at"), _amount("amount_3600"), separator=","
            ),
            key=pl.concat_str("source", "record_key", separator="\t"),
            leaf=pl.col("place") // ROWS_OF_A_LEAF,
        )
        .group_by("revenue", "leaf", maintain_order=True)
        .agg(
            *(pl.col(name).first() for name in REVENUE),
            pl.col("key").str.join("\n"),
            pl.col("row").str.join("\r\n"),
            pl.col("event").last(),
        )
    )
    wanted = by_leaf.select(*REVENUE, "key", "row", "event")
    for terms, product, currency, keys, rows, last in wanted.iter_rows():
        yield terms, product, currency, Leaf(sha256(keys.encode()).hexdigest(), rows), last


def _numbered(charges: pl.DataFrame) -> pl.DataFrame:
    """Rows by revenue and time, with their place in the revenue and the number of their event.

    Revenues are sorted by a number of their own, after time: with their texts in one key with the
    rest, millions of rows take ten times as long.
    """
    revenues = charges.select(REVENUE).unique().sort(REVENUE).with_row_index("revenue")
    by_time = charges.join(revenues, on=REVENUE).sort(*EVENT)
    ordered = by_time.sort("revenue", maintain_order=True).with_row_index("row")
    begins = _differs("revenue")
    counted = ordered.with_columns(
        begins=begins,
        events=(begins | _differs("source") | _differs("record_key")).cast(pl.Int64).cum_sum(),
    )

    def at_begin(name: str) -> pl.Expr:
        return pl.when("begins").then(name).forward_fill()

    return counted.with_columns(
        place=pl.col("row") - at_begin("row"), event=pl.col("events") - at_begin("events") + 1
    )


def _differs(name: str) -> pl.Expr:
    """Whether a row has another value than the one before; the first one does."""
    return (pl.col(name) != pl.col(name).shift(1)).fill_null(value=True)


def _instant(name: str) -> pl.Expr:
    return pl.col(name).dt.to_string("%Y-%m-%dT%H:%M:%S%.6f+00:00")


def _amount(name: str) -> pl.Expr:
    """A decimal as text, without zeros at its end."""
    text = pl.col(name).cast(pl.String)
    return (
        pl.when(text.str.contains(".", literal=True))
        .then(text.str.strip_chars_end("0").str.strip_chars_end("."))
        .otherwise(text)
    )
