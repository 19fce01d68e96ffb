"""Flows as drafts, in columns: whose flow it was, when, how long, how many bytes.

Times come in many ways. Uptimes are milliseconds since the exporter started, in 32 bits that run
over every 49 days; the packet says its own uptime and the time, so the instant is that many
milliseconds before the packet. Other fields give seconds, milliseconds, NTP time in 64 bits, or
microseconds before the packet.
"""

from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from typing import Any

import polars as pl

from mediation.draft import as_drafts
from mediation.formats.flow_templates import NAMES, Row
from mediation.source import Source

ADDRESSES = ("source_v4", "destination_v4", "source_v6", "destination_v6")
FLOW_SCHEMA: dict[str, pl.DataType] = {
    **{name: pl.Binary() if name in ADDRESSES else pl.UInt64() for name in NAMES},
    "packet": pl.UInt32(),
    "nth": pl.Int64(),
    "place": pl.Int64(),
    "line": pl.Int64(),
    "raw": pl.String(),
}
HEAD_SCHEMA: dict[str, pl.DataType] = {
    "origin": pl.String(),
    "exported_ms": pl.Int64(),
    "uptime_ms": pl.Int64(),
    "known_boot_ms": pl.Int64(),
    "is_sampled": pl.Boolean(),
    "first_sequence": pl.Int64(),
    "counts_flows": pl.Boolean(),
}
CHUNK = 50_000
# NTP counts seconds from 1900.
NTP_TO_UNIX_SECONDS = 2_208_988_800
HALF_UPTIME = 2**31
FULL_UPTIME = 2**32
# Above any quantity that is believed, and far from overflowing when a few are added.
OCTETS_MAX = 10**16
MILLISECONDS_MAX = 253_402_300_800_000


class FlowRows:
    """Collects flows; the Python values of many are given up for columns as they come."""

    def __init__(self) -> None:
        self._rows: list[tuple[Any, ...]] = []
        self._frames: list[pl.DataFrame] = []

    def add(self, packet: int, nth: int, place: int, line: int, raw: str, values: Row) -> None:
        """Take one flow: the packet it is in, which one and at which byte, its line in the file."""
        self._rows.append((*values, packet, nth, place, line, raw))
        if len(self._rows) >= CHUNK:
            self._frames.append(self._columns())
            self._rows.clear()

    def frame(self) -> pl.DataFrame:
        """All flows, with FLOW_SCHEMA."""
        return pl.concat([*self._frames, self._columns()])

    def _columns(self) -> pl.DataFrame:
        columns = zip(*self._rows, strict=True) if self._rows else ([] for _ in FLOW_SCHEMA)
        return pl.DataFrame(dict(zip(FLOW_SCHEMA, columns, strict=True)), schema=FLOW_SCHEMA)


