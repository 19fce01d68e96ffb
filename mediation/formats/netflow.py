"""NetFlow v5, v9 and IPFIX: what routers say about the traffic they carried, as data usage.

A file is export packets one after another, from one exporter or several domains of it. A flow is
charged to the customer at one end of it: the source says which addresses are its customers', and
the account is the address. Bytes are those of the flow, both ways where the exporter counts both.

    customers   prefixes of customers' addresses, such as ["10.20.0.0/16", "2001:db8::/32"]
    between     flows from one customer to another: suspend (default), source, destination
    outside     flows of no customer: suspend (default), reject
    mixed       packets of two exporters under one domain: refuse the file (default), accept
    lost        flows missing between packets: refuse the file (default), accept
    count       what v9 packets count: records (default, as RFC 3954 says; a packet that holds
                another number refuses the file), any

A template may come after the records that it describes, or in another file of the source
(`mediation.flow_knowledge`), and so may what options tell of the exporter (`flow_options`).
Exporters are told apart by their domains, so two of them that use the same domain need a source
each; a file that can only be of two is refused (`mediation.flow_mixture`). A set whose template is
not known is one record that waits as UNKNOWN_TEMPLATE. A flow that was sampled has only estimated
bytes and waits in suspense. The line of a record, or of a set, is the byte of the file at which it
begins.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from ipaddress import ip_network
from typing import Any

import polars as pl

from i18n.locale import Words, _
from mediation.draft import Decoded, as_drafts, refused
from mediation.flow_knowledge import (
    NOTHING_TOLD,
    STARTED,
    UNKNOWN_TEMPLATE,
    FlowKnowledge,
    Key,
    Told,
)
from mediation.flow_mixture import mixture, started
from mediation.formats.flow_drafts import HEAD_SCHEMA, as_flow_drafts
from mediation.formats.flow_packets import V5, BrokenFlows, FlowSet, Packet, packets
from mediation.formats.flow_reading import (
    FlowReading,
    TemplateChoice,
    check_counts,
    line_of,
    read_templates,
)
from mediation.formats.flow_sequences import lost_flows
from mediation.formats.lines import RAW_SHOWN_MAX, as_rejected
from mediation.formats.mapping import Fault, require, strange_keys
from mediation.source import Source

FAULTS_SHOWN = 3
CHOICES = {
    "between": ("suspend", "source", "destination"),
    "outside": ("suspend", "reject"),
    "mixed": ("refuse", "accept"),
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
    yield strange_keys(mapping, known)
    prefixes = mapping.get("customers", [])
    wrong = [prefix for prefix in prefixes if not _is_prefix(prefix)]
    told = Words(_("List prefixes of customers' addresses, such as 10.20.0.0/16."))
    yield Words(_("no customers")), not prefixes or isinstance(prefixes, str), told
    yield Words(_("the customers {wrong}"), wrong=wrong), bool(wrong), told
    for name, words in CHOICES.items():
        value = mapping.get(name, words[0])
        yield (
            Words(_("{name} = {value}"), name=name, value=value),
            value not in words,
            Words(_("Use {choices}."), choices=" / ".join(words)),
        )


def _is_prefix(prefix: object) -> bool:
    try:
        ip_network(prefix)  # type: ignore[arg-type]
    except ValueError:
        return False
    return isinstance(prefix, str)


def decode(content: bytes, source: Source, knowledge: FlowKnowledge = NOTHING_TOLD) -> Decoded:
    """Read a file of export packets; `knowledge` is what other files of the source told.

    Raises: BadMapping.
    """
    mapping = checked_mapping(source)
    try:
        exported = list(packets(content))
        if not exported:
            return refused("NO_PACKETS: the file is empty")
        known, given = read_templates(content, exported)
        choice = TemplateChoice(known, knowledge)
        reading = FlowReading(content, choice, knowledge)
        held = [reading.take(index, packet) for index, packet in enumerate(exported)]
        if mapping.get("count", "records") == "records":
            check_counts(exported, given, held)
    except BrokenFlows as fault:
        return refused(f"BROKEN_FLOWS: {fault}")
    drafts, outside = as_flow_drafts(reading.flows.frame(), _heads(exported, reading), source)
    told = tuple(sorted([*choice.told(), *reading.options.told(), *_starts(exported)]))
    return Decoded(
        pl.concat([drafts, _waiting(content, reading.waiting)]).sort("line"),
        as_rejected(outside),
        refused=_refused(mapping, told, exported, held),
        flows_told=told,
    )


def _refused(
    mapping: Mapping[str, Any],
    told: Sequence[Told],
    exported: Sequence[Packet],
    held: Sequence[int | None],
) -> str | None:
    """Why a file that was read is loaded only where the source accepts it."""
    mixed = [] if mapping.get("mixed", "refuse") == "accept" else mixture(told)
    if mixed:
        return f"TWO_EXPORTERS: {'; '.join(mixed[:FAULTS_SHOWN])}"
    if mapping.get("lost", "refuse") == "accept":
        return None
    return lost_flows(exported, held)


def _waiting(content: bytes, sets: Sequence[tuple[Packet, FlowSet]]) -> pl.DataFrame:
    """Sets that wait for their template, each as one draft that is no flow of anybody."""
    # A set waits in each file that holds it, so that its flows are compared once they are read.
    file = sha256(content).hexdigest()[:16] if sets else ""
    rows = [
        {
            "line": line_of(held),
            "raw": content[held.begin : min(held.end, held.begin + RAW_SHOWN_MAX // 2)].hex(),
            "event_id": f"{_origin(packet)}-set-{line_of(held)}-{file}",
            "kind": "data",
            "direction": "outgoing",
            "occurred_at": datetime.fromtimestamp(packet.exported_ms / 1000, UTC).isoformat(),
            "quantity": "0",
            "unit": "byte",
            "doubt": UNKNOWN_TEMPLATE,
        }
        for packet, held in sets
    ]
    columns = ("raw", "event_id", "kind", "direction", "occurred_at", "quantity", "unit", "doubt")
    schema = {"line": pl.Int64(), **{name: pl.String() for name in columns}}
    return as_drafts(pl.DataFrame(rows, schema=schema))


def _origin(packet: Packet) -> str:
    return f"{packet.version}-{packet.domain}-{packet.exported_ms}-{packet.sequence}"


def _starts(exported: Sequence[Packet]) -> Iterator[Told]:
    """When exporters started, by the uptimes in their packets."""
    boots: dict[Key, list[tuple[int, int]]] = {}
    for packet in exported:
        if packet.uptime_ms is not None:
            key = (packet.version, packet.domain, STARTED)
            boot = packet.exported_ms - packet.uptime_ms
            boots.setdefault(key, []).append((boot, packet.exported_ms))
    for key, told in boots.items():
        yield from started(key, told)


def _heads(exported: Sequence[Packet], reading: FlowReading) -> pl.DataFrame:
    rows = [
        (
            _origin(packet),
            packet.exported_ms,
            packet.uptime_ms,
            reading.boot_of(index, packet),
            reading.is_sampled(index, packet),
            packet.sequence,
            # IPFIX counts records of options too, and those of sets that wait.
            packet.version == V5,
        )
        for index, packet in enumerate(exported)
    ]
    return pl.DataFrame(rows, schema=HEAD_SCHEMA, orient="row")
