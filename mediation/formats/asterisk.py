"""Asterisk call records: `Master.csv`, as written by cdr_csv or by the usual cdr_custom template.

The two writers order their columns differently and neither writes a header; which one wrote a line
shows in where its disposition stands. Column numbers from the Asterisk CDR documentation:

              source called channel dstchannel start answer billsec disposition account uniqueid
    custom      2      3      5        6        9     10      13        14        16       17
    cdr_csv     2      3      6        7       10     11      14        15         1       17

A call that was not answered has an empty answer time and lasted 0 seconds, whatever its billsec
says. One call may leave several records under one uniqueid; the sequence tells them apart, and
where it is not written, the outgoing channel does.
"""

import polars as pl

from mediation.draft import Decoded, as_drafts, refused
from mediation.formats.lines import (
    Fields,
    Lines,
    as_rejected,
    in_file_order,
    read_lines,
    split_fields,
)
from mediation.source import Source

DISPOSITIONS = ("ANSWERED", "NO ANSWER", "BUSY", "FAILED", "CONGESTION")

FIELDS = {
    "account": (16, 1),
    "a_number": (2, 2),
    "b_number": (3, 3),
    "channel": (5, 6),
    "dstchannel": (6, 7),
    "start": (9, 10),
    "answer": (10, 11),
    "billsec": (13, 14),
    "cause": (14, 15),
    "uniqueid": (17, 17),
}

# PJSIP/carrier-0000001a: the technology and peer name the trunk, the rest numbers the call.
CHANNEL_CALL = r"-[0-9a-fA-F]{8}(;[12])?$"
# What nearly all channels of a file are: without a half (;1), and so with an end of one length.
PLAIN_CHANNEL = r"(?:^|-[0-9a-fA-F]{8})$"
PLAIN_END = len("-0000001a")

# A uniqueid is [system-]second.counter, the second being when the call was set up, since 1970.
SET_UP = r"([0-9]{10})\.[0-9]+$"
NO_SYSTEM = r"^[0-9]{10}\.[0-9]+$"

COLUMNS = (16, 19)
IS_CUSTOM = pl.col("field_14").is_in(DISPOSITIONS).fill_null(False)
IS_PLAIN = pl.col("field_15").is_in(DISPOSITIONS).fill_null(False)


def decode(content: bytes, source: Source) -> Decoded:
    """Read a Master.csv; a line that is no call record is rejected with its reason."""
    lines = read_lines(content, source.encoding)
    if lines is None:
        return refused("WRONG_ENCODING")
    fields = _fields(lines)
    known = fields.rows.filter(IS_CUSTOM | IS_PLAIN)
    unknown = fields.rows.filter(~(IS_CUSTOM | IS_PLAIN)).with_columns(
        reason=pl.lit("UNKNOWN_LAYOUT")
    )
    named = known.select(
        "line",
        "raw",
        pl.when(IS_CUSTOM).then(pl.col("field_19")).alias("sequence"),
        *(
            pl.when(IS_CUSTOM)
            .then(pl.col(f"field_{custom}"))
            .otherwise(pl.col(f"field_{plain}"))
            .alias(name)
            for name, (custom, plain) in FIELDS.items()
        ),
    )
    return Decoded(
        drafts=as_drafts(_as_calls(named, lines.cut_off)),
        rejected=in_file_order(lines.rejected, fields.rejected, as_rejected(unknown)),
    )


def _fields(lines: Lines) -> Fields:
    """Lines in fields: those of the layout that the first has, or of both where both occur."""
    first = split_fields(lines.records.head(1), ",", COLUMNS).rows
    layout = 0 if first.select(IS_CUSTOM.any()).item() else 1
    wanted = {14, 15, 19, *(numbers[layout] for numbers in FIELDS.values())}
    fields = split_fields(lines.records, ",", COLUMNS, wanted=wanted, text=lines.text)
    is_other = IS_CUSTOM if layout else IS_PLAIN & ~IS_CUSTOM
    if fields.rows.select(is_other.any()).item():
        return split_fields(lines.records, ",", COLUMNS, text=lines.text)
    return fields


def _set_up(uniqueid: pl.Series) -> pl.Expr:
    """The second of a uniqueid; nearly always nothing stands before it."""
    if uniqueid.str.contains(NO_SYSTEM).all():
        return pl.col("uniqueid").str.head(10)
    return pl.col("uniqueid").str.extract(SET_UP)


def _trunk(channel: pl.Series) -> pl.Series:
    """The technology and peer of channels."""
    if channel.str.contains(PLAIN_CHANNEL).all():
        return channel.str.head(-PLAIN_END)
    return channel.str.replace(CHANNEL_CALL, "")


def _as_calls(named: pl.DataFrame, cut_off: int) -> pl.DataFrame:
    answered = pl.col("cause") == "ANSWERED"
    told_apart = pl.coalesce("sequence", "dstchannel")
    return named.select(
        "line",
        "raw",
        "account",
        "a_number",
        "b_number",
        "cause",
        "sequence",
        set_up=_set_up(named["uniqueid"]),
        event_id=pl.concat_str("uniqueid", told_apart, separator="-", ignore_nulls=True),
        kind=pl.lit("voice"),
        trunk_in=_trunk(named["channel"]),
        trunk_out=_trunk(named["dstchannel"]),
        occurred_at=pl.when(answered).then(pl.col("answer")).otherwise(pl.col("start")),
        duration_seconds=pl.when(answered).then(pl.col("billsec")).otherwise(pl.lit("0")),
        # Asterisk ends every line; one that is not ended was cut off in the middle of a field.
        doubt=pl.when(pl.col("line") == cut_off).then(pl.lit("TRUNCATED_LINE")),
    )
