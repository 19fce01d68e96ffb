"""Text becomes instants: what the wall clock of a source showed, as a moment in UTC.

Accepted are 2026-10-25 02:30:00, with T, with / instead of -, with single digits, without seconds,
with a fraction, and with Z or an offset, which then decides. A local time is read in the zone that
the source declares. Twice a year that goes wrong, and is said instead of guessed:

    IMPOSSIBLE_TIME   02:30 on the spring Sunday, which no clock showed
    AMBIGUOUS_TIME    02:30 on the autumn Sunday, which every clock showed twice

An ambiguous time is settled by the moment the call was set up, where the record has it (the call
began after it and less than half an hour after), else by the policy that the source declares.
"""

import datetime as dt
import re
from typing import Final, Literal

import polars as pl

from mediation.usage import INSTANT

LOCAL = r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?"
# What nearly every file holds in all its lines; nothing in it has to be spelled out.
PLAIN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$"
OFFSET = r"(?:Z|[+-][0-9]{2}:?[0-9]{2})"
# The clock of a record that says otherwise is broken, and no tariff covers it.
YEARS = (1990, 2100)
# No clock is changed twice in so short a time, so one that shows the same offset from UTC at both
# ends of it has shown it throughout.
CLOCKS_STAY: Final = "15m"
# In a longer time than this clocks are likely to be changed, and there is much to look at.
SPAN_MAX: Final = dt.timedelta(days=40)


def with_instants(records: pl.DataFrame, zone: str, ambiguous_times: str) -> pl.DataFrame:
    """Read `occurred_at` from text; null where it cannot be told, with `time_fault` saying why.

    Args:
        records: occurred_at and set_up (seconds since 1970 before which the record cannot have
            begun), both text.
        ambiguous_times: suspend, first or second.
    """
    # Step by step, since an expression that is used twice would be computed twice.
    clock = _with_clock(records)
    read = _with_moment(clock, zone, ambiguous_times).with_columns(
        occurred=pl.coalesce("stamped", "settled")
    )
    believable = pl.col("occurred").dt.year().is_between(*YEARS)
    fault = (
        pl.when(pl.col("text").is_null())
        .then(pl.lit("MISSING_TIME"))
        .when(pl.col("stamped").is_null() & pl.col("local").is_null())
        .then(pl.lit("BAD_TIME"))
        .when(pl.col("stamped").is_null() & pl.col("first").is_null())
        .then(pl.lit("IMPOSSIBLE_TIME"))
        .when(pl.col("occurred").is_null())
        .then(pl.lit("AMBIGUOUS_TIME"))
        .when(~believable)
        .then(pl.lit("BAD_TIME"))
    )
    return read.with_columns(
        occurred_at=pl.when(believable).then(pl.col("occurred")).cast(INSTANT),
        time_fault=fault,
    ).drop("text", "stamped", "local", "first", "settled", "occurred")


def _with_moment(read: pl.DataFrame, zone: str, ambiguous_times: str) -> pl.DataFrame:
    """Add `first`, the first moment at which a clock showed `local`, and `settled`, which it is."""
    offset = _only_offset(read["local"], zone)
    if offset is not None:
        moments = (read["local"] - offset).dt.replace_time_zone("UTC")
        return read.with_columns(first=moments, settled=moments)
    once = read.select(_in_zone(zone, "null")).to_series()
    # Few files hold the hours in which clocks are changed.
    if once.null_count() == read["local"].null_count():
        return read.with_columns(first=once, settled=once)
    twice = read.with_columns(first=_in_zone(zone, "earliest"), second=_in_zone(zone, "latest"))
    return twice.with_columns(settled=_settled(ambiguous_times)).drop("second")


def _only_offset(local: pl.Series, zone: str) -> dt.timedelta | None:
    """How far clocks were from UTC in all the time between these; None where they were changed in
    it, or it is long.
    """
    if local.null_count() == len(local):
        return None
    span = local.to_frame("local").select(
        first=pl.col("local").min().dt.truncate(CLOCKS_STAY),
        last=pl.col("local").max().dt.offset_by(CLOCKS_STAY),
    )
    if (span["last"] - span["first"]).item() > SPAN_MAX:
        return None
    between = span.select(local=pl.datetime_range(pl.first("first"), pl.first("last"), CLOCKS_STAY))
    moments = between.select(_in_zone(zone, "null")).to_series().dt.replace_time_zone(None)
    offsets = (between["local"] - moments).unique()
    return offsets.item() if len(offsets) == 1 else None


