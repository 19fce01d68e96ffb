"""The canonical columns of usage: one frame, one tenant, one row per chargeable event.

Decoders and normalising produce this frame, rating reads it. A row is a fact that something was
consumed; what it costs is decided elsewhere.

    source            code of the source                     record_key  event id or fingerprint
    batch_id, line    where the record stands in what came   event_id    as the source gave it
    kind              voice, sms, content, data
    direction         outgoing (our customer called), incoming (a carrier brought it), transit
    a_number          caller, digits of E.164 without +      b_number    called, likewise
    account           identifier of the subscription charged
    trunk_in, _out    trunk the call came in by, left by: names the carrier
    product           product code of content and one-off events
    occurred_at       answer of the call, or moment of the event (UTC)
    duration_seconds  connected seconds; null for messages and one-off events
    quantity          1 for a call or message, else pieces
    amount, currency  retail amount the record itself carries, exact
    sequence          number the source gave the record
    arrived_at        when its batch arrived (UTC)
"""

import polars as pl

KINDS = ("voice", "sms", "content", "data")
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
}

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
)


def empty_usage() -> pl.DataFrame:
    """A frame of no usage, with the canonical columns."""
    return pl.DataFrame(schema=USAGE_SCHEMA)


def assert_usage(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame when it is canonical usage; a frame that is not is our own mistake."""
    assert dict(frame.schema) == USAGE_SCHEMA, f"not the canonical columns: {frame.schema}"
    missing = [name for name in REQUIRED if frame[name].null_count()]
    assert not missing, f"required columns of usage with empty cells: {missing}"
    assert frame["kind"].is_in(KINDS).all(), "usage of an unknown kind"
    assert frame["direction"].is_in(DIRECTIONS).all(), "usage of an unknown direction"
    timed = frame.filter(pl.col("kind") == "voice")["duration_seconds"]
    assert not timed.null_count(), "a call without a duration"
    return frame
