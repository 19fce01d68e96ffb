"""The canonical columns of usage: one frame, one tenant, one row per chargeable event.

Decoders and normalising produce this frame, rating reads it. A row is a fact that something was
consumed; what it costs is decided elsewhere.

    source            code of the source                     record_key  event id or fingerprint
    batch_id, line    where the record stands in what came   event_id    as the source gave it
    kind              voice, sms, content, data, meter
    direction         outgoing (our customer called), incoming (a carrier brought it), transit
    a_number          caller, digits of E.164 without +      b_number    called, likewise
    account           identifier of the subscription charged
    trunk_in, _out    trunk the call came in by, left by: names the carrier
    product           product code of content and one-off events
    occurred_at       answer of the call, or moment of the event (UTC)
    duration_seconds  connected seconds; null for messages and one-off events
    quantity          1 for a call or message, pieces of content, bytes in and out of a session of
                      data, what a meter has counted
    unit              what the quantity counts, see `mediation.units`
    reading           what a meter shows, in that unit; the quantity then follows from all readings
                      of the register (`metering`), and may be negative, where it went back
    estimated         true for a reading that nobody took
    register_digits   how many digits of that unit the register has before it begins again at 0
    amount, currency  retail amount the record itself carries, exact
    session_id        legs of one session share it
    leg               ivr, queue, agent, after_call...: the source's word, in lower case
    queue, agent      of a contact centre; agent_location and agent_kind (dedicated, shared) too
    sequence          number the source gave the record
    arrived_at        when its batch arrived (UTC)
"""

from collections.abc import Mapping
from functools import cache

import polars as pl

from mediation.single_values import gathered, with_computed
from mediation.units import KEPT, USUAL

KINDS = tuple(KEPT)
DIRECTIONS = ("outgoing", "incoming", "transit")

INSTANT = pl.Datetime("us", "UTC")

USAGE_SCHEMA: dict[str, pl.DataType] = {
    "source": pl.String(),
    "batch_id": pl.String(),
    "line": pl.Int64(),
    "record_key": pl.String(),
    "event_id": pl.String(),
    "kind": pl.String(),
    "direction": pl.String(),
    "a_number": pl.String(),
    "b_number": pl.String(),
    "account": pl.String(),
    "trunk_in": pl.String(),
    "trunk_out": pl.String(),
    "product": pl.String(),
    "occurred_at": INSTANT,
    "duration_seconds": pl.Int64(),
    "quantity": pl.Int64(),
    "amount": pl.Decimal(38, 12),
    "currency": pl.String(),
    "sequence": pl.Int64(),
    "arrived_at": INSTANT,
    "session_id": pl.String(),
    "leg": pl.String(),
    "queue": pl.String(),
    "agent": pl.String(),
    "agent_location": pl.String(),
    "agent_kind": pl.String(),
    "unit": pl.String(),
    "reading": pl.Int64(),
    "estimated": pl.Boolean(),
    "register_digits": pl.Int64(),
}

# Texts of which a month has few, each of them many times.
REPEATING = (
    "source",
    "batch_id",
    "kind",
    "direction",
    "account",
    "trunk_in",
    "trunk_out",
    "product",
    "currency",
    "leg",
    "queue",
    "agent",
    "agent_location",
    "agent_kind",
    "unit",
)
# The same columns with numbers in place of texts that repeat, for what goes through many hands.
CATEGORISED: dict[str, pl.DataType] = USAGE_SCHEMA | dict.fromkeys(REPEATING, pl.Categorical())

REQUIRED = (
    "source",
    "batch_id",
    "line",
    "record_key",
    "kind",
    "direction",
    "occurred_at",
    "quantity",
    "arrived_at",
    "unit",
)
JUDGED = ("kind", "unit", "direction", "duration_seconds")


def empty_usage() -> pl.DataFrame:
    """A frame of no usage, with the canonical columns."""
    return pl.DataFrame(schema=USAGE_SCHEMA)


def assert_usage(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame when it is canonical usage; a frame that is not is our own mistake."""
    assert dict(frame.schema) == USAGE_SCHEMA, f"not the canonical columns: {frame.schema}"
    missing = [name for name in REQUIRED if frame[name].null_count()]
    assert not missing, f"required columns of usage with empty cells: {missing}"
    for wrong in with_computed(frame.select(JUDGED), _wrong()).drop(JUDGED):
        assert not wrong.any(), wrong.name
    return frame


@cache
def _wrong() -> list[pl.Expr]:
    """What no usage may say, by JUDGED columns, each under the words for it."""
    fits = pl.any_horizontal(
        (pl.col("kind") == kind) & pl.col("unit").is_in(kept) for kind, kept in KEPT.items()
    )
    is_untimed = (pl.col("kind") == "voice") & pl.col("duration_seconds").is_null()
    found = {
        "usage of an unknown kind": ~pl.col("kind").is_in(KINDS),
        "a quantity in a unit that is not of its kind": ~fits,
        "usage of an unknown direction": ~pl.col("direction").is_in(DIRECTIONS),
        "a call without a duration": is_untimed,
    }
    return [each.alias(wrong) for wrong, each in found.items()]


def by_account(usage: pl.DataFrame) -> pl.DataFrame:
    """Usage of one batch by account and line; far fewer accounts than records are sorted."""
    in_order = usage if usage["line"].is_sorted() else usage.sort("line")
    # Rows of a group stay in their order.
    grouped = in_order.select("account").with_row_index("place").group_by("account").agg("place")
    return gathered(in_order, grouped.sort("account")["place"].explode())


def said_once(usage: pl.DataFrame) -> pl.DataFrame:
    """Usage as it is kept: where all event ids are the keys, they stand there as keys alone."""
    return usage.drop("event_id") if usage["event_id"].equals(usage["record_key"]) else usage


def completed(
    frame: pl.DataFrame, schema: Mapping[str, pl.DataType] = USAGE_SCHEMA
) -> pl.DataFrame:
    """Bring usage as it is kept (`said_once`), some of it before a column existed, to the
    canonical columns.
    """
    if list(frame.schema.items()) == list(schema.items()):
        return frame
    if "event_id" not in frame.columns:
        frame = frame.with_columns(event_id="record_key")
    absent = [name for name in USAGE_SCHEMA if name not in frame.columns]
    texts = [pl.lit(None, USAGE_SCHEMA[name]).alias(name) for name in absent if name != "unit"]
    if "unit" in absent:
        texts.append(pl.col("kind").cast(pl.String).replace_strict(USUAL).alias("unit"))
    return frame.with_columns(texts).select(
        pl.col(name).cast(kind) for name, kind in schema.items()
    )
