r"""Rows as the text of COPY: columns between tabs, \N for nothing, one line a row.

The driver writes rows cell by cell; here a column is written at a time, and every different value
once, which is several times as fast for a month's charge lines.
"""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import chain
from typing import Final
from uuid import UUID

import polars as pl

NOTHING: Final = r"\N"
# What would end a cell, a row or an escape, or what COPY would take for one of these.
ESCAPED: Final = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
SPECIAL: Final = "\\\t\n\r"
# PostgreSQL writes escapes of these too.
ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
MEANT: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def copy_text(rows: Sequence[Sequence[object]]) -> str | None:
    """The text of rows; None where a value is of a type that only the driver can write."""
    columns = []
    for values in zip(*rows, strict=True):
        written = _written(values)
        if written is None:
            return None
        columns.append(written)
    return "".join(map("{}\n".format, map("\t".join, zip(*columns, strict=True))))


def frame_text(frame: pl.DataFrame) -> str:
    """The same of the rows of a frame: texts, numbers, decimals, dates and lists of texts."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    lists = [name for name, kind in frame.schema.items() if kind == pl.List(pl.String)]
    escaped = pl.col(texts).str.replace_many(list(map(chr, ESCAPED)), list(ESCAPED.values()))
    return frame.with_columns(escaped, *map(_array_text, lists)).write_csv(
        include_header=False, separator="\t", quote_style="never", null_value=NOTHING
    )


def text_in(cell: str) -> str:
    """The text that COPY wrote into a cell, which is not NOTHING."""
    return cell if "\\" not in cell else ESCAPE.sub(lambda m: MEANT.get(m[1], m[1]), cell)


def _array_text(name: str) -> pl.Expr:
    """A column of lists of texts without escapes, as COPY reads arrays."""
    return pl.concat_str(pl.lit("{"), pl.col(name).list.join(","), pl.lit("}")).alias(name)


def plain_texts(rows: Sequence[Sequence[object]]) -> list[str | None] | None:
    """The values of all rows, one after the other, as texts that PostgreSQL reads; lists of ids.

    None where a value is of a type that only the driver can write.
    """
    texts: list[str | None] = []
    for value in chain.from_iterable(rows):
        if value is None:
            texts.append(None)
        elif type(value) in WRITERS:
            texts.append(str(value))
        elif isinstance(value, list):
            texts.append("{" + ",".join(map(str, value)) + "}")
        else:
            return None
    return texts


def column_texts(values: Sequence[object]) -> list[str | None] | None:
    """The values of a column as texts that PostgreSQL reads; None where only the driver can."""
    # Only COPY wants texts escaped.
    if str in set(map(type, values)):
        return plain_texts([values])
    written = _written(values)
    return None if written is None else [None if each == NOTHING else each for each in written]


def _written(values: Sequence[object]) -> list[str] | None:
    types = set(map(type, values))
    kinds = types - {type(None)}
    if kinds == {list}:
        return _arrays(values)
    if not types <= WRITERS.keys():
        return None
    if len(kinds) == 1:
        [kind] = kinds
        if kind is UUID:
            return _ids(values)
        write = WRITERS[kind]
        texts = {value: write(value) for value in set(values) if value is not None}
        texts[None] = NOTHING
        return [texts[value] for value in values]
    # 1 and True are one key of a dictionary.
    return [WRITERS[type(value)](value) for value in values]


def _ids(values: Sequence[object]) -> list[str]:
    """Ids by their numbers, which are compared and written several times as fast as they are."""
    numbers = [each.int if isinstance(each, UUID) else None for each in values]
    texts = {number: NOTHING if number is None else f"{number:032x}" for number in set(numbers)}
    return [texts[number] for number in numbers]


def _text(text: object) -> str:
    # A document is a long text with little to escape; to look for it is quicker than to translate.
    found = str(text)
    return found.translate(ESCAPED) if any(map(found.__contains__, SPECIAL)) else found


def _arrays(values: Sequence[object]) -> list[str]:
    """Arrays of ids; the rows of one party have the same ones again and again."""
    texts: dict[tuple[object, ...] | None, str] = {None: NOTHING}
    column = []
    for value in values:
        key = tuple(value) if isinstance(value, list) else None
        if key not in texts:
            assert all(type(each) is UUID for each in key or ()), "arrays of ids are all there are"
            texts[key] = "{" + ",".join(map(str, key or ())) + "}"
        column.append(texts[key])
    return column


WRITERS: Final[dict[type, Callable[[object], str]]] = {
    type(None): lambda _: NOTHING,
    str: _text,
    int: str,
    bool: str,
    UUID: str,
    Decimal: str,
    dt.date: str,
    dt.datetime: str,
}
