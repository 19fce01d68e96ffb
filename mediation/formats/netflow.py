"""NetFlow v5, v9 and IPFIX: what routers say about the traffic they carried, as data usage.

A file is export packets one after another, from one exporter or several domains of it. A flow is
charged to the customer at one end of it: the source says which addresses are its customers', and
the account is the address. Bytes are those of the flow, both ways where the exporter counts both.

    customers   prefixes of customers' addresses, such as ["10.20.0.0/16", "2001:db8::/32"]
    between     flows from one customer to another: suspend (default), source, destination
    outside     flows of no customer: suspend (default), reject
    lost        flows missing between packets: refuse the file (default), accept
    count       what v9 packets count: records (default, as RFC 3954 says; a packet that holds
                another number refuses the file), any

Templates may come after the records they describe; records wait for them to the end of the file.
A set whose template never comes is one record rejected as UNKNOWN_TEMPLATE. A flow that was
sampled has only estimated bytes and waits in suspense.
"""

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Any

import polars as pl

from mediation.draft import REJECTED_SCHEMA, Decoded, refused
from mediation.formats.flow_drafts import HEAD_SCHEMA, as_flow_drafts
from mediation.formats.flow_packets import V9, BrokenFlows, Packet, packets
from mediation.formats.flow_reading import Domain, FlowReading, check_counts, read_templates
from mediation.formats.flow_sequences import lost_flows
from mediation.formats.lines import as_rejected, in_file_order
from mediation.formats.mapping import Fault, require
from mediation.source import Source

CHOICES = {
    "between": ("suspend", "source", "destination"),
    "outside": ("suspend", "reject"),
    "lost": ("refuse", "accept"),
    "count": ("records", "any"),
}


def checked_mapping(source: Source) -> Mapping[str, Any]:
    """The mapping of a source, when it names only what there is.

    Raises: BadMapping.
    """
    return require(source, _faults(source.mapping))


def _faults(mapping: Mapping[str, Any]) -> Iterator[Fault]:
    known = {"customers", *CHOICES}
    strange = sorted(set(mapping) - known)
    yield f"the keys {strange}", bool(strange), f"Use only {sorted(known)}."
    prefixes = mapping.get("customers", [])
    wrong = [prefix for prefix in prefixes if not _is_prefix(prefix)]
    told = "List prefixes of customers' addresses, such as 10.20.0.0/16."
    yield "no customers", not prefixes or isinstance(prefixes, str), told
    yield f"the customers {wrong}", bool(wrong), told
    for name, words in CHOICES.items():
        value = mapping.get(name, words[0])
        yield f"{name} = {value}", value not in words, f"Use {' or '.join(words)}."


def _is_prefix(prefix: object) -> bool:
    try:
        ip_network(prefix)  # type: ignore[arg-type]
    except ValueError:
        return False
    return isinstance(prefix, str)


def decode(content: bytes, source: Source) -> Decoded:
    """Read a file of export packets.

    Raises: BadMapping.
    """
    mapping = checked_mapping(source)
    try:
        exported = list(packets(content))
        if not exported:
            return refused("NO_PACKETS: the file is empty")
        known, given = read_templates(content, exported)
        reading = FlowReading(content, known)
        held = [reading.take(index, packet) for index, packet in enumerate(exported)]
        if mapping.get("count", "records") == "records":
            check_counts(exported, given, held)
    except BrokenFlows as fault:
        return refused(f"BROKEN_FLOWS: {fault}")
    is_whole = mapping.get("lost", "refuse") == "accept"
    drafts, outside = as_flow_drafts(
        reading.flows.frame(), _heads(exported, reading.boots, reading.samplings), source
    )
    unread = pl.DataFrame(reading.rejected, schema=REJECTED_SCHEMA, orient="row")
    return Decoded(
        drafts,
        in_file_order(unread, as_rejected(outside)),
        refused=None if is_whole else lost_flows(exported, held),
    )


def _heads(
    exported: list[Packet], boots: Mapping[Domain, int], samplings: Mapping[Domain, int]
) -> pl.DataFrame:
    rows = [
        (
            f"{packet.version}-{packet.domain}-{packet.exported_ms}-{packet.sequence}",
            packet.exported_ms,
            packet.uptime_ms,
            boots.get((packet.version, packet.domain)),
            max(packet.sampled, samplings.get((packet.version, packet.domain), 0)),
            packet.sequence,
            packet.version != V9,
        )
        for packet in exported
    ]
    return pl.DataFrame(rows, schema=HEAD_SCHEMA, orient="row")
