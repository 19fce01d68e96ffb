"""Which records have come before: by event id, or by fingerprint where there is no id.

    same key, same payload    duplicate: no new row
    same id, other payload    ID_REUSED: suspense, the first record stays as it is
    same fingerprint          duplicate, whatever else differs: there is no id to dispute

Records are compared with those of earlier batches and with those that stand before them in their
own. A later retry of the first payload is still a duplicate, also when another payload has come
under that id in between.
"""

import polars as pl

from mediation.fingerprints import payload_digests
from mediation.key_hashes import KEY_HASH

KEYS_SCHEMA = {"record_key": pl.String(), "payload_digest": pl.String()}


def judge_duplicates(records: pl.DataFrame, earlier: pl.DataFrame) -> pl.DataFrame:
    """Add `verdict`: new, duplicate or reused; what has a key of another has its digest too.

    Args:
        records: record_key, payload_digest, has_id, in the order of arrival; KEY_HASH if known.
        earlier: KEYS_SCHEMA, the keys of everything already kept from this source.
    """
    keys = records["record_key"]
    # Nearly all keys of a file are seen once and never again. That two keys have one hash only lets
    # both be looked at.
    hashes = records[KEY_HASH] if KEY_HASH in records.columns else keys.hash()
    is_again = hashes.is_duplicated() | keys.is_in(earlier["record_key"].unique().implode())
    if not is_again.any():
        return records.with_columns(verdict=pl.lit("new"))
    again, places = _digested(records.filter(is_again)), is_again.arg_true()
    told = pl.repeat("new", records.height, dtype=pl.String, eager=True)
    return records.with_columns(
        records["payload_digest"].scatter(places, again["payload_digest"]),
        told.scatter(places, _verdicts(again, earlier)).alias("verdict"),
    )


def _digested(records: pl.DataFrame) -> pl.DataFrame:
    """Records with all their digests, some of which may have been left out so far."""
    is_left = records["payload_digest"].is_null()
    if not is_left.any():
        return records
    digests = payload_digests(records.filter(is_left))
    whole = records["payload_digest"].scatter(is_left.arg_true(), digests)
    return records.with_columns(whole)


def _verdicts(records: pl.DataFrame, earlier: pl.DataFrame) -> pl.Series:
    """The verdicts on records whose key another record has, here or earlier."""
    known_keys = earlier.select("record_key").unique().with_columns(key_is_known=True)
    known_payloads = earlier.select(list(KEYS_SCHEMA)).unique().with_columns(payload_is_known=True)
    first_of_key = pl.col("record_key").is_first_distinct()
    first_of_payload = pl.struct("record_key", "payload_digest").is_first_distinct()
    came_before = ~first_of_payload | pl.col("payload_is_known").fill_null(False)
    key_taken = ~first_of_key | pl.col("key_is_known").fill_null(False)
    verdict = (
        pl.when(came_before)
        .then(pl.lit("duplicate"))
        .when(key_taken & pl.col("has_id"))
        .then(pl.lit("reused"))
        .when(key_taken)
        .then(pl.lit("duplicate"))
        .otherwise(pl.lit("new"))
    )
    return (
        records.join(known_keys, on="record_key", how="left", maintain_order="left")
        .join(
            known_payloads,
            on=["record_key", "payload_digest"],
            how="left",
            maintain_order="left",
        )
        .select(verdict=verdict)
        .to_series()
    )
