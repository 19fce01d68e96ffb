r"""Text files as records: bytes become lines, lines become fields, and a bad line stays one line.

A CSV reader that meets a stray quote swallows what follows, often to the end of the file. Here one
record is one line, and a line is admitted to the reader only after a pattern has shown that it has
well-formed quotes and the right number of fields. The reader then returns exactly one row per
admitted line; everything else is rejected under its own line number with a reason:

    WRONG_ENCODING       bytes that the declared encoding does not have
    NUL_BYTE             a NUL, which no text record holds
    LINE_TOO_LONG        more than 65,536 characters
    WRONG_COLUMN_COUNT   quotes are well formed, the number of fields is not
    UNBALANCED_QUOTES    a quote that is not closed, or text beside a quoted field

The price is that a quoted field may not hold a line break; both halves of such a record are
rejected and seen, nothing is guessed.
"""

import re
from collections.abc import Collection
from typing import NamedTuple

import polars as pl

from mediation.draft import REJECTED_SCHEMA
from mediation.encodings import as_bytes

LINE_LENGTH_MAX = 65_536
RAW_SHOWN_MAX = 1_000
WRONG_COLUMN_COUNT = "WRONG_COLUMN_COUNT"


class Lines(NamedTuple):
    """`records` has line (1-based, Int64) and raw; `cut_off` is the line a file ends in, else 0.

    `ended` is how many lines have an end, blank ones included; `text` is all there is, in UTF-8.
    """

    records: pl.DataFrame
    rejected: pl.DataFrame
    cut_off: int
    ended: int
    text: bytes


class Fields(NamedTuple):
    """`rows` has line, raw and field_1 … field_n, all text; a field nobody wanted is empty."""

    rows: pl.DataFrame
    rejected: pl.DataFrame


def read_lines(content: bytes, encoding: str) -> Lines | None:
    """Split a file into its non-blank lines; None when this cannot be its encoding at all."""
    read = as_bytes(content, encoding)
    if read is None:
        return None
    text, misread = read
    split = split_lines(text)
    is_ended = not text or text.endswith(b"\n")
    lines = split.filter(pl.col("raw").str.strip_chars() != "")
    holds_nul = pl.lit(False)
    if b"\0" in text:
        holds_nul = pl.col("raw").str.contains("\0", literal=True)
    reason = (
        pl.when(pl.col("line").is_in(misread))
        .then(pl.lit("WRONG_ENCODING"))
        .when(holds_nul)
        .then(pl.lit("NUL_BYTE"))
        .when(pl.col("raw").str.len_bytes() > LINE_LENGTH_MAX)
        .then(pl.lit("LINE_TOO_LONG"))
    )
    judged = lines.with_columns(reason=reason)
    return Lines(
        records=judged.filter(pl.col("reason").is_null()).select("line", "raw"),
        rejected=as_rejected(judged.filter(pl.col("reason").is_not_null())),
        cut_off=0 if is_ended else split.height,
        ended=split.height if is_ended else split.height - 1,
        text=text,
    )


def split_fields(
    lines: pl.DataFrame,
    separator: str,
    columns: tuple[int, int],
    quote: str | None = '"',
    wanted: Collection[int] | None = None,
    text: bytes = b"",
) -> Fields:
    """Split lines into `columns[1]` fields; one with fewer, down to `columns[0]`, is filled up.

    Args:
        wanted: the fields to be read; all of them where it is None.
        text: what the lines were split from, if that is at hand: it is read where it stands.
    """
    counts = _field_counts(lines["raw"], separator, columns, quote)
    admitted = lines.with_columns(fields=counts)
    good = admitted.filter(pl.col("fields").is_not_null())
    bad = admitted.filter(pl.col("fields").is_null()).with_columns(
        reason=_why_not_split(separator, quote)
    )
    names = [f"field_{n}" for n in range(1, columns[1] + 1)]
    fields = pl.DataFrame(schema={name: pl.String() for name in names})
    if not good.is_empty():
        most: int = good.select(pl.col("fields").max()).item()
        read = [n for n in range(1, most + 1) if wanted is None or n in wanted]
        is_whole = _is_whole(text, admitted, bad)
        standing = text if is_whole else _joined(good, most, separator)
        # Lines are counted by what is read of them, so something is.
        present = _read_fields(standing, read or [1], most, separator, quote)
        if is_whole:
            present = present.filter(admitted["fields"].is_not_null())
        fields = present.with_columns(
            pl.lit(None, pl.String).alias(name) for n, name in enumerate(names, 1) if n not in read
        ).select(names)
    assert fields.height == good.height, "one admitted line is one row"
    return Fields(
        rows=good.select("line", "raw").hstack(fields),
        rejected=as_rejected(bad),
    )