def as_iso(time: pl.Expr, time_format: str) -> pl.Expr:
    """Rewrite another notation into the accepted one; text that does not fit stays as it is."""
    if time_format in ("epoch", "epoch_ms"):
        digits = time.str.extract(r"^([0-9]{1,13})$")
        read = _since_1970(digits, "ms" if time_format == "epoch_ms" else "s").dt.strftime(
            "%Y-%m-%d %H:%M:%S%.fZ"
        )
    else:
        plain = time.str.extract(r"^([\x20-\x7e]+)$")
        is_zoned = re.search(r"%[:#]*z", time_format) is not None
        read = plain.str.to_datetime(
            time_format, time_unit="us", time_zone="UTC" if is_zoned else None, strict=False
        ).dt.strftime("%Y-%m-%d %H:%M:%S%.f" + ("Z" if is_zoned else ""))
    return pl.coalesce(read, time)


def _with_clock(records: pl.DataFrame) -> pl.DataFrame:
    """Add `text`, and `stamped` or `local`: what the record says, with an offset or without."""
    plain = records["occurred_at"].str.contains(PLAIN)
    if plain.all(ignore_nulls=False):
        local = pl.col("occurred_at").str.to_datetime(
            "%Y-%m-%d %H:%M:%S", time_unit="us", strict=False
        )
        return records.with_columns(
            text="occurred_at", stamped=pl.lit(None, dtype=INSTANT), local=local
        )
    return records.with_columns(text=_spelled_out(pl.col("occurred_at"))).with_columns(
        stamped=_aware(pl.col("text")), local=_local(pl.col("text"))
    )


def _spelled_out(time: pl.Expr) -> pl.Expr:
    return (
        time.str.replace_all("/", "-", literal=True)
        .str.replace("T", " ", literal=True)
        .str.replace_all(r"\b([0-9])\b", "0$1")
        .str.replace(r"^([0-9-]{10} [0-9]{2}:[0-9]{2})(Z|[+-][0-9:]+)?$", "${1}:00$2")
    )


def _aware(text: pl.Expr) -> pl.Expr:
    with_offset = text.str.extract(f"^({LOCAL}{OFFSET})$").str.replace("Z", "+00:00", literal=True)
    return with_offset.str.to_datetime(
        "%Y-%m-%d %H:%M:%S%.f%:z", time_unit="us", time_zone="UTC", strict=False
    )


def _local(text: pl.Expr) -> pl.Expr:
    return text.str.extract(f"^({LOCAL})$").str.to_datetime(
        "%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False
    )


def _in_zone(zone: str, which: Literal["earliest", "latest", "null"]) -> pl.Expr:
    placed = pl.col("local").dt.replace_time_zone(zone, ambiguous=which, non_existent="null")
    return placed.dt.convert_time_zone("UTC")


def _since_1970(digits: pl.Expr, unit: Literal["s", "ms"]) -> pl.Expr:
    counted = pl.from_epoch(digits.cast(pl.Int64), unit)
    return counted.dt.cast_time_unit("us").dt.replace_time_zone("UTC")


def _settled(policy: str) -> pl.Expr:
    first, second = pl.col("first"), pl.col("second")
    began = _since_1970(pl.col("set_up").str.extract(r"^([0-9]{1,11})$"), "s")
    half_an_hour = pl.duration(minutes=30)
    by_policy = {"first": first, "second": second, "suspend": pl.lit(None, dtype=INSTANT)}[policy]
    return (
        pl.when(first == second)
        .then(first)
        .when((first >= began) & (first < began + half_an_hour))
        .then(first)
        .when((second >= began) & (second < began + half_an_hour))
        .then(second)
        .otherwise(by_policy)
    )
