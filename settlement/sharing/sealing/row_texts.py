"""Rows of a tree, and the records behind them, as the texts that are hashed."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from typing import Final

import polars as pl

# What the rows of a tree tell of events.
AMOUNTS, UNITS = "amounts", "units"
_A_SECOND: Final = 1_000_000
_A_DAY: Final = 86_400 * _A_SECOND
END_OF_ROW: Final = "\r\n"
END_OF_KEY: Final = "\n"


def rows_of_leaves(rows: pl.DataFrame, starts: pl.Series, what: str) -> Iterator[memoryview]:
    """What the rows of leaves tell, which begin at `starts`; ends of rows stand between them."""
    day, second, fraction = _instant(rows["occurred_at"])
    time = rows.select(
        "event", day.alias("day"), second.alias("second"), fraction.alias("fraction")
    )
    if what == UNITS:
        told = time.with_columns(rows["counts"], rows["units"])
        form = pl.format(
            "{},{}{}{},{},{}" + END_OF_ROW, "event", "day", "second", "fraction", "counts", "units"
        )
    else:
        told = time.with_columns(rows["part"], _once(rows["amount_3600"], _amount))
        form = pl.format(
            "{},{},{}{}{},{}" + END_OF_ROW,
            "event", "part", "day", "second", "fraction", "amount_3600",
        )  # fmt: skip
    return _joined(told.select(form).to_series(), starts, END_OF_ROW)


def keys_of_leaves(rows: pl.DataFrame, starts: pl.Series) -> Iterator[memoryview]:
    """The sources and keys behind the rows of leaves."""
    # Long texts are put together so in half the time that `concat_str` takes.
    keys = rows.select(pl.format("{}\t{}" + END_OF_KEY, "source", "record_key"))
    return _joined(keys.to_series(), starts, END_OF_KEY)


def _joined(texts: pl.Series, starts: pl.Series, end: str) -> Iterator[memoryview]:
    """Texts from each start to the next, joined, without the end of the last one."""
    # Arrow's oldest kind of texts has them one behind the other.
    _, ends, content = texts.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest()).buffers()
    places = memoryview(ends).cast("q")
    whole = memoryview(content)
    for first, after in pairwise([*starts, texts.len()]):
        yield whole[places[first] : places[after] - len(end)]


def _instant(times: pl.Series) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Instants of UTC in three parts: days, seconds and their fractions with the zone.

    A month has few days and a day few seconds, so neither is written for each row.
    """
    instants = times.to_physical()
    days, of_day = instants // _A_DAY, instants % _A_DAY
    seconds, fractions = of_day // _A_SECOND, of_day % _A_SECOND
    return (
        _once(days, lambda day: day.cast(pl.Int32).cast(pl.Date).cast(pl.String)),
        _seconds().gather(seconds),
        _once(fractions, lambda part: pl.format(".{}+00:00", part.cast(pl.String).str.zfill(6))),
    )


@cache
def _seconds() -> pl.Series:
    """All seconds of a day, as an instant has them."""
    second = pl.int_range(86_400)
    parts = (second // 3_600, second // 60 % 60, second % 60)
    return pl.select(
        pl.format("T{}:{}:{}", *(part.cast(pl.String).str.zfill(2) for part in parts))
    ).to_series()


def _amount(exact: pl.Expr) -> pl.Expr:
    """A decimal as text, without zeros at its end."""
    text = exact.cast(pl.String)
    return (
        pl.when(text.str.contains(".", literal=True))
        .then(text.str.strip_chars_end("0").str.strip_chars_end("."))
        .otherwise(text)
    )


def _once(values: pl.Series, write: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    """Values as texts; those that differ are written once each."""
    name = values.name
    texts = values.unique().to_frame().with_columns(write(pl.col(name)).alias("text"))
    if texts.height == 1:
        return texts["text"].new_from_index(0, values.len()).alias(name)
    told = values.to_frame().join(texts, on=name, how="left", maintain_order="left")
    return told["text"].alias(name)
