"""What makes two records the same: an event id or a fingerprint, and a digest of the payload.

Rule R02: without an id, a record is known by source, A, B, start, duration, type and sequence; two
messages of one second with sequence 17 and 18 are two. The product counts as part of the type, or
two purchases of one second would be one.

Values are compared after normalising (an instant as an instant, 1.50 as 1.5); where a value could
not be read, its text stands in. A part of a call is known by its call and its number. Digests are
BLAKE2b of the joined text, so they are the same on every machine and in every release.
"""

from hashlib import blake2b

import polars as pl

FINGERPRINT = (
    "source",
    "a_number",
    "b_number",
    "occurred_at",
    "duration_seconds",
    "kind",
    "product",
    "sequence",
)
PAYLOAD = (
    "kind",
    "direction",
    "a_number",
    "b_number",
    "account",
    "trunk_in",
    "trunk_out",
    "product",
    "occurred_at",
    "duration_seconds",
    "quantity",
    "amount",
    "currency",
    "sequence",
    "call_id",
    "part",
    "last",
    "cause",
)
# No text of a record holds it, so joined values cannot run into one another.
APART = "\x1f"


def with_keys(records: pl.DataFrame) -> pl.DataFrame:
    """Add `record_key`, `payload_digest` and `has_id`.

    Beside each read column stands the text it was read from, as `written_` and its name.
    """
    payload = _digests(records, PAYLOAD)
    fingerprint = _digests(records, FINGERPRINT)
    part_key = pl.when(pl.col("call_id").is_not_null() & pl.col("part").is_not_null()).then(
        pl.concat_str("call_id", pl.lit("#"), "part")
    )
    return records.with_columns(
        payload_digest=payload,
        record_key=pl.coalesce(part_key, pl.col("event_id"), fingerprint),
        has_id=pl.col("event_id").is_not_null() | part_key.is_not_null(),
    )


def _digests(records: pl.DataFrame, names: tuple[str, ...]) -> pl.Series:
    texts = records.select(
        pl.concat_str([_as_text(records, name) for name in names], separator=APART)
    ).to_series()
    return pl.Series(
        [blake2b(text.encode(), digest_size=16).hexdigest() for text in texts], dtype=pl.String
    )


def _as_text(records: pl.DataFrame, name: str) -> pl.Expr:
    value = pl.col(name)
    if records.schema[name].is_temporal():
        value = value.dt.epoch("us")
    written = f"written_{name}"
    candidates = [value.cast(pl.String)]
    if written in records.columns:
        candidates.append(pl.col(written))
    return pl.coalesce(*candidates, pl.lit(""))
