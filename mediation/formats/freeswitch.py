"""FreeSWITCH call records: `cdr_csv` with the template that FreeSWITCH ships as its example.

    1 caller name  2 caller  3 called  4 context  5 start  6 answer  7 end  8 duration  9 billsec
    10 hangup cause  11 uuid  12 uuid of the other leg  13 account  14, 15 codecs

Times are local, as 2020/2/10 22:41 or 2020-02-10 22:41:07. An empty answer time is a call that
nobody took. The same uuid may be written again with another hangup cause: same id, other payload.
"""

import polars as pl

from mediation.draft import Decoded, as_drafts, refused
from mediation.formats.lines import in_file_order, read_lines, split_fields
from mediation.source import Source

COLUMNS = 15


def decode(content: bytes, source: Source) -> Decoded:
    """Read a cdr_csv file; a line that is no call record is rejected with its reason."""
    lines = read_lines(content, source.encoding)
    if lines is None:
        return refused("WRONG_ENCODING")
    fields = split_fields(lines.records, ",", (COLUMNS, COLUMNS), text=lines.text)
    is_answered = pl.col("field_6").fill_null("") != ""
    drafts = fields.rows.select(
        "line",
        "raw",
        event_id="field_11",
        kind=pl.lit("voice"),
        a_number="field_2",
        b_number="field_3",
        account="field_13",
        occurred_at=pl.when(is_answered).then(pl.col("field_6")).otherwise(pl.col("field_5")),
        duration_seconds=pl.when(is_answered).then(pl.col("field_9")).otherwise(pl.lit("0")),
        cause="field_10",
        doubt=pl.when(pl.col("line") == lines.cut_off).then(pl.lit("TRUNCATED_LINE")),
    )
    return Decoded(as_drafts(drafts), in_file_order(lines.rejected, fields.rejected))
