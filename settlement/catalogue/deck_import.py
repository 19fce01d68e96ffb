"""Read a rate deck out of a delimited file, as carriers send it.

No two senders agree on columns, delimiter, decimal mark or unit, so a layout says them:

    columns = {prefix = "PREFIX", destination = "DESTINATION", price = "RATE"}
    delimiter = ","     decimal = ","     unit_factor = "1"     encoding = "utf-8"

A column is named by its heading, or by its number from 1 in a file without headings.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import polars as pl

from i18n.errors import Invalid
from mediation.formats.lines import read_lines, split_fields
from settlement.catalogue.deck_reading import (
    DeckRead,
    Finding,
    Spelling,
    WrittenRow,
    read_rows,
)

DELIMITERS: Final = (",", ";", "\t", "|")
MOST_COLUMNS: Final = 100


class DeckNotText(Invalid):
    """The deck is not {encoding} text. Name the encoding in which it was written."""


class DeckEmpty(Invalid):
    """The deck has no line to read. Check that the right file was sent."""


class DeckColumnMissing(Invalid):
    """The deck has no column {column}. Its columns are: {found}."""


@dataclass(frozen=True, slots=True)
class DeckLayout:
    """How one sender writes decks; `columns` names, by field of FIELDS, a heading or a number."""

    columns: Mapping[str, str | int]
    delimiter: str = ","
    encoding: str = "utf-8"
    spelling: Spelling = field(default_factory=Spelling)

    @property
    def has_headings(self) -> bool:
        """Whether the first line names the columns."""
        return any(isinstance(column, str) for column in self.columns.values())


def read_deck(content: bytes, layout: DeckLayout, valid_from: date) -> DeckRead:
    """Read a file; rows without a day of their own hold from `valid_from`.

    Raises DeckNotText, DeckEmpty and DeckColumnMissing where the file as a whole cannot be read;
    single rows never raise.
    """
    lines = read_lines(content, layout.encoding)
    if lines is None:
        raise DeckNotText(encoding=layout.encoding)
    if lines.records.is_empty():
        raise DeckEmpty
    width = _width(lines.records["raw"][0], layout)
    split = split_fields(lines.records, layout.delimiter, (width, width))
    headings = split.rows.head(1) if layout.has_headings else split.rows.clear()
    positions = _positions(headings, layout, width)
    rejected = pl.concat([lines.rejected, split.rejected]).select("line", "reason", "raw")
    return read_rows(
        _written(split.rows.slice(headings.height), positions),
        valid_from,
        layout.spelling,
        (Finding(line, reason, raw[:60]) for line, reason, raw in rejected.iter_rows()),
    )


def _width(first_line: str, layout: DeckLayout) -> int:
    """How many fields each line must have: as many as the first has."""
    line = pl.DataFrame({"line": [1], "raw": [first_line]}, schema_overrides={"line": pl.Int64})
    for width in range(1, MOST_COLUMNS + 1):
        if not split_fields(line, layout.delimiter, (width, width)).rows.is_empty():
            return width
    raise DeckColumnMissing(column=next(iter(layout.columns.values())), found=first_line[:60])


def _positions(headings: pl.DataFrame, layout: DeckLayout, width: int) -> dict[str, int]:
    """The 1-based position of each field."""
    if headings.is_empty():
        found = {number: number for number in range(1, width + 1)}
        wanted = dict(layout.columns)
    else:
        texts = headings.select(pl.exclude("line", "raw")).row(0)
        found = {_heading(text): number for number, text in enumerate(texts, start=1)}  # type: ignore[misc]
        wanted = {name: _heading(str(column)) for name, column in layout.columns.items()}
    for column in wanted.values():
        if column not in found:
            raise DeckColumnMissing(column=column, found=", ".join(map(str, found)))
    return {name: found[column] for name, column in wanted.items()}  # type: ignore[index]


def _heading(text: str | None) -> str:
    return (text or "").strip().casefold()


def _written(rows: pl.DataFrame, positions: Mapping[str, int]) -> Iterator[WrittenRow]:
    columns = [f"field_{position}" for position in positions.values()]
    for line, *texts in rows.select("line", *columns).iter_rows():
        named = zip(positions, texts, strict=True)
        yield WrittenRow(
            line, {name: text.strip() for name, text in named if text and text.strip()}
        )