def usual(sizes: pl.Series) -> int:
    """The size that most lines have, the smaller of two; 0 where there are no lines."""
    counted = sizes.value_counts(name="lines").sort("lines", sizes.name, descending=[True, False])
    return int(counted[sizes.name][0]) if counted.height else 0


def as_rejected(judged: pl.DataFrame) -> pl.DataFrame:
    """Lines with a reason; a long raw text is shown by its beginning, the file itself is kept."""
    return judged.select(
        pl.col("line"), pl.col("raw").str.slice(0, RAW_SHOWN_MAX), pl.col("reason")
    ).cast(pl.Schema(REJECTED_SCHEMA))


def in_file_order(*parts: pl.DataFrame) -> pl.DataFrame:
    """Rejected lines from several steps, as they stand in the file."""
    return pl.concat(parts).sort("line")


def record_pattern(separator: str, count: int, quote: str | None) -> str:
    """A pattern of a whole line with exactly `count` fields."""
    apart = re.escape(separator)
    if quote is None:
        one = f"[^{apart}]*"
    else:
        mark = re.escape(quote)
        one = f"(?:{mark}(?:[^{mark}]|{mark}{mark})*{mark}|[^{mark}{apart}]*)"
    return f"^{one}(?:{apart}{one}){{{count - 1}}}$"


def _field_counts(
    raw: pl.Series, separator: str, columns: tuple[int, int], quote: str | None
) -> pl.Series:
    """How many fields each line has; null where its quotes or their number are wrong.

    Lines of one file nearly always have as many as its first, so that is tried first, and each
    further count only on the lines that are left.
    """
    fewest, most = columns
    patterns = {count: record_pattern(separator, count, quote) for count in range(fewest, most + 1)}
    likely = [n for n, pattern in patterns.items() if raw.head(1).str.contains(pattern).any()]
    counts = pl.repeat(None, len(raw), dtype=pl.Int64, eager=True)
    left = pl.DataFrame({"raw": raw}).with_row_index("place")
    for count in dict.fromkeys([*likely, *patterns]):
        fits = left["raw"].str.contains(patterns[count])
        counts = counts.scatter(left["place"].filter(fits), count)
        left = left.filter(~fits)
        if left.is_empty():
            break
    return counts


def _is_whole(text: bytes, admitted: pl.DataFrame, bad: pl.DataFrame) -> bool:
    """Whether lines are all of a text, and each of them is one row to a reader of fields.

    Lines that with one byte for each end are as long as a text that ends in one are all of it. A
    line whose quotes are well formed is one row, however many fields it has.
    """
    if not text.endswith(b"\n") or (bad["reason"] != WRONG_COLUMN_COUNT).any():
        return False
    size = admitted.select((pl.col("raw").str.len_bytes().cast(pl.Int64) + 1).sum()).item()
    return bool(size == len(text) and admitted["fields"].drop_nulls().n_unique() == 1)


def _joined(good: pl.DataFrame, most: int, separator: str) -> bytes:
    """The admitted lines as a text in which all have as many fields as the longest."""
    ends = {count: separator * (most - count) + "\n" for count in range(most + 1)}
    ended = good.select(
        pl.col("raw") + pl.col("fields").replace_strict(ends, return_dtype=pl.String)
    ).to_series()
    # Text in columns lies end to end in Arrow, so the ended lines are a file already.
    array = ended.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    text: bytes = array.buffers()[2].slice(0, int(ended.str.len_bytes().sum())).to_pybytes()
    return text


def _read_fields(
    text: bytes, wanted: list[int], most: int, separator: str, quote: str | None
) -> pl.DataFrame:
    """Some fields of lines that have as many; of others, whatever is there."""
    read = pl.scan_csv(
        text,
        has_header=False,
        schema={f"field_{n}": pl.String() for n in range(1, most + 1)},
        separator=separator,
        quote_char=quote,
        truncate_ragged_lines=True,
        missing_columns="insert",
        extra_columns="ignore",
    )
    return read.select(f"field_{n}" for n in wanted).collect()


def _why_not_split(separator: str, quote: str | None) -> pl.Expr:
    if quote is None:
        return pl.lit(WRONG_COLUMN_COUNT)
    any_count = record_pattern(separator, 1, quote).replace("{0}$", "*$")
    return (
        pl.when(pl.col("raw").str.contains(any_count))
        .then(pl.lit(WRONG_COLUMN_COUNT))
        .otherwise(pl.lit("UNBALANCED_QUOTES"))
    )


def split_lines(text: bytes) -> pl.DataFrame:
    """All lines, numbered from 1, without their ends: line (Int64) and raw."""
    if not text:
        return pl.DataFrame(schema={"line": pl.Int64, "raw": pl.String})
    lines = pl.read_lines(text, name="raw", row_index_name="line", row_index_offset=1)
    return lines.with_columns(pl.col("line").cast(pl.Int64))
