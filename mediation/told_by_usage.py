"""Where the records of a large file went, without what their usage says itself.

Nearly every record of a file lands, and hardly one comes again. Its usage holds its key and, but
for a few cells, its payload; so neither is written twice, and the digest of the payload is computed
when the key does come again. Kept beside where the record went are the cells that usage does not
hold. All else (what waits, what was dropped, parts of calls) has its key and digest in its row.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from mediation.fingerprints import payload_digests
from mediation.intake import OUTCOMES_SCHEMA, UNTOLD, SortedOut
from mediation.key_hashes import KEY_HASH
from mediation.single_values import texts_once

BY_USAGE: Final = ("event_id", "record_key", "payload_digest")
IS_TOLD: Final = (pl.col("outcome") == "landed") & pl.col("payload_digest").is_null()


def is_short(outcomes: pl.DataFrame) -> bool:
    """Whether rows of these outcomes may be told by usage."""
    return set(UNTOLD) <= set(outcomes.columns)


def shortened(outcomes: pl.DataFrame) -> pl.DataFrame:
    """Outcomes as they are kept: of a record without a digest, no key either, and no hash."""
    outcomes = outcomes.drop(KEY_HASH, strict=False)
    if not is_short(outcomes):
        return outcomes
    untold = outcomes.with_columns(
        pl.when(~IS_TOLD).then(pl.col(name)).alias(name) for name in BY_USAGE
    )
    return texts_once(untold, ["batch_id"])


def told(outcomes: pl.DataFrame, usage: pl.DataFrame) -> pl.DataFrame:
    """Outcomes in full (`OUTCOMES_SCHEMA`), in order of lines.

    Args:
        usage: what landed of them, in the canonical columns and as it landed.
    """
    full = outcomes.select(list(OUTCOMES_SCHEMA)).cast(pl.Schema(OUTCOMES_SCHEMA))
    if not is_short(outcomes):
        return full
    known = outcomes.filter(IS_TOLD).drop(*BY_USAGE, "batch_id")
    if known.is_empty():
        return full
    none = {"call_id": pl.lit(None, pl.String), "part": pl.lit(None, pl.Int64)}
    records = known.join(usage, on="line").with_columns(**none)
    assert records.height == known.height, "what landed has usage"
    found = records.with_columns(payload_digest=payload_digests(records))
    return pl.concat([full.filter(~IS_TOLD), found.select(list(OUTCOMES_SCHEMA))]).sort("line")


def kept_of(pieces: Sequence[SortedOut], records: pl.DataFrame) -> pl.DataFrame:
    """What earlier pieces of a batch kept under the keys of these records (OUTCOMES_SCHEMA)."""
    wanted = records.select("record_key").unique()
    is_kept = pl.col("outcome").is_in(["landed", "suspended"])
    again = [piece.outcomes.join(wanted, on="record_key", how="semi") for piece in pieces]
    found = [
        told(each.filter(is_kept), piece.usage) for each, piece in zip(again, pieces, strict=True)
    ]
    return pl.concat([pl.DataFrame(schema=OUTCOMES_SCHEMA), *found])
