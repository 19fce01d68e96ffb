"""Flows are read by templates of other files, in whatever order the files come."""

import datetime as dt
import struct
from itertools import permutations
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from mediation import service as mediation
from mediation.batch import Batch
from mediation.decoding import decode
from mediation.landing import service as landing
from mediation.reading import service as reading
from mediation.recycling import service as recycling
from mediation.sources import service as sources
from mediation.suspense import service as suspense
from mediation.trying import service as trying
from mediation.undoing import service as undoing
from mediation.undoing.undo import TemplatesNeeded
from settlement.insight.usage_checks import USAGE_CHECKS
from tenants.session import TenantSession
from tests.mediation.formats.flow_files import (
    CUSTOMER,
    EXPORTED,
    FIELDS,
    SERVER,
    address,
    flow,
    flow_v5,
    ipfix_template,
    message,
    numbered_set,
    options_template,
    packet_v5,
    packet_v9,
    template,
)
from tests.mediation.undoing.test_service import undo

OCTOBER = (dt.datetime(2026, 10, 1, tzinfo=dt.UTC), dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
MAPPING: dict[str, Any] = {"customers": ["10.20.0.0/16"], "lost": "accept"}
SWAPPED = (FIELDS[1], FIELDS[0], *FIELDS[2:])

TEMPLATE = packet_v9(template(), declared=1, sequence=1)
FLOWS = packet_v9(
    numbered_set(256, flow(octets=100), flow(octets=200)), declared=2, sequence=2,
    exported=EXPORTED + 60,
)  # fmt: skip
# The first of its flows has come before; the other belongs to nobody.
MORE = FLOWS + packet_v9(
    numbered_set(256, flow(SERVER, SERVER)), declared=1, sequence=3, exported=EXPORTED + 90
)
FILES = {"template": TEMPLATE, "flows": FLOWS, "more": MORE}


@pytest.fixture(autouse=True)
def decode_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decode in this process: a child for each of so many small files would take long."""
    monkeypatch.setattr(reading, "decode_apart", decode)


def register(session: TenantSession, code: str = "edge", **mapping: Any) -> None:
    settings = {"mapping": MAPPING | mapping}
    sources.register_source(session, code, "Edge routers", "netflow", settings)


def load(session: TenantSession, name: str, content: bytes, code: str = "edge") -> Batch:
    return mediation.ingest(session, code, name, content)


def octets(session: TenantSession, code: str = "edge") -> list[int]:
    usage = mediation.landed_usage(session, *OCTOBER).filter(pl.col("source") == code)
    return sorted(usage["quantity"])


def counts(session: TenantSession, batch: Batch) -> tuple[int, int, int, int, int]:
    now = mediation.the_batch(session, batch.id)
    return now.records, now.landed, now.rejected, now.duplicate, now.suspended


def waiting(session: TenantSession) -> list[str]:
    return sorted(each.reason for each in suspense.open_suspense(session))


def test_flows_are_read_by_the_template_of_an_earlier_file(session: TenantSession) -> None:
    register(session)
    load(session, "1", TEMPLATE)

    batch = load(session, "2", FLOWS)

    assert counts(session, batch) == (2, 2, 0, 0, 0)
    assert octets(session) == [100, 200]


def test_flows_without_a_template_wait_as_one_record_until_it_comes(
    session: TenantSession,
) -> None:
    register(session)
    batch = load(session, "2", FLOWS)
    before = (counts(session, batch), waiting(session), octets(session))
    recycling.recycle(session)
    recycled = (counts(session, batch), waiting(session))

    load(session, "1", TEMPLATE)

    assert before == ((1, 0, 0, 0, 1), ["UNKNOWN_TEMPLATE"], [])
    assert recycled == before[:2]
    assert counts(session, batch) == (2, 2, 0, 0, 0)
    assert (waiting(session), octets(session)) == ([], [100, 200])
    outcomes = landing.outcomes_of_batch(session, batch.id)
    assert outcomes["outcome"].to_list() == ["landed", "landed"]
    # The same flows in yet another file are known.
    again = load(session, "3", FLOWS + packet_v9(declared=0, sequence=9))
    assert counts(session, again) == (2, 0, 0, 2, 0)


@pytest.mark.parametrize("is_known_before", [True, False])
def test_a_reading_ahead_counts_only_by_what_is_known_at_last(
    session: TenantSession, tmp_path: Path, is_known_before: bool
) -> None:
    register(session)
    if is_known_before:
        load(session, "1", TEMPLATE)
    place = tmp_path / "flows"
    place.write_bytes(FLOWS)
    begun = mediation.begin_reading(session, "edge", mediation.OwnCopy(place))
    if not is_known_before:
        load(session, "1", TEMPLATE)

    batch = mediation.ingest(session, "edge", "2", begun)
    begun.abandon()

    assert counts(session, batch) == (2, 2, 0, 0, 0)


def test_the_order_of_arrival_changes_nothing(session: TenantSession) -> None:
    results = set()
    for place, order in enumerate(permutations(FILES)):
        code = f"edge-{place}"
        register(session, code)
        batches = {name: load(session, name, FILES[name], code) for name in order}
        usage = mediation.landed_usage(session, *OCTOBER).filter(pl.col("source") == code)
        held = usage.select("event_id", "account", "quantity", "occurred_at").rows()
        records = tuple(counts(session, batches[name])[0] for name in sorted(FILES))
        kinds = [counts(session, batch)[1:] for batch in batches.values()]
        results.add((tuple(held), records, tuple(map(sum, zip(*kinds, strict=True)))))

    [(held, records, kinds)] = results
    assert [row[1:3] for row in held] == [(CUSTOMER, 100), (CUSTOMER, 200)]
    # Two flows landed, two came twice, and one is nobody's and waits.
    assert (records, kinds) == ((2, 3, 0), (2, 0, 2, 1))
    assert set(waiting(session)) == {"NO_CUSTOMER"}
    checks = [check for check in USAGE_CHECKS if "periods" not in check.sql]
    assert checks
    assert not any(session.connection().exec_driver_sql(each.sql).all() for each in checks)


def test_a_template_redefined_holds_from_its_export_on(session: TenantSession) -> None:
    register(session, between="source", outside="suspend")
    later = packet_v9(template(256, SWAPPED), declared=1, sequence=5, exported=EXPORTED + 300)
    late_flow = packet_v9(
        numbered_set(256, flow(SERVER, CUSTOMER)), declared=1, sequence=6, exported=EXPORTED + 360
    )
    for name, content in {"4": late_flow, "2": FLOWS, "3": later, "1": TEMPLATE}.items():
        load(session, name, content)

    usage = mediation.landed_usage(session, *OCTOBER)
    # By the later template the first address of a record is the destination.
    assert usage.select("account", "quantity").rows() == [
        (CUSTOMER, 100), (CUSTOMER, 200), (CUSTOMER, 1500),
    ]  # fmt: skip


def test_a_template_too_late_for_flows_read_otherwise_waits_with_its_file(
    session: TenantSession,
) -> None:
    register(session)
    load(session, "1", TEMPLATE)
    load(session, "2", FLOWS)
    other = packet_v9(template(256, SWAPPED), declared=1, sequence=5, exported=EXPORTED + 30)

    late = load(session, "late", other)

    assert late.status == "quarantined"
    assert late.reason == "LATE_TEMPLATE: 2"
    assert octets(session) == [100, 200]


def test_a_file_whose_template_is_needed_is_undone_after_those_that_need_it(
    session: TenantSession,
) -> None:
    register(session)
    teller = load(session, "1", TEMPLATE)
    load(session, "2", FLOWS)

    with pytest.raises(TemplatesNeeded, match="Flows of 2 were read by what 1 told"):
        undoing.propose(session, teller.id, "of another router")

    again = TEMPLATE + packet_v9(template(), declared=1, sequence=8)
    load(session, "3", again)
    assert undoing.propose(session, teller.id, "of another router").status == "proposed"


def test_a_set_that_was_given_up_stays_given_up(session: TenantSession) -> None:
    register(session)
    other = numbered_set(256, flow(octets=300))
    content = FLOWS + packet_v9(other, declared=1, sequence=3, exported=EXPORTED + 90)
    batch = load(session, "2", content)
    [first, _] = suspense.open_suspense(session)
    recycling.reject(session, first.id, "nobody knows that router")

    load(session, "1", TEMPLATE)

    assert counts(session, batch) == (2, 1, 1, 0, 0)
    assert octets(session) == [300]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (packet_v5(flow_v5(SERVER, SERVER)), "NO_CUSTOMER"),
        (packet_v5(sampling=0x4000 | 100), "SAMPLED_FLOW"),
    ],
)
def test_what_a_decoder_doubts_goes_on_only_when_a_person_says_so(
    session: TenantSession, content: bytes, reason: str
) -> None:
    register(session)
    load(session, "1", content)
    [record] = suspense.open_suspense(session)

    recycling.recycle(session)
    after_all = waiting(session)
    recycling.recycle(session, [record.id])

    assert (after_all, waiting(session)) == ([reason], [])


def test_what_a_person_has_changed_goes_on_with_all_others(session: TenantSession) -> None:
    register(session)
    load(session, "1", packet_v5(flow_v5(SERVER, SERVER)))
    [record] = suspense.open_suspense(session)

    suspense.repair(session, record.id, {"account": CUSTOMER}, "the router of that customer")
    recycling.recycle(session)

    assert (waiting(session), octets(session)) == ([], [1500])


def test_options_that_change_other_flows_of_the_file_wait_on(session: TenantSession) -> None:
    register(session)
    sampled = packet_v9(
        template(),
        numbered_set(256, flow()),
        numbered_set(257, struct.pack(">II", 0, 1000)),
        declared=3,
    )
    batch = load(session, "1", sampled)
    told = packet_v9(options_template(257, ((1, 4),), ((34, 4),)), declared=1, sequence=1)

    load(session, "2", told)

    assert counts(session, batch) == (2, 1, 0, 0, 1)
    [record] = suspense.open_suspense(session)
    assert "undo the file" in record.detail


SAMPLING = options_template(257, ((1, 4),), ((34, 4),))


def said_to_sample(rate: int, exported: int) -> bytes:
    """A packet whose options say that one packet out of so many is looked at."""
    told = numbered_set(257, struct.pack(">II", 0, rate))
    return packet_v9(SAMPLING, told, declared=2, sequence=7, exported=exported)


@pytest.mark.parametrize(
    ("rate", "exported", "reasons"),
    [
        (1000, EXPORTED, ["SAMPLED_FLOW", "SAMPLED_FLOW"]),
        (1, EXPORTED, []),
        # It was told to sample only later.
        (1000, EXPORTED + 61, []),
    ],
)
def test_how_an_exporter_samples_is_known_of_its_later_files(
    session: TenantSession, rate: int, exported: int, reasons: list[str]
) -> None:
    register(session)
    load(session, "1", TEMPLATE)
    load(session, "options", said_to_sample(rate, exported))

    load(session, "2", FLOWS)

    assert waiting(session) == reasons
    assert octets(session) == ([] if reasons else [100, 200])


def test_that_flows_were_sampled_comes_too_late_for_those_that_landed(
    session: TenantSession,
) -> None:
    register(session)
    load(session, "1", TEMPLATE)
    load(session, "2", FLOWS)

    late = load(session, "late", said_to_sample(1000, EXPORTED + 30))
    harmless = load(session, "harmless", said_to_sample(1, EXPORTED + 30))
    later = load(session, "later", said_to_sample(1000, EXPORTED + 90))

    assert (late.status, late.reason) == ("quarantined", "LATE_OPTIONS: 2")
    assert (harmless.status, later.status) == ("landed", "landed")


def test_undoing_a_file_takes_back_what_its_options_told(session: TenantSession) -> None:
    register(session)
    load(session, "1", TEMPLATE)
    teller = load(session, "options", said_to_sample(1000, EXPORTED))
    reader = load(session, "2", FLOWS)
    with pytest.raises(TemplatesNeeded, match="Flows of 2 were read by what options told"):
        undoing.propose(session, teller.id, "of another router")

    for batch in (reader, teller):
        undo(session, batch)

    again = load(session, "again", FLOWS)
    assert counts(session, again) == (2, 2, 0, 0, 0)


BY_UPTIME = ((8, 4), (12, 4), (1, 4), (22, 4), (21, 4))
BOOTED = ipfix_template(257, ((149, 4), (160, 8)), scope=1)


def booted(at: int, exported: int) -> bytes:
    """A message whose options say when the exporter started."""
    told = numbered_set(257, struct.pack(">IQ", 1, at * 1000))
    return message(BOOTED, told, sequence=3, exported=exported)


def test_the_start_of_an_exporter_is_known_of_its_other_files(session: TenantSession) -> None:
    register(session)
    body = address(CUSTOMER) + address(SERVER) + struct.pack(">III", 1500, 40_000, 70_000)
    flows = message(ipfix_template(256, BY_UPTIME), numbered_set(256, body), exported=EXPORTED)
    started = EXPORTED - 100
    teller = load(session, "before", booted(started, EXPORTED - 90))
    load(session, "restart", booted(EXPORTED + 10, EXPORTED + 20))

    load(session, "flows", flows)

    [at] = mediation.landed_usage(session, *OCTOBER)["occurred_at"]
    assert at.timestamp() == started + 40
    with pytest.raises(TemplatesNeeded):
        undoing.propose(session, teller.id, "of another router")


def an_exporter(up_since: int, exported: int, sequence: int, *sets: bytes) -> bytes:
    """A packet of an exporter that is up since a second; it holds its template and a flow."""
    held = sets or (template(), numbered_set(256, flow()))
    uptime = (exported - up_since) * 1000
    declared = len(held)
    return packet_v9(*held, declared=declared, sequence=sequence, uptime=uptime, exported=exported)


LONG_UP = an_exporter(EXPORTED - 9000, EXPORTED, 1)
LATER_UP = an_exporter(EXPORTED - 600, EXPORTED + 1, 800)


def test_two_exporters_of_one_domain_are_not_mixed(session: TenantSession) -> None:
    register(session)

    together = load(session, "both", LONG_UP + LATER_UP)
    load(session, "one", LONG_UP)
    other = load(session, "other", LATER_UP)
    register(session, "core")
    apart = load(session, "other", LATER_UP, "core")

    since = "domain 1 of version 9 is up since 2026-10-05 07:30:00 and 2026-10-05 09:50:00"
    assert together.reason == other.reason == f"TWO_EXPORTERS: {since}"
    assert [each.status for each in (together, other, apart)] == [
        "quarantined", "quarantined", "landed",
    ]  # fmt: skip
    assert octets(session) == [1500]


def test_two_exporters_of_one_domain_are_mixed_where_the_source_accepts_it(
    session: TenantSession,
) -> None:
    register(session, mixed="accept")

    batches = [load(session, name, content) for name, content in
               {"one": LONG_UP, "other": LATER_UP, "both": LATER_UP + LONG_UP}.items()]  # fmt: skip

    assert {each.status for each in batches} == {"landed"}


def test_templates_that_go_back_and_forth_between_files_are_of_two_exporters(
    session: TenantSession,
) -> None:
    register(session)
    other = packet_v9(template(256, SWAPPED), declared=1, sequence=5, exported=EXPORTED + 30)
    again = packet_v9(template(), declared=1, sequence=6, exported=EXPORTED + 60)
    load(session, "1", TEMPLATE)
    load(session, "2", other)

    third = load(session, "3", again)

    assert third.reason == (
        "TWO_EXPORTERS: template 256 of domain 1 of version 9 goes back and forth"
    )


def test_a_trial_knows_what_the_source_was_told(session: TenantSession) -> None:
    register(session)
    load(session, "1", TEMPLATE)

    trial = trying.try_out(session, "2", FLOWS, source_code="edge")

    assert trial.outcomes.landed == 2
