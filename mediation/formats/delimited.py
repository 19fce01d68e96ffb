"""Any delimited text file, read by a mapping that an analyst writes and the source keeps.

Beside the words of `formats.mapping`, where a place is a column's name or its position from 1:

    delimiter    one character, ";" by default;   quote   one character or null
    header       true when the first line names the columns
    trailer      {marker, records, seconds, amount}: the first field of the last line, and the
                 positions of the control totals in it
    count        [fewest, most] columns; needed where there is no header to count
"""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from i18n.locale import Words, _
from mediation.draft import ControlTotals, Decoded, refused
from mediation.formats.lines import in_file_order, read_lines, split_fields
from mediation.formats.mapping import (
    Fault,
    Place,
    places_of,
    read_fields,
    require,
    shared_faults,
)
from mediation.formats.trailers import TOTALS, totals_from
from mediation.source import Source

OWN = {"delimiter", "quote", "header", "trailer", "count"}
TRAILER_KNOWN = {"marker", *TOTALS}


def decode(content: bytes, source: Source) -> Decoded:
    """Read a delimited file by the source's mapping.

    Raises: BadMapping, when the mapping itself cannot be used.
    """
    mapping = checked_mapping(source)
    lines = read_lines(content, mapping.get("encoding", source.encoding))
    if lines is None:
        return refused("WRONG_ENCODING")
    body, declared, fault = _without_trailer(lines.records, mapping)
    if fault:
        return refused(fault)
    if mapping.get("header", False) and body.is_empty():
        return refused("EMPTY_FILE" if lines.records.is_empty() else "MISSING_HEADER")
    names, body = _column_names(body, mapping)
    counts = _counts(mapping, names)
    positions = _positions(places_of(mapping), names)
    if positions is None or max(positions.values()) > counts[1]:
        return refused("MISSING_COLUMN")
    fields = split_fields(body, mapping.get("delimiter", ";"), counts, mapping.get("quote", '"'))
    drafts = read_fields(fields.rows, mapping, lambda place: f"field_{positions[place]}")
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
    return require(source, _faults(source.mapping))


def _faults(mapping: Mapping[str, Any]) -> Iterator[Fault]:
    yield from shared_faults(mapping, OWN)
    strange = sorted(set(mapping.get("trailer") or {}) - TRAILER_KNOWN)
    remedy = Words(_("Use only {known}."), known=sorted(TRAILER_KNOWN))
    yield Words(_("the trailer keys {strange}"), strange=strange), bool(strange), remedy
    has_header = mapping.get("header", False)
    by_name = any(isinstance(place, str) for place in places_of(mapping))
    remedy = Words(_("Give positions from 1, or set header to true."))
    yield Words(_("column names but no header")), by_name and not has_header, remedy
    remedy = Words(_("Say how many columns a line has, fewest and most."))
    yield Words(_("neither header nor count")), not has_header and "count" not in mapping, remedy
    delimiter = mapping.get("delimiter", ";")
    remedy = Words(_("Use one ASCII character that is no quote."))
    yield (
        Words(_("the delimiter {delimiter}"), delimiter=repr(delimiter)),
        not _is_delimiter(delimiter),
        remedy,
    )


def _is_delimiter(text: Any) -> bool:
    is_one = isinstance(text, str) and len(text) == 1
    return is_one and text.isascii() and text not in '"\n\r'


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
        texts = {name: last[trailer[name] - 1] for name in TOTALS if name in trailer}
        declared = totals_from(texts, mapping.get("decimal", "."))
    except (ValueError, IndexError, ArithmeticError):
        return records, None, "BAD_TRAILER"
    return records.head(-1), declared, None


def _column_names(body: pl.DataFrame, mapping: Mapping[str, Any]) -> tuple[list[str], pl.DataFrame]:
    if not mapping.get("header", False):
        return [], body
    quote = mapping.get("quote", '"') or ""
    names = [
        name.strip().strip(quote) for name in body["raw"][0].split(mapping.get("delimiter", ";"))
    ]
    return names, body.slice(1)


def _positions(places: list[Place], names: list[str]) -> dict[Place, int] | None:
    positions: dict[Place, int] = {}
    for place in places:
        if isinstance(place, int):
            positions[place] = place
        elif place in names:
            positions[place] = names.index(place) + 1
        else:
            return None
    return positions


def _counts(mapping: Mapping[str, Any], names: list[str]) -> tuple[int, int]:
    if names:
        return len(names), len(names)
    fewest, most = mapping["count"]
    return fewest, most
