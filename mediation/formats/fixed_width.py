"""Fixed-width text, read by a mapping that says which characters of a line are which field.

Beside the words of `formats.mapping`, where a place is the first and the last character, counted
from 1: `"4-9"`:

    record            {marker, at}: what stands from which character on in the line of a record;
                      absent where every line is one
    header, trailer   {marker, at, records, seconds, amount}: the first and the last line, and the
                      places of control totals in them; the file must hold what they declare
    length            how many characters a record has, or [fewest, most]; by default as many as
                      most of the file's records have
    implied_decimals  how many digits of an amount stand behind a point that is not written

Characters are counted after decoding, so that a letter of two bytes moves nothing.

    UNKNOWN_RECORD_TYPE   a line without the marker of a record
    WRONG_LENGTH          a record that is too short, or of another length than declared
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

import polars as pl

from i18n.locale import Words, _
from mediation.draft import ControlTotals, Decoded, refused
from mediation.formats.lines import as_rejected, in_file_order, read_lines, usual
from mediation.formats.mapping import Fault, Place, places_of, read_fields, require, shared_faults
from mediation.formats.trailers import TOTALS, totals_from
from mediation.source import Source

OWN: Final = {"record", "header", "trailer", "length", "implied_decimals"}
ENDS: Final = ("header", "trailer")
MARK: Final = {"marker", "at"}
SPAN: Final = re.compile(r"([1-9][0-9]{0,4})-([1-9][0-9]{0,4})", re.ASCII)
CHARACTERS_MAX: Final = 65_536
DECIMALS_MAX: Final = 12


def decode(content: bytes, source: Source) -> Decoded:
    """Read a fixed-width file by the source's mapping.

    Raises: BadMapping, when the mapping itself cannot be used.
    """
    mapping = checked_mapping(source)
    lines = read_lines(content, mapping.get("encoding", source.encoding))
    if lines is None:
        return refused("WRONG_ENCODING")
    body, declared, fault = _without_ends(lines.records, mapping)
    if fault:
        return refused(fault)
    judged = body.with_columns(reason=_why_no_record(body, mapping))
    cells = judged.filter(pl.col("reason").is_null()).with_columns(
        _within(place).alias(str(place)) for place in places_of(mapping)
    )
    drafts = read_fields(cells, mapping, str).with_columns(_with_point(mapping))
    # A trailer proves the end of a file; without one, a last line that is not ended may be cut.
    doubtful = (pl.col("line") == lines.cut_off) & ("trailer" not in mapping)
    return Decoded(
        drafts.with_columns(doubt=pl.when(doubtful).then(pl.lit("TRUNCATED_LINE"))),
        in_file_order(lines.rejected, as_rejected(judged.filter(pl.col("reason").is_not_null()))),
        declared=declared,
    )


def checked_mapping(source: Source) -> Mapping[str, Any]:
    """The mapping of a source, when it names only what there is.

    Raises: BadMapping.
    """
    return require(source, _faults(source.mapping))


def _faults(mapping: Mapping[str, Any]) -> Iterator[Fault]:
    yield from shared_faults(mapping, OWN)
    named: list[Any] = list(places_of(mapping))
    for kind in ("record", *ENDS):
        if kind not in mapping:
            continue
        line = mapping[kind]
        yield (
            Words(_("no table in {kind}"), kind=kind),
            not isinstance(line, Mapping),
            Words(_("Give at least a marker.")),
        )
        remedy = Words(_("Say what stands in such a line, and from which character on."))
        yield Words(_("a {kind} without a marker"), kind=kind), not _is_marker(line), remedy
        known = MARK | set(TOTALS) if kind in ENDS else MARK
        strange = sorted(set(line) - known)
        yield (
            Words(_("the {kind} keys {strange}"), kind=kind, strange=strange),
            bool(strange),
            Words(_("Use only {known}."), known=sorted(known)),
        )
        named += [line[total] for total in TOTALS if total in line]
    for place in named:
        remedy = Words(_("Give the first and the last character from 1, such as 4-9."))
        yield Words(_("the place {place}"), place=repr(place)), not _is_span(place), remedy
    length, decimals = mapping.get("length", 1), mapping.get("implied_decimals", 0)
    remedy = Words(_("Give a number of characters, or the fewest and the most."))
    yield Words(_("the length {length}"), length=repr(length)), not _is_length(length), remedy
    remedy = Words(_("Give a whole number up to {most}."), most=DECIMALS_MAX)
    yield (
        Words(_("the decimals {decimals}"), decimals=repr(decimals)),
        not _is_whole(decimals, 0, DECIMALS_MAX),
        remedy,
    )


def _is_marker(line: Mapping[str, Any]) -> bool:
    marker = line.get("marker")
    return isinstance(marker, str) and marker != "" and _is_whole(line.get("at", 1), 1, 65_536)


def _is_whole(number: Any, least: int, most: int) -> bool:
    return type(number) is int and least <= number <= most


def _is_length(length: Any) -> bool:
    ends = length if isinstance(length, list | tuple) and len(length) == 2 else [length]
    are_whole = all(_is_whole(end, 1, CHARACTERS_MAX) for end in ends)
    return are_whole and ends[0] <= ends[-1]


def _is_span(place: Any) -> bool:
    if not (isinstance(place, str) and SPAN.fullmatch(place)):
        return False
    first, last = _span(place)
    return first <= last <= CHARACTERS_MAX


def _span(place: Place) -> tuple[int, int]:
    first, last = str(place).split("-")
    return int(first), int(last)


def _within(place: Place) -> pl.Expr:
    first, last = _span(place)
    return pl.col("raw").str.slice(first - 1, last - first + 1)


def _without_ends(
    records: pl.DataFrame, mapping: Mapping[str, Any]
) -> tuple[pl.DataFrame, ControlTotals | None, str | None]:
    """The lines between header and trailer, what those declare, and why the file is refused."""
    said: list[ControlTotals] = []
    body = records
    for end in ENDS:
        if end not in mapping:
            continue
        line = body["raw"][0 if end == "header" else -1] if body.height else ""
        if not line.startswith(mapping[end]["marker"], mapping[end].get("at", 1) - 1):
            return body, None, f"MISSING_{end.upper()}"
        try:
            said.append(_totals(line, end, mapping))
        except (ValueError, ArithmeticError):
            return body, None, f"BAD_{end.upper()}"
        body = body.slice(1) if end == "header" else body.head(-1)
    declared, is_contradictory = _agreed(said)
    return body, declared, "HEADER_AND_TRAILER_DIFFER" if is_contradictory else None


def _totals(line: str, end: str, mapping: Mapping[str, Any]) -> ControlTotals:
    spans = {name: _span(mapping[end][name]) for name in TOTALS if name in mapping[end]}
    texts = {name: line[first - 1 : last].strip() for name, (first, last) in spans.items()}
    decimal = mapping.get("decimal", ".")
    totals = totals_from(texts, decimal)
    if totals.amount is None or decimal in texts["amount"]:
        return totals
    implied = totals.amount.scaleb(-mapping.get("implied_decimals", 0))
    return ControlTotals(totals.records, totals.seconds, implied)


def _agreed(said: list[ControlTotals]) -> tuple[ControlTotals | None, bool]:
    """What header and trailer say together, and whether they contradict each other."""
    values: dict[str, set[int | Decimal]] = {name: set() for name in TOTALS}
    for totals in said:
        for name, told in values.items():
            value = getattr(totals, name)
            if value is not None:
                told.add(value)
    if any(len(told) > 1 for told in values.values()):
        return None, True
    agreed: dict[str, Any] = {name: min(told) for name, told in values.items() if told}
    return (ControlTotals(**agreed) if agreed else None), False


def _why_no_record(body: pl.DataFrame, mapping: Mapping[str, Any]) -> pl.Expr:
    record = mapping.get("record")
    is_other = pl.lit(False)
    if record is not None:
        marker = record["marker"]
        is_other = pl.col("raw").str.slice(record.get("at", 1) - 1, len(marker)) != marker
    characters = pl.col("raw").str.len_chars()
    # A record that is longer than the others may be two, whose line break was lost.
    length = mapping.get("length") or usual(body.filter(~is_other).select(characters).to_series())
    fewest, most = length if isinstance(length, list | tuple) else (length, length)
    least = max(_span(place)[1] for place in places_of(mapping))
    return (
        pl.when(is_other)
        .then(pl.lit("UNKNOWN_RECORD_TYPE"))
        .when((characters < max(fewest, least)) | (characters > most))
        .then(pl.lit("WRONG_LENGTH"))
    )


def _with_point(mapping: Mapping[str, Any]) -> list[pl.Expr]:
    """Amounts with the point that is not written."""
    places = mapping.get("implied_decimals", 0)
    if not places:
        return []
    amount = pl.col("amount")
    digits = amount.str.extract(r"^-?([0-9]+)$").str.zfill(places + 1)
    sign = pl.when(amount.str.starts_with("-")).then(pl.lit("-")).otherwise(pl.lit(""))
    pointed = pl.concat_str(sign, digits.str.head(-places), pl.lit("."), digits.str.tail(places))
    return [pl.coalesce(pointed, amount).alias("amount")]
