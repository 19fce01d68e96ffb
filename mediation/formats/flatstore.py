"""Calls of OpenSIPS and Kamailio, as db_flatstore writes their accounting.

    INVITE|from tag|to tag|call id|code|reason|time|…      a call was taken (2xx) or failed
    BYE|from tag|to tag|call id|code|reason|time|…         it ended

A call is an INVITE and a BYE of the same call id and tags; the side that hangs up decides which tag
comes first, so the order of the tags says nothing. The two become parts of one call and are joined
wherever the BYE comes, in this file or a later one: the call lasts from the INVITE to the BYE. An
INVITE without a BYE waits in suspense, and so does a BYE without an INVITE. A call that failed is
whole at once and lasted 0 seconds (`missed_calls` has only such).

What stands after the time is set up by each operator (`extra fields` of the acc module). The
source's mapping says which column is which: `columns`, draft field -> position from 1; by default
the caller is the 9th and the called number the 10th column. Times are seconds since 1970 or local.

    UNKNOWN_METHOD   neither INVITE nor BYE
    MISSING_KEY      no call id or no tag to join by
    REPEATED         the same call was taken or ended once more at a later time (a re-INVITE, or
                     both sides hanging up): the first one counts
"""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from i18n.locale import Words, _
from mediation.draft import FIELDS, Decoded, as_drafts, refused
from mediation.formats.lines import (
    as_rejected,
    in_file_order,
    read_lines,
    split_fields,
    usual,
)
from mediation.formats.mapping import Fault, require, strange_fields
from mediation.instants import as_iso
from mediation.source import Source

WRITTEN = {
    "method": 1,
    "from_tag": 2,
    "to_tag": 3,
    "sip_call_id": 4,
    "code": 5,
    "phrase": 6,
    "time": 7,
}
USUAL = {"a_number": 9, "b_number": 10}
COLUMNS_MAX = 32
# What a site may name: not what the method, the tags and the time say already.
NAMEABLE = set(FIELDS) - {"event_id", "occurred_at", "duration_seconds", "call_id", "part", "last"}
TAKEN = "^2[0-9][0-9]$"


def decode(content: bytes, source: Source) -> Decoded:
    """Read a flatstore file: INVITE and BYE as parts of calls, failed calls as whole ones.

    Raises: BadMapping.
    """
    columns = checked_mapping(source).get("columns", USUAL)
    lines = read_lines(content, source.encoding)
    if lines is None:
        return refused("WRONG_ENCODING")
    fewest = max([*WRITTEN.values(), *columns.values()])
    # A site writes as many columns in every line; a line with more may hold two records.
    whole = lines.records.filter(pl.col("line") != lines.cut_off)["raw"]
    widths = whole.str.count_matches("|", literal=True).cast(pl.Int64) + 1
    width = max(fewest, usual(widths.filter(widths >= fewest)))
    fields = split_fields(lines.records, "|", (width, width), None)
    named = fields.rows.select(
        "line",
        "raw",
        *(
            pl.col(f"field_{n}").fill_null("").str.strip_chars().alias(m)
            for m, n in WRITTEN.items()
        ),
        *(pl.col(f"field_{position}").alias(name) for name, position in columns.items()),
    )
    judged = _judged(named)
    good = judged.filter(pl.col("reason").is_null())
    bad = judged.filter(pl.col("reason").is_not_null())
    return Decoded(
        drafts=as_drafts(_as_parts(good, list(columns), lines.cut_off)),
        rejected=in_file_order(lines.rejected, fields.rejected, as_rejected(bad)),
    )


def checked_mapping(source: Source) -> Mapping[str, Any]:
    """The mapping of a source, when it names only what there is.

    Raises: BadMapping.
    """
    return require(source, _faults(source.mapping))


def _faults(mapping: Mapping[str, Any]) -> Iterator[Fault]:
    unknown = sorted(set(mapping) - {"columns"})
    yield (
        Words(_("the keys {unknown}"), unknown=unknown),
        bool(unknown),
        Words(_("Use only columns.")),
    )
    columns = mapping.get("columns", USUAL)
    yield (
        Words(_("no table in columns")),
        not isinstance(columns, Mapping),
        Words(_("Give a position for a field.")),
    )
    yield strange_fields(columns, NAMEABLE)
    misplaced = [n for n in columns.values() if type(n) is not int or not 1 <= n <= COLUMNS_MAX]
    yield (
        Words(_("the positions {misplaced}"), misplaced=misplaced),
        bool(misplaced),
        Words(_("Count from 1 to {most}."), most=COLUMNS_MAX),
    )


def _judged(named: pl.DataFrame) -> pl.DataFrame:
    """Add the key of the call, whether it was taken, and why a line is no part of one."""
    tags = pl.concat_list("from_tag", "to_tag").list.sort().list.join("|")
    is_invite, is_bye = pl.col("method") == "INVITE", pl.col("method") == "BYE"
    is_taken = is_invite & pl.col("code").str.contains(TAKEN)
    keyed = named.with_columns(
        key=pl.concat_str("sip_call_id", tags, separator="|"),
        is_bye=is_bye,
        is_part=is_taken | is_bye,
    )
    is_told = pl.col("time").str.contains("^[0-9]")
    first = pl.when(is_told).then(pl.col("time")).min().over("key", "is_bye", "is_part")
    lacks_key = (pl.col("sip_call_id") == "") | (
        pl.col("is_part") & ((pl.col("from_tag") == "") | (pl.col("to_tag") == ""))
    )
    reason = (
        pl.when(~is_invite & ~is_bye)
        .then(pl.lit("UNKNOWN_METHOD"))
        .when(lacks_key)
        .then(pl.lit("MISSING_KEY"))
        .when(pl.col("is_part") & is_told & (pl.col("time") != first))
        .then(pl.lit("REPEATED"))
    )
    return keyed.with_columns(reason=reason)


def _as_parts(rows: pl.DataFrame, columns: list[str], cut_off: int) -> pl.DataFrame:
    is_part, is_bye = pl.col("is_part"), pl.col("is_bye")
    cause = pl.concat_str("code", "phrase", separator=" ")
    drafts = rows.with_columns(
        # Retries of a failed call have one call id; the answer tells them apart.
        event_id=pl.when(~is_part).then(pl.concat_str("key", "code", separator="|")),
        kind=pl.lit("voice"),
        occurred_at=as_iso(pl.col("time"), "epoch"),
        duration_seconds=pl.when(~is_part).then(pl.lit("0")),
        call_id=pl.when(is_part).then(pl.col("key")),
        part=pl.when(is_part & is_bye).then(pl.lit("2")).when(is_part).then(pl.lit("1")),
        last=pl.when(is_part & is_bye).then(pl.lit("end")).when(is_part).then(pl.lit("start")),
        doubt=pl.when(pl.col("line") == cut_off).then(pl.lit("TRUNCATED_LINE")),
    )
    if "cause" not in columns:
        drafts = drafts.with_columns(cause=cause)
    return drafts
