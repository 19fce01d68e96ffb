"""Find the best row for a number: prefixes laid out as intervals, one binary search finds all.

A prefix is the interval of the numbers that begin with it, in the order of texts. A number becomes
one integer in that order: its digits filled up with zeros to 17 places, times 32, plus how many
digits it has; so 48 comes before 480, which is a longer text. Nested intervals are cut
into pieces that do not overlap, and each piece knows its best row in each slot of the week: the
longest prefix that has one, then the highest priority (rules R20, R21).

Rows come and go on local dates. The dates on which something changes cut time into slices; a
slice is laid out when usage first falls into it.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import polars as pl

from i18n.errors import Conflict
from settlement.catalogue.rate_deck import LONGEST_PREFIX

LENGTHS: Final = 32
END_OF_NUMBERS: Final = 10**LONGEST_PREFIX * LENGTHS

Best = tuple[int | None, ...]


class AmbiguousPrice(Conflict):
    """Prefix {prefix} has two prices of priority {priority} at the same time. Remove one."""


class _Rate(NamedTuple):
    prefix: str
    slots: tuple[int, ...]
    priority: int
    number: int


class _Slice(NamedTuple):
    """Where each piece begins, and the rate of each piece: slot after slot."""

    starts: pl.Series
    rates: pl.Series


def number_keys(number: pl.Expr) -> pl.Expr:
    """Numbers as integers in the order of their texts.

    What is missing or not all digits has the empty text's place: the empty prefix alone fits it.
    """
    digits = number.str.pad_end(LONGEST_PREFIX, "0").str.slice(0, LONGEST_PREFIX)
    length = number.str.len_bytes().clip(0, LONGEST_PREFIX).cast(pl.Int64)
    key = digits.cast(pl.Int64, strict=False) * LENGTHS + length
    # A sign would be read as part of an integer.
    return pl.when(~number.str.contains(r"^[+-]")).then(key).fill_null(0)


class Prefixes:
    """Rows by `prefix`, `band` and local date (`valid_from`, `valid_until`), with a `priority`.

    `slots` are the sets of bands that hold at some time of the week.
    """

    def __init__(self, rows: pl.DataFrame, slots: Sequence[frozenset[str]]) -> None:
        self._rows = rows
        self._slots = slots
        changes = pl.concat([rows["valid_from"], rows["valid_until"]]).drop_nulls()
        self._changes = changes.unique().sort().cast(pl.Int32)
        self._slices: dict[int, _Slice] = {}

    def find(self, numbers: pl.Series, slots: pl.Series, local_days: pl.Series) -> pl.Series:
        """The row for each number key, or null where there is none."""
        if self._changes.is_empty():
            return self._find_in(0, numbers, slots)
        asked = pl.DataFrame({"number": numbers, "slot": slots}).with_columns(
            slice=self._changes.search_sorted(local_days, side="right")
        )
        found = pl.repeat(None, len(asked), dtype=pl.UInt32, eager=True)
        for number in asked["slice"].unique().sort():
            inside = (asked["slice"] == number).arg_true()
            part = asked[inside]
            found = found.scatter(inside, self._find_in(number, part["number"], part["slot"]))
        return found

    def _find_in(self, number: int, numbers: pl.Series, slots: pl.Series) -> pl.Series:
        if number not in self._slices:
            self._slices[number] = self._lay_out(number)
        starts, rates = self._slices[number]
        piece = starts.search_sorted(numbers, side="right").cast(pl.Int64) - 1
        if len(self._slots) > 1:
            piece = piece + slots.cast(pl.Int64) * len(starts)
        return rates.gather(piece)

    def _lay_out(self, number: int) -> _Slice:
        count = len(self._slots)
        starts: list[int] = []
        pieces: list[Best] = []
        for start, best in _pieces(_best(self._active(number), count), count):
            if starts and starts[-1] == start:
                pieces[-1] = best
            else:
                starts.append(start)
                pieces.append(best)
        by_slot = [best[slot] for slot in range(count) for best in pieces]
        return _Slice(pl.Series(starts, dtype=pl.Int64), pl.Series(by_slot, dtype=pl.UInt32))

    def _active(self, number: int) -> Iterator[_Rate]:
        """The rows that are valid throughout a slice, by prefix."""
        slots = {
            band: tuple(slot for slot, names in enumerate(self._slots) if band in names)
            for band in {name for names in self._slots for name in names}
        }
        always = tuple(range(len(self._slots)))
        rows = self._rows.with_row_index("number")
        if number > 0:
            begins = pl.col("valid_from").cast(pl.Int32)
            ends = pl.col("valid_until").cast(pl.Int32)
            first = self._changes[number - 1]
            rows = rows.filter(
                (begins.is_null() | (begins <= first)) & (ends.is_null() | (ends > first))
            )
        elif not self._changes.is_empty():
            rows = rows.filter(pl.col("valid_from").is_null())
        rows = rows.select("prefix", "band", "priority", "number").sort("prefix", "number")
        for prefix, band, priority, row in rows.iter_rows():
            holding = always if band is None else slots.get(band, ())
            yield _Rate(prefix, holding, priority, row)


def _best(rates: Iterator[_Rate], count: int) -> Iterator[tuple[str, Best]]:
    """The best rate of each prefix in each slot; rates come sorted by prefix."""
    prefix: str | None = None
    best: list[_Rate | None] = []
    for rate in rates:
        if rate.prefix != prefix:
            if prefix is not None:
                yield prefix, tuple(None if each is None else each.number for each in best)
            prefix, best = rate.prefix, [None] * count
        for slot in rate.slots:
            best[slot] = _better(best[slot], rate)
    if prefix is not None:
        yield prefix, tuple(None if each is None else each.number for each in best)


def _better(one: _Rate | None, other: _Rate) -> _Rate:
    if one is None or other.priority > one.priority:
        return other
    if other.priority == one.priority:
        raise AmbiguousPrice(prefix=other.prefix, priority=other.priority)
    return one


def _pieces(best_of: Iterator[tuple[str, Best]], count: int) -> Iterator[tuple[int, Best]]:
    """Cut nested prefixes into pieces; a later piece with the same start replaces the former."""
    nothing: Best = (None,) * count
    yield 0, nothing
    # The prefixes that the current one lies in, with their ends; they come sorted as texts.
    around: list[tuple[int, Best]] = [(END_OF_NUMBERS, nothing)]
    for prefix, own in best_of:
        start, end = _interval(prefix)
        yield from _closed(around, start)
        inherited = around[-1][1]
        best = tuple(
            outer if inner is None else inner for inner, outer in zip(own, inherited, strict=True)
        )
        yield start, best
        around.append((end, best))
    yield from _closed(around, END_OF_NUMBERS - 1)


def _closed(around: list[tuple[int, Best]], start: int) -> Iterator[tuple[int, Best]]:
    while around[-1][0] <= start:
        end, _ = around.pop()
        yield end, around[-1][1]


def _interval(prefix: str) -> tuple[int, int]:
    first = int(prefix.ljust(LONGEST_PREFIX, "0"))
    width = 10 ** (LONGEST_PREFIX - len(prefix))
    return first * LENGTHS + len(prefix), (first + width) * LENGTHS
