"""Cisco Unified Communications Manager call detail records.

The file begins with a row of column names and a row of their SQL types; then one row for each leg
of a call. Columns are found by name, for releases differ in how many there are. Names and meanings
from Cisco's Call Detail Records Administration Guide.

* Times are seconds since 1970, UTC. `dateTimeConnect` 0 is a leg that nobody took; it lasted 0
  seconds, whatever `duration` says.
* `finalCalledPartyNumber` is who was reached, after forwarding: that leg is what is charged.
* Legs of one call share cluster, manager and `globalCallID_callId`; `pkid` is the row's own id.
* IPv4 addresses are signed 32-bit numbers with the first byte lowest: -1139627840 is
  192.168.18.188. The device names the trunk; where it is empty, its address does.
"""

import polars as pl

from mediation.draft import Decoded, as_drafts, refused
from mediation.formats.lines import as_rejected, in_file_order, read_lines, split_fields
from mediation.instants import as_iso
from mediation.source import Source

NEEDED = (
    "cdrRecordType",
    "globalCallID_callManagerId",
    "globalCallID_callId",
    "dateTimeOrigination",
    "callingPartyNumber",
    "finalCalledPartyNumber",
    "dateTimeConnect",
    "duration",
    "pkid",
    "origDeviceName",
    "destDeviceName",
    "origIpAddr",
    "destIpAddr",
    "origCause_value",
    "destCause_value",
    "globalCallId_ClusterID",
)
CALL = "1"
COLUMNS_MAX = 1_000
SQL_TYPE = r"^(INTEGER|VARCHAR\([0-9]+\)|UNIQUEIDENTIFIER|,|\s)+$"
SIGNED = r"^-?[0-9]{1,10}$"


def decode(content: bytes, source: Source) -> Decoded:
    """Read a CDR file; a row that is no call record is rejected with its reason."""
    lines = read_lines(content, source.encoding)
    if lines is None:
        return refused("WRONG_ENCODING")
    if lines.records.is_empty():
        return refused("MISSING_HEADER")
    names = [name.strip().strip('"') for name in lines.records["raw"][0].split(",")]
    if len(names) > COLUMNS_MAX or not set(NEEDED) <= set(names):
        return refused("MISSING_COLUMN")
    rows = lines.records.slice(1)
    rows = rows.filter(
        ~(
            (pl.int_range(pl.len()) == 0)
            & pl.col("raw").str.replace_all('"', "").str.contains(SQL_TYPE)
        )
    )
    fields = split_fields(rows, ",", (len(names), len(names)))
    named = fields.rows.select(
        "line", "raw", *(pl.col(f"field_{names.index(name) + 1}").alias(name) for name in NEEDED)
    )
    is_call = pl.col("cdrRecordType") == CALL
    others = named.filter(~is_call.fill_null(False))
    return Decoded(
        drafts=as_drafts(_as_calls(named.filter(is_call), lines.cut_off)),
        rejected=in_file_order(
            lines.rejected,
            fields.rejected,
            as_rejected(others.with_columns(reason=pl.lit("UNKNOWN_RECORD_TYPE"))),
        ),
    )


def _as_calls(rows: pl.DataFrame, cut_off: int) -> pl.DataFrame:
    is_taken = ~pl.col("dateTimeConnect").fill_null("").str.contains("^0*$")
    began = (
        pl.when(is_taken).then(pl.col("dateTimeConnect")).otherwise(pl.col("dateTimeOrigination"))
    )
    return rows.select(
        "line",
        "raw",
        event_id="pkid",
        kind=pl.lit("voice"),
        a_number="callingPartyNumber",
        b_number="finalCalledPartyNumber",
        trunk_in=_device("origDeviceName", "origIpAddr"),
        trunk_out=_device("destDeviceName", "destIpAddr"),
        occurred_at=as_iso(began, "epoch"),
        set_up="dateTimeOrigination",
        duration_seconds=pl.when(is_taken).then(pl.col("duration")).otherwise(pl.lit("0")),
        cause=pl.concat_str("origCause_value", "destCause_value", separator="/", ignore_nulls=True),
        session_id=pl.concat_str(
            "globalCallId_ClusterID",
            "globalCallID_callManagerId",
            "globalCallID_callId",
            separator="-",
            ignore_nulls=True,
        ),
        # A row that is not ended was cut off in the middle of a field.
        doubt=pl.when(pl.col("line") == cut_off).then(pl.lit("TRUNCATED_LINE")),
    )


def _device(name: str, address: str) -> pl.Expr:
    named = pl.when(pl.col(name).str.strip_chars() != "").then(pl.col(name))
    return pl.coalesce(named, dotted(pl.col(address)))


def dotted(signed: pl.Expr) -> pl.Expr:
    """An IPv4 address as people write it; null for 0, which is none, and for what is no address."""
    number = pl.when(signed.str.contains(SIGNED)).then(signed).cast(pl.Int64, strict=False)
    fits = (number != 0) & (number >= -(2**31)) & (number < 2**31)
    unsigned = pl.when(fits).then(number % 2**32)
    return pl.concat_str(
        [(unsigned // 2 ** (8 * place) % 256).cast(pl.String) for place in range(4)], separator="."
    )
