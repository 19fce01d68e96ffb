"""Rated charges as leaves of a tree, in columns: one leaf for 256 rows (decision 0011).

A row tells the number of the event within its revenue, in the order of time, the part, when it
occurred and the exact amount times 3600. Where terms give amounts for units there is a second tree,
whose rows tell number, time, 1 or -1 for an event that takes back, and so many units (decision
0016). Which record it was is sealed beside the rows: a leaf begins with the hash of the sources and
keys of its rows, which are not told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NamedTuple
from uuid import UUID

import polars as pl

from settlement.sharing.sealing import merkle

ROWS_OF_A_LEAF: Final = 256
# What the rows of a tree tell of events.
AMOUNTS, UNITS = "amounts", "units"
# `split` is empty for terms without rules, else RULED and the name of the rule.
REVENUE: Final = ("terms", "product", "currency", "split")
RULED: Final = ":"
EVENT: Final = ("occurred_at", "source", "record_key", "part")
# What is read of rated charges (rated_batch.RATED), beside the split.
COLUMNS: Final = ("terms", "product", "currency", *EVENT, "amount_3600", "billed_units")
MEASURES: Final = {AMOUNTS: ("amount_3600",), UNITS: ("counts", "units")}


# Of revenues with leaves already: the event that they end with, and its number.
_BEFORE_ANY: Final = pl.DataFrame(
    schema=dict.fromkeys((*REVENUE, "source", "record_key"), pl.String) | {"event": pl.Int64}
)


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
    """The leaves of one revenue; `events` is how many events they tell of.

    `rule` is the one that splits it (empty: the general split), none of terms without rules.
    """

    terms_id: UUID
    product: str
    currency: str
    rule: str | None
    events: int
    leaves: tuple[Leaf, ...]

    @property
    def root(self) -> str:
        """The root over the leaves."""
        return merkle.root([each.text for each in self.leaves])


class Seal(NamedTuple):
    """The root over the events of a revenue in one month, and how many there are.

    `what` is AMOUNTS or UNITS.
    """

    period_id: UUID
    terms_id: UUID
    product: str
    currency: str
    rule: str | None
    what: str
    events: int
    root: str


class Correction(NamedTuple):
    """A revenue of a closed period that another period, which bears it, corrects."""

    borne_by: UUID
    period_id: UUID
    terms_id: UUID
    product: str
    currency: str
    rule: str | None = None
    what: str = AMOUNTS


def sealed(charges: pl.DataFrame, what: str = AMOUNTS) -> list[Sealed]:
    """The leaves of each revenue of rated charges with COLUMNS and `split`, in their order."""
    found: dict[tuple[str, ...], list[tuple[Leaf, int]]] = {}
    for revenue, leaf, last in _leaves(_numbered(_told(charges, what), _BEFORE_ANY, what), what):
        found.setdefault(revenue, []).append((leaf, last))
    return [
        Sealed(*_revenue(revenue), leaves[-1][1], tuple(leaf for leaf, _ in leaves))
        for revenue, leaves in found.items()
    ]


class Sealing:
    """The roots of revenues by pieces that follow one another in time.

    Of what has been added it holds the hashes of whole leaves, and the rows of those that are not
    full yet. All charges of one instant are in one piece.
    """

    def __init__(self, what: str = AMOUNTS) -> None:
        self._what = what
        self._hashes: dict[tuple[str, ...], list[bytes]] = {}
        self._events: dict[tuple[str, ...], int] = {}
        self._left: pl.DataFrame | None = None
        # The event that each revenue's whole leaves end with.
        self._before = _BEFORE_ANY

    def whole_leaves(self, charges: pl.DataFrame) -> pl.DataFrame:
        """The rows of leaves that are full with these rated charges with COLUMNS and `split`, all
        later than those before; `hash` them in the order in which they are given, maybe while the
        next are put in order.
        """
        told = _told(charges, self._what)
        if self._left is not None:
            told = pl.concat([self._left, told])
        numbered = _numbered(told, self._before, self._what)
        whole = pl.len().over("revenue") // ROWS_OF_A_LEAF * ROWS_OF_A_LEAF
        is_whole = numbered.select(pl.col("place") < whole).to_series()
        full = numbered.filter(is_whole)
        self._left = numbered.filter(~is_whole).select(*REVENUE, *EVENT, *MEASURES[self._what])
        ends = full.group_by(REVENUE, maintain_order=True).last().select(_BEFORE_ANY.columns)
        kept = self._before.join(ends, on=REVENUE, how="anti")
        self._before = pl.concat([kept, ends.cast(_BEFORE_ANY.schema)])
        return full

    def hash(self, numbered: pl.DataFrame) -> None:
        """Take the leaves of such rows."""
        for revenue, leaf, last in _leaves(numbered, self._what):
            self._hashes.setdefault(revenue, []).append(merkle.leaf(leaf.text))
            self._events[revenue] = last

    def roots(self) -> list[tuple[UUID, str, str, str | None, str, int, str]]:
        """What a seal says but the period, of each revenue, in their order; the end."""
        if self._left is not None:
            self.hash(_numbered(self._left, self._before, self._what))
        return [
            (*_revenue(revenue), self._what, self._events[revenue], root)
            for revenue, root in sorted(
                (revenue, merkle.root_of(hashes)) for revenue, hashes in self._hashes.items()
            )
        ]


def _revenue(key: tuple[str, ...]) -> tuple[UUID, str, str, str | None]:
    terms, product, currency, split = key
    return UUID(terms), product, currency, split[len(RULED) :] if split else None


def _told(charges: pl.DataFrame, what: str) -> pl.DataFrame:
    """What the rows of a tree are of: parts of events, or events with their units (unit_counts)."""
    if what == AMOUNTS:
        return charges.select(*REVENUE, *EVENT, *MEASURES[what])
    is_back = pl.col("amount_3600").sum() < 0
    sign = pl.when(is_back).then(-1).otherwise(1).cast(pl.Int64)
    of_event = charges.group_by(*REVENUE, *EVENT[:-1]).agg(
        part=pl.lit(1, pl.Int16), counts=sign, units=pl.col("billed_units").sum() * sign
    )
    return of_event.select(*REVENUE, *EVENT, *MEASURES[what])


def _row(what: str) -> pl.Expr:
    if what == UNITS:
        return pl.concat_str("event", _instant("occurred_at"), "counts", "units", separator=",")
    return pl.concat_str(
        "event", "part", _instant("occurred_at"), _amount("amount_3600"), separator=","
    )


def _leaves(numbered: pl.DataFrame, what: str) -> Iterator[tuple[tuple[str, ...], Leaf, int]]:
    by_leaf = (
        numbered.with_columns(
            row=_row(what),
            # Long texts are put together so in half the time that `concat_str` takes.
            key=pl.format("{}\t{}", "source", "record_key"),
            leaf=pl.col("place") // ROWS_OF_A_LEAF,
        )
        .group_by("revenue", "leaf", maintain_order=True)
        .agg(
            *(pl.col(name).first() for name in REVENUE),
            "key",
            "row",
            pl.col("event").last(),
        )
    )
    # Joined as lists, which takes half the time of joining groups.
    keys, rows = pl.col("key").list.join("\n"), pl.col("row").list.join("\r\n")
    wanted = by_leaf.select(*REVENUE, keys, rows, "event")
    for *revenue, keys, rows, last in wanted.iter_rows():
        hashed = sha256(keys.encode()).hexdigest()
        yield tuple(revenue), Leaf(hashed, rows), last


def _numbered(charges: pl.DataFrame, before: pl.DataFrame, what: str) -> pl.DataFrame:
    """Rows by revenue and time, with their place in the revenue and the number of their event.

    `before` says of revenues what the event before was, and its number; places begin anew.
    Revenues are sorted by a number of their own, after time: with their texts in one key with the
    rest, millions of rows take ten times as long.
    """
    revenues = charges.select(REVENUE).unique().sort(REVENUE).with_row_index("revenue")
    known = before.rename({"source": "source_before", "record_key": "key_before"})
    known = known.rename({"event": "events_before"})
    revenues = revenues.join(known, on=REVENUE, how="left")
    by_time = charges.join(revenues, on=REVENUE).sort(*EVENT)
    ordered = by_time.sort("revenue", maintain_order=True).with_row_index("row")
    begins = _differs("revenue")
    goes_on = (pl.col("source") == pl.col("source_before")) & (
        pl.col("record_key") == pl.col("key_before")
    )
    is_new = (
        pl.when(begins)
        .then(~goes_on.fill_null(value=False))
        .otherwise(_differs("source") | _differs("record_key"))
    )
    counted = ordered.with_columns(begins=begins, is_new=is_new.cast(pl.Int64))
    counted = counted.with_columns(events=pl.col("is_new").cum_sum())

    def at_begin(value: pl.Expr) -> pl.Expr:
        return pl.when("begins").then(value).forward_fill()

    number = pl.col("events") - at_begin(pl.col("events") - pl.col("is_new"))
    return counted.select(
        *REVENUE,
        *EVENT,
        *MEASURES[what],
        "revenue",
        place=pl.col("row") - at_begin(pl.col("row")),
        event=number + pl.col("events_before").fill_null(0),
    )


def _differs(name: str) -> pl.Expr:
    """Whether a row has another value than the one before; the first one does."""
    return (pl.col(name) != pl.col(name).shift(1)).fill_null(value=True)


def _instant(name: str) -> pl.Expr:
    # Without its zone an instant, which is of UTC, is written in half the time.
    return pl.col(name).dt.replace_time_zone(None).dt.to_string("%Y-%m-%dT%H:%M:%S%.6f+00:00")


def _amount(name: str) -> pl.Expr:
    """A decimal as text, without zeros at its end."""
    text = pl.col(name).cast(pl.String)
    return (
        pl.when(text.str.contains(".", literal=True))
        .then(text.str.strip_chars_end("0").str.strip_chars_end("."))
        .otherwise(text)
    )
