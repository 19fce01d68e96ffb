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
from settlement.sharing.sealing.numbering import (
    EVENT,
    REVENUE,
    Numbered,
    nothing_before,
    numbered,
    with_categories,
)
from settlement.sharing.sealing.row_texts import AMOUNTS, UNITS, keys_of_leaves, rows_of_leaves

ROWS_OF_A_LEAF: Final = 256
RULED: Final = ":"
MEASURES: Final = {AMOUNTS: ("amount_3600",), UNITS: ("counts", "units")}


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
    """The leaves of each revenue of rated charges (numbering), in their order."""
    found: dict[tuple[str, ...], list[tuple[Leaf, int]]] = {}
    for revenue, leaf, last in _leaves(numbered(_told(charges, what), nothing_before()), what):
        found.setdefault(revenue, []).append((leaf, last))
    return [
        Sealed(*_revenue(revenue), leaves[-1][1], tuple(leaf for leaf, _ in leaves))
        for revenue, leaves in sorted(found.items())
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
        self._before = nothing_before()

    def whole_leaves(self, charges: pl.DataFrame) -> Numbered:
        """The rows of leaves that are full with these rated charges, all later than those before;
        `hash` them in the order in which they are given, maybe while the next are put in order.
        """
        told = _told(charges, self._what)
        if self._left is not None:
            told = pl.concat([self._left, told])
        found = numbered(told, self._before)
        counts = found.rows.group_by("revenue").len("rows").sort("revenue")["rows"]
        whole = counts // ROWS_OF_A_LEAF * ROWS_OF_A_LEAF
        is_whole = found.rows["place"] < whole.gather(found.rows["revenue"])
        full = found.where(is_whole)
        self._left = found.where(~is_whole).charges()
        kept = self._before.join(full.last, on=REVENUE, how="anti")
        self._before = pl.concat([kept, full.last])
        return full

    def hash(self, rows: Numbered) -> None:
        """Take the leaves of such rows."""
        for revenue, leaf, last in _leaves(rows, self._what):
            self._hashes.setdefault(revenue, []).append(merkle.leaf(leaf.text))
            self._events[revenue] = last

    def roots(self) -> list[tuple[UUID, str, str, str | None, str, int, str]]:
        """What a seal says but the period, of each revenue, in their order; the end."""
        if self._left is not None:
            self.hash(numbered(self._left, self._before))
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
    charges = with_categories(charges)
    if what == AMOUNTS:
        return charges.select(*REVENUE, *EVENT, *MEASURES[what])
    is_back = pl.col("amount_3600").sum() < 0
    sign = pl.when(is_back).then(-1).otherwise(1).cast(pl.Int64)
    of_event = charges.group_by(*REVENUE, *EVENT[:-1]).agg(
        part=pl.lit(1, pl.Int16), counts=sign, units=pl.col("billed_units").sum() * sign
    )
    return of_event.select(*REVENUE, *EVENT, *MEASURES[what])


def _leaves(found: Numbered, what: str) -> Iterator[tuple[tuple[str, ...], Leaf, int]]:
    """Revenue, leaf and the number of its last event; each revenue begins a leaf."""
    rows = found.rows
    if rows.is_empty():
        return
    starts = (rows["place"] % ROWS_OF_A_LEAF == 0).arg_true()
    revenues = found.revenues.rows()
    lasts = rows["event"].gather([*starts[1:] - 1, rows.height - 1])
    leaves = zip(
        rows["revenue"].gather(starts),
        keys_of_leaves(rows, starts),
        rows_of_leaves(rows, starts, what),
        lasts,
        strict=True,
    )
    for revenue, keys, texts, last in leaves:
        yield revenues[revenue], Leaf(sha256(keys).hexdigest(), str(texts, "utf-8")), last
