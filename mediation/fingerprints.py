"""What makes two records the same: an event id or a fingerprint, and a digest of the payload.

Rule R02: without an id, a record is known by source, A, B, start, duration, type and sequence; two
messages of one second with sequence 17 and 18 are two. The product counts as part of the type, or
two purchases of one second would be one; so does the leg of a session. Where nobody is named as
caller, the account that the record names stands for A.

Values are compared after normalising (an instant as an instant, 1.50 as 1.5); where a value could
not be read, its text stands in. A part of a call is known by its call and its number. Digests are
BLAKE2b of the joined text, so they are the same on every machine and in every release.
"""

from hashlib import blake2b

import polars as pl

from mediation.units import USUAL

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
# Columns that came later are digested where they say something, so that the keys of records that
# came before are still known.
LATER_PAYLOAD = (
    "session_id",
    "leg",
    "queue",
    "agent",
    "agent_location",
    "agent_kind",
    "unit",
)
# No text of a record holds it, so joined values cannot run into one another.
APART = "\x1f"


def with_keys(records: pl.DataFrame) -> pl.DataFrame:
    """Add `record_key`, `payload_digest` and `has_id`.

    Beside each read column stands the text it was read from, as `written_` and its name.
    """
    payload = _digests(records, PAYLOAD, [_told(records, name) for name in LATER_PAYLOAD])
    fingerprint = _digests(records, FINGERPRINT, [_told(records, "leg"), _charged(records)])
    part_key = pl.when(pl.col("call_id").is_not_null() & pl.col("part").is_not_null()).then(
        pl.concat_str("call_id", pl.lit("#"), "part")
    )
    return records.with_columns(
        payload_digest=payload,
        record_key=pl.coalesce(part_key, pl.col("event_id"), fingerprint),
        has_id=pl.col("event_id").is_not_null() | part_key.is_not_null(),
    )


def _digests(records: pl.DataFrame, names: tuple[str, ...], later: list[pl.Expr]) -> pl.Series:
    always = [_as_text(records, name) for name in names]
    texts = records.select(
        pl.concat_str([*always, *later], separator=APART, ignore_nulls=True)
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


def _told(records: pl.DataFrame, name: str) -> pl.Expr:
    """A column by its name, where it says something that does not go without saying."""
    text = _as_text(records, name)
    silent = text == ""
    if name == "unit":
        usual = pl.col("kind").replace_strict(USUAL, default="", return_dtype=pl.String)
        silent = silent | (text == usual)
    return pl.when(~silent).then(pl.format("{}={}", pl.lit(name), text))


def _charged(records: pl.DataFrame) -> pl.Expr:
    written = "written_account" if "written_account" in records.columns else "account"
    is_nameless = _as_text(records, "a_number") == ""
    return pl.when(is_nameless).then(pl.format("account={}", pl.col(written)))
