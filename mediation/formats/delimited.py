"""Any delimited text file, read by a mapping that an analyst writes and the source keeps.

    encoding     utf-8 (default), utf-16, cp1250, cp1251, cp1252, koi8-r, iso-8859-1, -2, -5
    delimiter    one character, ";" by default;   quote   one character or null
    header       true when the first line names the columns
    columns      draft field -> column name, or position from 1
    constants    draft field -> value for all records
    values       draft field -> {word in the file: canonical word}
    decimal      "." or ","
    time_format  iso (default), epoch, epoch_ms, or a pattern such as "%d.%m.%Y %H:%M:%S"
    trailer      {marker, records, seconds, amount}: the first field of the last line, and the
                 positions of the control totals in it
    count        [fewest, most] columns; needed where there is no header to count

Draft fields are those of `mediation.draft`; records that are parts of a call name call_id, part
and last.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import polars as pl

from i18n.errors import Invalid
from mediation.draft import FIELDS, ControlTotals, Decoded, as_drafts, refused
from mediation.formats.lines import ENCODINGS, in_file_order, read_lines, split_fields
from mediation.instants import as_iso
from mediation.source import Source

KNOWN = {
    "encoding",
    "delimiter",
    "quote",
    "header",
    "columns",
    "constants",
    "values",
    "decimal",
    "time_format",
    "trailer",
    "count",
}
TRAILER_KNOWN = {"marker", "records", "seconds", "amount"}


class BadMapping(Invalid):
    """The mapping of source {source} has {fault}. {remedy}"""


def decode(content: bytes, source: Source) -> Decoded:
    """Read a delimited file by the source's mapping.

    Raises: BadMapping, when the mapping itself cannot be used.
    """
    mapping = checked_mapping(source)
    lines = read_lines(content, mapping.get("encoding", "utf-8"))
    if lines is None:
        return refused("WRONG_ENCODING")
    body, declared, fault = _without_trailer(lines.records, mapping)
    if fault:
        return refused(fault)
    names, body = _column_names(body, mapping)
    positions = _positions(mapping["columns"], names)
    if positions is None:
        return refused("MISSING_COLUMN")
    fields = split_fields(
        body,
        mapping.get("delimiter", ";"),
        _counts(mapping, names),
        mapping.get("quote", '"'),
    )
    drafts = fields.rows.select(
        "line",
        "raw",
        *(pl.col(f"field_{position}").alias(name) for name, position in positions.items()),
        *(pl.lit(str(value)).alias(name) for name, value in mapping.get("constants", {}).items()),
    )
    drafts = as_drafts(drafts).with_columns(_canonical_words(mapping))
    # A trailer proves the end of a file; without one, a last line that is not ended may be cut.
    doubtful = (pl.col("line") == lines.cut_off) & (declared is None)
    return Decoded(
        drafts.with_columns(doubt=pl.when(doubtful).then(pl.lit("TRUNCATED_LINE"))),
        in_file_order(lines.rejected, fields.rejected),
        declared=declared,
    )


def checked_mapping(source: Source) -> Mapping[str, Any]:
    """The mapping of a source, when it names only what there is.

    Raises: BadMapping.
    """
    mapping = source.mapping
    for fault, is_found, remedy in _faults(mapping):
        if is_found:
            raise BadMapping(source=source.code, fault=fault, remedy=remedy)
    return mapping


def _faults(mapping: Mapping[str, Any]) -> list[tuple[str, bool, str]]:
    unknown = sorted(set(mapping) - KNOWN)
    columns = mapping.get("columns", {})
    named = [*columns, *mapping.get("constants", {}), *mapping.get("values", {})]
    strange = sorted(set(named) - set(FIELDS))
    strange_total = sorted(set(mapping.get("trailer") or {}) - TRAILER_KNOWN)
    twice = sorted(set(columns) & set(mapping.get("constants", {})))
    by_name = any(isinstance(column, str) for column in columns.values())
    delimiter = mapping.get("delimiter", ";")
    return [
        (f"the keys {unknown}", bool(unknown), f"Use only {sorted(KNOWN)}."),
        ("no columns", not columns, "Say which column holds which field."),
        (f"the fields {strange}", bool(strange), f"Use only {sorted(FIELDS)}."),
        (f"the fields {twice} twice", bool(twice), "Give a column or a constant, not both."),
        (
            f"the trailer keys {strange_total}",
            bool(strange_total),
            f"Use only {sorted(TRAILER_KNOWN)}.",
        ),
        (
            "column names but no header",
            by_name and not mapping.get("header", False),
            "Give positions from 1, or set header to true.",
        ),
        (
            "neither header nor count",
            not mapping.get("header", False) and "count" not in mapping,
            "Say how many columns a line has, fewest and most.",
        ),
        (
            f"the encoding {mapping.get('encoding')}",
            mapping.get("encoding", "utf-8") not in ENCODINGS,
            f"Use one of {sorted(ENCODINGS)}.",
        ),
        (
            f"the delimiter {delimiter!r}",
            len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\n\r',
            "Use one ASCII character that is no quote.",
        ),
    ]


def _without_trailer(
    records: pl.DataFrame, mapping: Mapping[str, Any]
) -> tuple[pl.DataFrame, ControlTotals | None, str | None]:
    trailer = mapping.get("trailer")
    if trailer is None:
        return records, None, None
    if records.is_empty():
        return records, None, "MISSING_TRAILER"
    last = [
        text.strip().strip('"') for text in records["raw"][-1].split(mapping.get("delimiter", ";"))
    ]
    if last[0] != trailer["marker"]:
        return records, None, "MISSING_TRAILER"
    try:
        declared = ControlTotals(
            records=_total(last, trailer, "records"),
            seconds=_total(last, trailer, "seconds"),
            amount=_amount_total(last, trailer, mapping.get("decimal", ".")),
        )
    except (ValueError, IndexError, ArithmeticError):
        return records, None, "BAD_TRAILER"
    return records.head(-1), declared, None


def _total(last: list[str], trailer: Mapping[str, Any], name: str) -> int | None:
    if name not in trailer:
        return None
    text = last[trailer[name] - 1]
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise ValueError(text)
    return int(text)


def _amount_total(last: list[str], trailer: Mapping[str, Any], decimal: str) -> Decimal | None:
    if "amount" not in trailer:
        return None
    text = last[trailer["amount"] - 1].replace(decimal, ".")
    if not set(text) <= set("0123456789.-"):
        raise ValueError(text)
    return Decimal(text)


def _column_names(body: pl.DataFrame, mapping: Mapping[str, Any]) -> tuple[list[str], pl.DataFrame]:
    if not mapping.get("header", False):
        return [], body
    if body.is_empty():
        return [], body
    quote = mapping.get("quote", '"') or ""
    names = [
        name.strip().strip(quote) for name in body["raw"][0].split(mapping.get("delimiter", ";"))
    ]
    return names, body.slice(1)


def _positions(columns: Mapping[str, Any], names: list[str]) -> dict[str, int] | None:
    positions = {}
    for name, column in columns.items():
        if isinstance(column, int):
            positions[name] = column
        elif column in names:
            positions[name] = names.index(column) + 1
        else:
            return None
    return positions


def _counts(mapping: Mapping[str, Any], names: list[str]) -> tuple[int, int]:
    if names:
        return len(names), len(names)
    fewest, most = mapping["count"]
    return fewest, most


def _canonical_words(mapping: Mapping[str, Any]) -> list[pl.Expr]:
    words = [
        pl.col(name).replace({str(key): str(value) for key, value in table.items()})
        for name, table in mapping.get("values", {}).items()
    ]
    if mapping.get("decimal", ".") == ",":
        words.append(pl.col("amount").str.replace(",", ".", literal=True))
    time_format = mapping.get("time_format", "iso")
    if time_format != "iso":
        words.append(as_iso(pl.col("occurred_at"), time_format).alias("occurred_at"))
    return words
