"""What makes two records the same: an event id or a fingerprint, and a digest of the payload.

Rule R02: without an id, a record is known by source, A, B, start, duration, type and sequence; two
messages of one second with sequence 17 and 18 are two. The product counts as part of the type, or
two purchases of one second would be one; so do the leg of a session and what a meter shows. Where
nobody is named as caller, the account that the record names stands for A.

Values are compared after normalising (an instant as an instant, 1.50 as 1.5); where a value could
not be read, its text stands in. A part of a call is known by its call and its number. Digests are
BLAKE2b of the joined text, so they are the same on every machine and in every release.
"""

from hashlib import blake2b

import polars as pl

from mediation.single_values import FEW, is_single, with_computed
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
    "reading",
    "estimated",
    "register_digits",
)
# Two legs of a session, or two readings of one instant, are two.
LATER_FINGERPRINT = ("leg", "reading", "estimated")
# No text of a record holds it, so joined values cannot run into one another.
APART = "\x1f"


def with_keys(records: pl.DataFrame, is_digested: bool = True) -> pl.DataFrame:
    """Add `record_key`, `payload_digest` and `has_id`.

    Beside each read column stands the text it was read from, as `written_` and its name.

    Args:
        is_digested: False leaves `payload_digest` of records without a `fault` empty.
    """
    payload = payload_digests(records) if is_digested else _of_faulty(records)
    part_key = pl.when(pl.col("call_id").is_not_null() & pl.col("part").is_not_null()).then(
        pl.concat_str("call_id", pl.lit("#"), "part")
    )
    named = records.with_columns(
        payload_digest=payload, record_key=pl.coalesce(part_key, pl.col("event_id"))
    ).with_columns(has_id=pl.col("record_key").is_not_null())
    nameless = ~named["has_id"]
    if not nameless.any():
        return named
    unnamed = named.filter(nameless)
    later = [_told(unnamed, name) for name in LATER_FINGERPRINT]
    fingerprint = _digests(unnamed, FINGERPRINT, [*later, _charged(unnamed)])
    keys = named["record_key"].scatter(nameless.arg_true(), fingerprint)
    return named.with_columns(record_key=keys)


def payload_digests(records: pl.DataFrame) -> pl.Series:
    """The digest of each record's payload.

    Where a column is read from text, that text stands beside it; what has no fault needs it for
    trunks alone, and has the same digest without the others.
    """
    return _digests(records, PAYLOAD, [_told(records, name) for name in LATER_PAYLOAD])


def _of_faulty(records: pl.DataFrame) -> pl.Series:
    none = pl.repeat(None, records.height, dtype=pl.String, eager=True)
    is_faulty = records["fault"].is_not_null()
    if not is_faulty.any():
        return none
    return none.scatter(is_faulty.arg_true(), payload_digests(records.filter(is_faulty)))


def _digests(records: pl.DataFrame, names: tuple[str, ...], later: list[pl.Expr]) -> pl.Series:
    """BLAKE2b of each record's joined values, in hex.

    The one loop over records in mediation, and it runs in C. Universal hashing with four lanes of
    32 bits, computed in columns, was measured beside it and takes longer, for less certainty.
    """
    parts = [*(_as_text(records, name) for name in names), *later]
    named = {f"part_{place}": part for place, part in enumerate(parts)}
    told = with_computed(records, [part.alias(name) for name, part in named.items()])
    joined = pl.concat_str(_runs(told.select(list(named))), separator=APART, ignore_nulls=True)
    texts = told.select(joined.cast(pl.Binary))
    begin, digests = blake2b(digest_size=16).copy, []
    for text in texts.to_series().to_list():
        digest = begin()
        digest.update(text)
        digests.append(digest.hexdigest())
    return pl.Series(digests, dtype=pl.String)


def _runs(told: pl.DataFrame) -> list[pl.Expr]:
    """The columns in their order; those beside one another that are one text throughout, as one."""
    if told.height < FEW:
        return [pl.col(name) for name in told.columns]
    runs: list[pl.Expr] = []
    alike: list[str] = []
    for column in told:
        if is_single(column):
            alike += [] if column[0] is None else [column[0]]
            continue
        runs += [pl.lit(APART.join(alike))] if alike else []
        runs.append(pl.col(column.name))
        alike = []
    return runs + ([pl.lit(APART.join(alike))] if alike else [])


def _as_text(records: pl.DataFrame, name: str) -> pl.Expr:
    value, column = pl.col(name), records[name]
    if column.dtype.is_temporal():
        value = value.dt.epoch("us")
    # Most columns of most sources are empty, or whole: what is not there is not looked at.
    candidates = [pl.lit("")]
    if column.null_count() and f"written_{name}" in records.columns:
        candidates.insert(0, pl.col(f"written_{name}"))
    if not _is_empty(records, name):
        candidates.insert(0, value.cast(pl.String))
    return pl.coalesce(*candidates)


def _is_empty(records: pl.DataFrame, name: str) -> bool:
    return 0 < records.height == records[name].null_count()


def _told(records: pl.DataFrame, name: str) -> pl.Expr:
    """A column by its name, where it says something that does not go without saying."""
    text = _as_text(records, name)
    silent = text == ""
    if all(_is_empty(records, cell) for cell in _cells(records, name)):
        return pl.lit(None, pl.String)
    if name == "unit":
        usual = pl.col("kind").replace_strict(USUAL, default="", return_dtype=pl.String)
        silent = silent | (text == usual)
    return pl.when(~silent).then(pl.format("{}={}", pl.lit(name), text))


def _cells(records: pl.DataFrame, name: str) -> list[str]:
    return [each for each in (name, f"written_{name}") if each in records.columns]


def _charged(records: pl.DataFrame) -> pl.Expr:
    written = "written_account" if "written_account" in records.columns else "account"
    is_nameless = _as_text(records, "a_number") == ""
    return pl.when(is_nameless).then(pl.format("account={}", pl.col(written)))