def as_flow_drafts(
    flows: pl.DataFrame, heads: pl.DataFrame, source: Source
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Drafts of flows, and the flows of nobody where the source does not want them.

    Args:
        heads: one row for each packet, with HEAD_SCHEMA.
    """
    placed = flows.hstack(heads[flows["packet"]]) if flows.height else flows.hstack(heads.clear())
    timed = placed.with_columns(
        octets_all=_octets(), started=_started("start"), ended=_started("end")
    ).with_columns(lasted=_lasted())
    sided = _with_account(
        timed.with_columns(began=pl.coalesce("started", pl.col("ended") - pl.col("lasted"))), source
    )
    is_outside = pl.col("doubt").eq_missing("NO_CUSTOMER") & (
        source.mapping.get("outside", "suspend") == "reject"
    )
    return _drafts(sided.filter(~is_outside), source), sided.filter(is_outside).select(
        "line", "raw", reason=pl.lit("NO_CUSTOMER")
    )


def _drafts(flows: pl.DataFrame, source: Source) -> pl.DataFrame:
    named = bool(source.carrier_trunks)
    return as_drafts(
        flows.select(
            "line",
            "raw",
            "account",
            "doubt",
            event_id=pl.format("{}-{}", "origin", "place"),
            kind=pl.lit("data"),
            direction=pl.lit("outgoing"),
            occurred_at=_as_text(pl.col("began")),
            duration_seconds=pl.col("lasted").floordiv(1000).cast(pl.String),
            quantity=pl.col("octets_all").cast(pl.String),
            unit=pl.lit("byte"),
            sequence=pl.when("counts_flows")
            .then(pl.col("first_sequence") + pl.col("nth"))
            .otherwise("first_sequence")
            .cast(pl.String),
            trunk_in=pl.col("interface_in").cast(pl.String) if named else pl.lit(None),
            trunk_out=pl.col("interface_out").cast(pl.String) if named else pl.lit(None),
        )
    )


def _octets() -> pl.Expr:
    one_way = _bounded(pl.coalesce("octets", "octets_total"))
    back = _bounded(pl.coalesce("octets_back", "octets_total_back"))
    asked, answered = _bounded(pl.col("octets_initiator")), _bounded(pl.col("octets_responder"))
    both = asked.fill_null(0) + answered.fill_null(0)
    return pl.coalesce(
        one_way + back.fill_null(0),
        pl.when(asked.is_not_null() | answered.is_not_null()).then(both),
    )


def _bounded(octets: pl.Expr) -> pl.Expr:
    return octets.clip(upper_bound=OCTETS_MAX).cast(pl.Int64)


def _started(which: str) -> pl.Expr:
    """Milliseconds since 1970 at which a flow starts or ends, by the finest field there is."""
    before_us = pl.col(f"{which}_before_us").cast(pl.Int64, strict=False)
    return pl.coalesce(
        pl.col(f"{which}_ms").cast(pl.Int64, strict=False),
        _from_ntp(pl.col(f"{which}_ntp_us")),
        _from_ntp(pl.col(f"{which}_ntp_ns")),
        _by_uptime(pl.col(f"{which}_uptime")),
        pl.col("exported_ms") - before_us // 1000,
        pl.col(f"{which}_s").clip(upper_bound=2**40).cast(pl.Int64) * 1000,
    )


def _from_ntp(stamp: pl.Expr) -> pl.Expr:
    seconds = (stamp // FULL_UPTIME).cast(pl.Int64) - NTP_TO_UNIX_SECONDS
    fraction = (stamp % FULL_UPTIME * 1000 // FULL_UPTIME).cast(pl.Int64)
    return seconds * 1000 + fraction


def _by_uptime(uptime: pl.Expr) -> pl.Expr:
    """Before the packet by the difference of uptimes, which are 32 bits wide and run over."""
    given = uptime.cast(pl.Int64, strict=False)
    behind = (pl.col("uptime_ms") - given + HALF_UPTIME) % FULL_UPTIME - HALF_UPTIME
    booted = pl.coalesce(pl.col("booted_ms").cast(pl.Int64, strict=False), "known_boot_ms")
    return pl.coalesce(pl.col("exported_ms") - behind, booted + given)


def _lasted() -> pl.Expr:
    return pl.coalesce(
        pl.col("ended") - pl.col("started"),
        pl.col("lasted_ms").cast(pl.Int64, strict=False),
        pl.col("lasted_us").cast(pl.Int64, strict=False) // 1000,
    )


def _as_text(milliseconds: pl.Expr) -> pl.Expr:
    """An instant as text; a number of milliseconds that is none stays a number, for suspense."""
    is_instant = milliseconds.is_between(0, MILLISECONDS_MAX, closed="left")
    shown = pl.from_epoch(milliseconds.clip(0, MILLISECONDS_MAX - 1), "ms").dt.strftime(
        "%Y-%m-%d %H:%M:%S%.3fZ"
    )
    return pl.when(is_instant).then(shown).otherwise(milliseconds.cast(pl.String))


def _with_account(flows: pl.DataFrame, source: Source) -> pl.DataFrame:
    flows = flows.with_columns(
        source=pl.coalesce("source_v4", "source_v6"),
        destination=pl.coalesce("destination_v4", "destination_v6"),
    )
    addresses = pl.concat([flows["source"], flows["destination"]]).drop_nulls().unique()
    customers = _customers(addresses, source.mapping["customers"])
    for end in ("source", "destination"):
        named = customers.rename({"address": end, "text": f"{end}_customer"})
        flows = flows.join(named, on=end, how="left", maintain_order="left")
    at_source, at_destination = pl.col("source_customer"), pl.col("destination_customer")
    both = at_source.is_not_null() & at_destination.is_not_null()
    chosen = {"source": at_source, "destination": at_destination}.get(
        source.mapping.get("between", "suspend")
    )
    return flows.with_columns(
        account=pl.when(both).then(chosen).otherwise(pl.coalesce(at_source, at_destination)),
        doubt=pl.when(at_source.is_null() & at_destination.is_null())
        .then(pl.lit("NO_CUSTOMER"))
        .when(both & pl.lit(chosen is None))
        .then(pl.lit("TWO_CUSTOMERS"))
        .when(_is_sampled())
        .then(pl.lit("SAMPLED_FLOW"))
        .when(pl.col("octets_all").is_null())
        .then(pl.lit("NO_VOLUME")),
    )


def _is_sampled() -> pl.Expr:
    """By what the exporter tells of itself, or of this one flow (RFC 3954, RFC 5477)."""
    return (
        pl.col("is_sampled")
        | (pl.max_horizontal("sampling", "sampler") > 1).fill_null(False)
        | (pl.col("packets_left_out") > 0).fill_null(False)
        | (pl.col("sample_population") > pl.col("sample_size")).fill_null(False)
    )


def _customers(addresses: pl.Series, prefixes: Sequence[str]) -> pl.DataFrame:
    """Those of the addresses that lie in one of the prefixes, and how each is written."""
    inside: dict[int, dict[int, set[int]]] = {4: {}, 16: {}}
    for prefix in map(ip_network, prefixes):
        ignored = prefix.max_prefixlen - prefix.prefixlen
        held = inside[prefix.max_prefixlen // 8].setdefault(ignored, set())
        held.add(int(prefix.network_address) >> ignored)
    found = {
        address: str(ip_address(address))
        for address in addresses
        if any(
            int.from_bytes(address, "big") >> ignored in held
            for ignored, held in inside.get(len(address), {}).items()
        )
    }
    return pl.DataFrame(
        {"address": list(found), "text": list(found.values())},
        schema={"address": pl.Binary(), "text": pl.String()},
    )
