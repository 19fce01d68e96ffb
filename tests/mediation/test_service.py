"""Files and events become batches; every record has one outcome; nothing is lost or doubled."""

import datetime as dt
import gzip
from pathlib import Path

import polars as pl
import pytest

from mediation import service
from mediation.draft import ControlTotals
from mediation.file_gaps import service as file_gaps
from mediation.landing import service as landing
from mediation.packing import service as packing
from mediation.reading import service as reading
from mediation.recycling import service as recycling
from mediation.service import FileNameTaken
from mediation.sources import service as sources
from mediation.suspense import service as suspense
from tenants.session import TenantSession
from tests.mediation.formats import flow_files, nrtrde_files, tap_files
from tests.mediation.landed import landed_usage
from tests.mediation.sources import MAPPING, ZONE, delimited_file
from tests.sample_data import sample

OCTOBER = (dt.datetime(2026, 10, 1, tzinfo=dt.UTC), dt.datetime(2026, 11, 1, tzinfo=dt.UTC))


@pytest.fixture
def switch(session: TenantSession) -> TenantSession:
    """A session in which the delimited source "switch" is registered."""
    settings = {"zone": ZONE, "mapping": MAPPING, "file_numbers": "cdr-{number}.csv"}
    sources.register_source(session, "switch", "Switch in Warsaw", "delimited", settings)
    return session


def landed(session: TenantSession) -> pl.DataFrame:
    return landed_usage(session, *OCTOBER)


def test_a_good_file_lands_with_its_manifest(switch: TenantSession) -> None:
    content = delimited_file("c1;601234567;+49301234567;2026-10-05 12:00:00;61")

    batch = service.ingest(switch, "switch", "cdr-1.csv", content)

    assert (batch.status, batch.records, batch.landed, batch.sequence) == ("landed", 1, 1, 1)
    assert batch.control_totals["found"] == {"records": 1, "seconds": 61, "amount": "0"}
    assert switch.files.get(batch.sha256) == content
    assert landed(switch).select("event_id", "a_number", "b_number", "occurred_at").row(0) == (
        "c1",
        "48601234567",
        "49301234567",
        dt.datetime(2026, 10, 5, 10, 0, tzinfo=dt.UTC),
    )


def test_a_batch_whose_keys_are_forgotten_can_come_again(switch: TenantSession) -> None:
    row = "c1;601234567;+49301234567;2026-10-05 12:00:00;61"
    first = service.ingest(switch, "switch", "cdr-1.csv", delimited_file(row))
    kept = service.ingest(switch, "switch", "cdr-2.csv", delimited_file(row.replace("c1", "c2")))

    landing.forget_keys(switch, first.id)
    again = service.ingest(
        switch, "switch", "cdr-3.csv", delimited_file(row, row.replace("c1", "c2"))
    )
    once_more = service.ingest(switch, "switch", "cdr-4.csv", delimited_file(row, row))

    assert (kept.landed, again.landed, again.duplicate) == (1, 1, 1)
    assert (once_more.landed, once_more.duplicate) == (0, 2)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_file_sorted_out_in_pieces_is_the_file(
    switch: TenantSession, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    call = "{};601234567;+49301234567;2026-10-05 12:00:00;{}"
    rows = [
        call.format("c1", 61),
        call.format("c2", 10),
        "too;short",
        call.format("c1", 61),
        call.format("c1", 62),
        call.format("c3", "x"),
        call.format("c3", "x"),
        call.format("c1", 62),
        call.format("c2", 10),
        call.format("c4", 5),
    ]
    settings = {"zone": ZONE, "mapping": MAPPING}
    sources.register_source(switch, "other", "Other", "delimited", settings)
    whole = service.ingest(switch, "other", "all.csv", delimited_file(*rows))

    monkeypatch.setattr(reading, "PIECE_RECORDS", size)
    # And with two things at a time, as where there are many records.
    monkeypatch.setattr(reading, "MANY_RECORDS", 1)
    cut = service.ingest(switch, "switch", "cdr-1.csv", delimited_file(*rows))

    told = ["line", "outcome", "reason", "record_key", "payload_digest"]
    one, other = (
        landing.outcomes_of_batch(switch, each.id).select(told).rows() for each in (whole, cut)
    )
    assert other == one
    usage = [
        landing.usage_of_batch(switch, each.id).drop("source", "batch_id").rows()
        for each in (whole, cut)
    ]
    assert usage[0] == usage[1]
    assert [row[1] for row in one].count("duplicate") == 4
    assert (cut.landed, cut.suspended, cut.rejected) == (3, 2, 1)


@pytest.mark.parametrize("many", [1, 3, 50_000])
def test_a_file_that_was_read_ahead_is_the_file(
    switch: TenantSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    call = "{};601234567;+49301234567;2026-10-05 12:00:00;{}"
    content = delimited_file(call.format("c1", 61), "too;short", call.format("c1", "x"))
    settings = {"zone": ZONE, "mapping": MAPPING}
    sources.register_source(switch, "other", "Other", "delimited", settings)
    monkeypatch.setattr(reading, "MANY_RECORDS", many)
    place = tmp_path / "sent"
    place.write_bytes(content)
    begun = service.begin_reading(switch, "switch", service.OwnCopy(place))
    # What becomes of it where it came from changes nothing any more.
    place.write_bytes(b"changed")

    ahead = service.ingest(switch, "switch", "cdr-1.csv", begun)
    begun.abandon()
    alone = service.ingest(switch, "other", "cdr-1.csv", content)

    assert (ahead.landed, ahead.suspended, ahead.rejected) == (1, 1, 1)
    assert switch.files.get(ahead.sha256) == content
    told = ["line", "outcome", "reason", "record_key", "payload_digest"]
    went, usage = (
        [frame(switch, each.id) for each in (ahead, alone)]
        for frame in (landing.outcomes_of_batch, landing.usage_of_batch)
    )
    assert went[0].select(told).rows() == went[1].select(told).rows()
    assert usage[0]["batch_id"].unique().to_list() == [str(ahead.id)]
    assert usage[0]["arrived_at"].unique().to_list() == [ahead.arrived_at]
    hidden = ("source", "batch_id")
    assert usage[0].drop(hidden).rows() == usage[1].drop(hidden).rows()
    waits = [each for found in (ahead, alone) for each in suspense.open_of_batch(switch, found.id)]
    assert [each.raw for each in waits] == [call.format("c1", "x")] * 2
    assert waits[0].fields == waits[1].fields


def test_a_time_is_read_in_pieces_and_each_file_once(
    switch: TenantSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = "{}-{};601234567;+49301234567;2026-10-05 12:00:{:02};61"
    for number, count in enumerate((2, 5, 1)):
        # All of them are of the same minute.
        rows = [call.format(number, row, 7 * row) for row in range(count)]
        service.ingest(switch, "switch", f"cdr-{number}.csv", delimited_file(*rows))
    read: list[str] = []
    read_where = landing.read_where
    monkeypatch.setattr(
        landing, "read_where", lambda *asked: read.append(asked[1]) or read_where(*asked)
    )

    pieces = [each.height for each in service.landed_pieces(switch, *OCTOBER, 3)]

    assert sum(pieces) == 8
    assert max(pieces) <= 3
    assert len(read) == len(set(read)) == 3


def test_the_same_file_again_is_answered_alike_and_changes_nothing(switch: TenantSession) -> None:
    content = delimited_file("c1;601234567;+49301234567;2026-10-05 12:00:00;61")
    first = service.ingest(switch, "switch", "cdr-1.csv", content)

    again = service.ingest(switch, "switch", "cdr-1.csv", content)

    assert again == first
    assert len(service.batches(switch)) == 1


def test_the_same_bytes_under_another_name_are_a_duplicate(switch: TenantSession) -> None:
    content = delimited_file("c1;601234567;+49301234567;2026-10-05 12:00:00;61")
    service.ingest(switch, "switch", "cdr-1.csv", content)

    copy = service.ingest(switch, "switch", "cdr-2.csv", content)

    assert (copy.status, copy.duplicate, copy.landed) == ("duplicate", 1, 0)
    assert landed(switch).height == 1


def test_other_content_under_the_name_of_a_loaded_file_is_a_conflict(
    switch: TenantSession,
) -> None:
    service.ingest(
        switch,
        "switch",
        "cdr-1.csv",
        delimited_file("c1;601234567;+49301234567;2026-10-05 12:00:00;61"),
    )

    with pytest.raises(FileNameTaken, match=r"cdr-1\.csv"):
        service.ingest(
            switch,
            "switch",
            "cdr-1.csv",
            delimited_file("c2;601234567;+49301234567;2026-10-05 12:00:00;61"),
        )


@pytest.mark.parametrize(("many", "small"), [(50_000, 4_096), (1, 4_096), (1, 1)])
def test_records_that_came_in_an_earlier_file_do_not_land_twice(
    switch: TenantSession, monkeypatch: pytest.MonkeyPatch, many: int, small: int
) -> None:
    # Many records tell their keys by their usage, which stands in a pack where the file is small.
    monkeypatch.setattr(reading, "MANY_RECORDS", many)
    monkeypatch.setattr(packing, "SMALL", small)
    row = "c1;601234567;+49301234567;2026-10-05 12:00:00;61"
    service.ingest(switch, "switch", "cdr-1.csv", delimited_file(row))

    later = service.ingest(
        switch,
        "switch",
        "cdr-2.csv",
        delimited_file(
            row,
            "c1;601234567;+49301234567;2026-10-05 12:00:00;99",
            "c2;601234567;+49301234567;2026-10-05 12:30:00;61",
        ),
    )

    assert (later.landed, later.duplicate, later.suspended) == (1, 1, 1)
    assert [each.reason for each in suspense.open_suspense(switch)] == ["ID_REUSED"]
    assert landed(switch)["duration_seconds"].to_list() == [61, 61]


def test_r01_r02_ids_and_fingerprints_are_those_of_one_source(switch: TenantSession) -> None:
    settings = {"zone": ZONE, "mapping": MAPPING}
    sources.register_source(switch, "other", "Switch in Gdynia", "delimited", settings)
    call = ";601234567;+49301234567;2026-10-05 12:00:00;61"
    content = delimited_file(f"c1{call}", call)

    first = service.ingest(switch, "switch", "cdr-1.csv", content)
    of_another = service.ingest(switch, "other", "night.csv", content)
    again = service.ingest(switch, "other", "day.csv", delimited_file(call, f"c1{call}"))

    counts = [(each.landed, each.duplicate) for each in (first, of_another, again)]
    assert counts == [(2, 0), (2, 0), (0, 2)]


def test_r03_each_source_counts_its_own_files(switch: TenantSession) -> None:
    settings = {"zone": ZONE, "mapping": MAPPING, "file_numbers": "cdr-{number}.csv"}
    sources.register_source(switch, "other", "Switch in Gdynia", "delimited", settings)
    for number, source in ((1, "switch"), (2, "other"), (3, "switch"), (4, "other")):
        row = f"c{number};601234567;+49301234567;2026-10-05 12:00:0{number};61"
        service.ingest(switch, source, f"cdr-{number}.csv", delimited_file(row))

    sources.waive_sequence(switch, "other", 2, "named for the wrong source")

    assert (file_gaps.gaps(switch, "switch"), file_gaps.gaps(switch, "other")) == ([2], [3])


def test_every_record_of_a_bad_file_has_one_outcome(switch: TenantSession) -> None:
    batch = service.ingest(
        switch,
        "switch",
        "cdr-1.csv",
        delimited_file(
            "c1;601234567;+49301234567;2026-10-05 12:00:00;61",
            "c2;601234567;+49301234567;;61",
            "c3;601234567",
            "c4;601234567;+49301234567;2026-10-05 12:00:00;1_000",
            "c1;601234567;+49301234567;2026-10-05 12:00:00;61",
            "c5;601234567;+49301234567;2026-10-25 02:30:00;61",
        ),
    )

    counts = (batch.records, batch.landed, batch.rejected, batch.duplicate, batch.suspended)
    assert counts == (6, 1, 1, 1, 3)
    assert [(each.line, each.reason) for each in suspense.open_suspense(switch)] == [
        (3, "MISSING_TIME"),
        (5, "BAD_DURATION"),
        (7, "AMBIGUOUS_TIME"),
    ]


def test_a_file_that_does_not_hold_its_totals_is_quarantined_whole(switch: TenantSession) -> None:
    content = delimited_file("c1;601234567;+49301234567;2026-10-05 12:00:00;61")

    batch = service.ingest(
        switch, "switch", "cdr-1.csv", content, ControlTotals(records=2, seconds=61)
    )

    assert batch.status == "quarantined"
    assert batch.reason == "CONTROL_TOTALS: records declared 2, found 1"
    assert landed(switch).is_empty()
    assert file_gaps.gaps(switch, "switch") == [1]


def test_r04_totals_describe_the_file_as_sent_repeated_lines_included(
    switch: TenantSession,
) -> None:
    row = "c1;601234567;+49301234567;2026-10-05 12:00:00;61"

    as_sent = service.ingest(
        switch, "switch", "cdr-1.csv", delimited_file(row, row), ControlTotals(2, 122)
    )
    without = service.ingest(
        switch, "switch", "cdr-2.csv", delimited_file(row, row, row), ControlTotals(1, 61)
    )

    assert (as_sent.status, as_sent.landed, as_sent.duplicate) == ("landed", 1, 1)
    assert (without.status, without.landed) == ("quarantined", 0)


def test_a_missing_file_number_stays_open_until_it_comes_or_is_waived(
    switch: TenantSession,
) -> None:
    for number, second in ((101, 1), (102, 2), (105, 3)):
        row = f"c{number};601234567;+49301234567;2026-10-05 12:00:0{second};61"
        service.ingest(switch, "switch", f"cdr-{number}.csv", delimited_file(row))

    sources.waive_sequence(switch, "switch", 104, "lost with the disk of 5 October")

    assert file_gaps.gaps(switch, "switch") == [103]


def test_a_repaired_record_goes_on(switch: TenantSession) -> None:
    service.ingest(switch, "switch", "cdr-1.csv", delimited_file("c2;601234567;+49301234567;;61"))
    [waiting] = suspense.open_suspense(switch)

    suspense.repair(switch, waiting.id, {"occurred_at": "2026-10-05 12:00:00"}, "from the switch")
    left, still = recycling.recycle(switch)

    assert (left, still) == ([waiting.id], [])
    [batch] = service.batches(switch)
    assert (batch.landed, batch.suspended) == (1, 0)
    assert landed(switch).select("event_id", "line").rows() == [("c2", 2)]


def test_a_record_that_landed_after_repair_is_known_when_it_comes_again(
    switch: TenantSession,
) -> None:
    service.ingest(switch, "switch", "cdr-1.csv", delimited_file("c2;601234567;+49301234567;;61"))
    [waiting] = suspense.open_suspense(switch)
    suspense.repair(switch, waiting.id, {"occurred_at": "2026-10-05 12:00:00"}, "from the switch")
    recycling.recycle(switch)

    again = service.ingest(
        switch,
        "switch",
        "cdr-2.csv",
        delimited_file("c2;601234567;+49301234567;2026-10-05 12:00:00;61"),
    )

    assert (again.duplicate, again.landed) == (1, 0)


def test_a_record_that_is_still_wrong_waits_on(switch: TenantSession) -> None:
    service.ingest(switch, "switch", "cdr-1.csv", delimited_file("c2;601234567;+49301234567;;61"))
    [waiting] = suspense.open_suspense(switch)

    suspense.repair(switch, waiting.id, {"occurred_at": "yesterday"}, "a guess")
    left, still = recycling.recycle(switch)

    assert (left, still) == ([], [waiting.id])
    assert suspense.the_record(switch, waiting.id).reason == "BAD_TIME"


def test_a_rejected_record_is_counted_and_leaves_suspense(switch: TenantSession) -> None:
    service.ingest(switch, "switch", "cdr-1.csv", delimited_file("c2;601234567;+49301234567;;61"))
    [waiting] = suspense.open_suspense(switch)

    recycling.reject(switch, waiting.id, "a test call")

    [batch] = service.batches(switch)
    assert (batch.rejected, batch.suspended) == (1, 0)
    assert suspense.open_suspense(switch) == []


def test_parts_of_a_call_wait_for_the_part_in_the_next_file(session: TenantSession) -> None:
    columns = MAPPING["columns"] | {"call_id": 6, "part": 7, "last": 8}
    mapping = MAPPING | {"header": False, "count": [8, 8], "columns": columns}
    mapping["columns"] = {"a_number": 2, "b_number": 3, "occurred_at": 4, "duration_seconds": 5} | {
        "call_id": 6,
        "part": 7,
        "last": 8,
    }
    sources.register_source(
        session, "parts", "Parts", "delimited", {"zone": ZONE, "mapping": mapping}
    )
    first = (
        b"x;601234567;+49301234567;2026-10-05 12:00:00;610;k1;1;N\n"
        b"x;601234567;+49301234567;2026-10-05 12:10:10;610;k1;2;N\n"
    )
    batch = service.ingest(session, "parts", "a.csv", first)
    assert (batch.suspended, batch.landed) == (2, 0)

    service.ingest(
        session, "parts", "b.csv", b"x;601234567;+49301234567;2026-10-05 12:20:20;17;k1;3;Y\n"
    )

    [call] = landed(session).select("duration_seconds", "occurred_at", "record_key").rows()
    assert call == (1237, dt.datetime(2026, 10, 5, 10, 0, tzinfo=dt.UTC), "k1")
    assert suspense.open_suspense(session) == []
    assert [(each.landed, each.suspended) for each in service.batches(session)] == [(2, 0), (1, 0)]


def test_an_event_again_gets_its_first_answer(session: TenantSession) -> None:
    sources.register_source(session, "shop", "Shop", "events", {"kind": "content"})
    event = {"id": "e1", "product": "NEWS", "occurred_at": "2026-10-05T10:00:00Z"}

    first = service.ingest_events(session, "shop", [event])
    again = service.ingest_events(
        session, "shop", [event | {"occurred_at": "2026-10-05T12:00:00+02:00"}]
    )

    assert first == again
    assert first[0].status == "accepted"
    assert len(service.batches(session)) == 1


def test_one_bad_event_costs_no_other(session: TenantSession) -> None:
    sources.register_source(session, "shop", "Shop", "events", {"kind": "content"})
    good = {"id": "e1", "product": "NEWS", "occurred_at": "2026-10-05T10:00:00Z"}

    answers = service.ingest_events(
        session, "shop", [good, "nonsense", {"id": "e2"}, good | {"product": "SPORT"}]
    )

    assert [(each.status, each.reason) for each in answers] == [
        ("accepted", None),
        ("rejected", "NOT_AN_OBJECT"),
        ("suspended", "MISSING_TIME"),
        ("suspended", "ID_REUSED"),
    ]


def test_a_bomb_costs_one_file(switch: TenantSession) -> None:
    bomb = gzip.compress(bytes(1024**2), 9) * 600

    batch = service.ingest(switch, "switch", "cdr-1.csv", bomb)

    assert batch.status == "quarantined"
    assert "512 MB" in batch.reason


def test_usage_that_cannot_be_priced_waits_and_comes_back_repaired(switch: TenantSession) -> None:
    service.ingest(
        switch,
        "switch",
        "cdr-1.csv",
        delimited_file("c1;601234567;+49301234567;2026-10-05 12:00:00;61"),
    )
    unpriced = landed(switch).with_columns(
        reason=pl.lit("NO_RATE"), detail=pl.lit(None, dtype=pl.String)
    )
    suspense.suspend_at_rating(switch, unpriced, switch.ids.new())
    [waiting] = suspense.open_suspense(switch, stage="rating")

    suspense.repair(switch, waiting.id, {"b_number": "+4930999999"}, "misdialled prefix")
    recycling.recycle(switch)

    assert landed(switch).select("event_id", "b_number", "a_number").rows() == [
        ("c1", "4930999999", "48601234567")
    ]
    assert suspense.open_suspense(switch) == []


def test_usage_that_is_given_up_at_rating_is_rated_no_more(switch: TenantSession) -> None:
    service.ingest(
        switch,
        "switch",
        "cdr-1.csv",
        delimited_file("c1;601234567;+49301234567;2026-10-05 12:00:00;61"),
    )
    unpriced = landed(switch).with_columns(
        reason=pl.lit("NO_RATE"), detail=pl.lit(None, dtype=pl.String)
    )
    period = switch.ids.new()
    suspense.suspend_at_rating(switch, unpriced, period)
    [waiting] = suspense.open_suspense(switch)
    assert suspense.open_at_rating(switch, period) == [(waiting.batch_id, 2)]

    recycling.reject(switch, waiting.id, "a test call")
    suspense.suspend_at_rating(switch, unpriced, period)

    assert suspense.open_at_rating(switch, period) == []
    assert landed(switch).is_empty()
    [batch] = service.batches(switch)
    assert (batch.landed, batch.rejected, batch.suspended) == (0, 1, 0)


def test_late_usage_is_noticed(switch: TenantSession) -> None:
    before = switch.now() - dt.timedelta(seconds=1)
    service.ingest(
        switch,
        "switch",
        "cdr-1.csv",
        delimited_file("c1;601234567;+49301234567;2026-10-05 12:00:00;61"),
    )

    assert service.has_landed_since(switch, *OCTOBER, before)
    assert not service.has_landed_since(switch, *OCTOBER, switch.now())
    assert not service.has_landed_since(switch, OCTOBER[1], OCTOBER[1], before)


def test_the_samples_of_two_switches_are_taken_in(session: TenantSession) -> None:
    china = {"zone": "Asia/Shanghai", "country": "CN"}
    sources.register_source(session, "asterisk", "A", "asterisk", {"zone": "Asia/Baghdad"})
    sources.register_source(session, "freeswitch", "F", "freeswitch", china)

    calls = service.ingest(
        session,
        "asterisk",
        "Master.csv",
        sample("telecom/cdr/asterisk/Master.csv").read_bytes(),
    )
    others = service.ingest(
        session,
        "freeswitch",
        "cdr.csv",
        sample("telecom/cdr/freeswitch/cdr_csv_Master.csv").read_bytes(),
    )

    assert (calls.records, calls.landed) == (14, 14)
    assert (others.records, others.landed, others.duplicate, others.suspended) == (10, 2, 1, 7)


@pytest.mark.parametrize(
    ("format", "bad", "good", "reason"),
    [
        (
            "tap",
            tap_files.batch(audited=tap_files.audit(4199, 4)),
            tap_files.batch(),
            "CONTROL_TOTALS: total charge declared 4.199, found 4.200",
        ),
        (
            "nrtrde",
            nrtrde_files.listed(count=5),
            nrtrde_files.listed(),
            "CONTROL_TOTALS: records declared 5, found 4",
        ),
    ],
)
def test_r04_a_roaming_file_lands_whole_or_not_at_all(
    session: TenantSession, format: str, bad: bytes, good: bytes, reason: str
) -> None:
    sources.register_source(session, "roaming", "Visited networks", format, {})

    refused = service.ingest(session, "roaming", "first", bad)
    landed_whole = service.ingest(session, "roaming", "second", good)

    assert (refused.status, refused.reason, refused.records) == ("quarantined", reason, 4)
    assert (landed_whole.status, landed_whole.records, landed_whole.landed) == ("landed", 4, 4)
    assert landed(session)["batch_id"].to_list() == [str(landed_whole.id)] * 4


def test_a_repaired_record_sent_again_as_it_first_came_is_a_duplicate(
    switch: TenantSession,
) -> None:
    row = "c2;601234567;+49301234567;;61"
    service.ingest(switch, "switch", "cdr-1.csv", delimited_file(row))
    [waiting] = suspense.open_suspense(switch)
    suspense.repair(switch, waiting.id, {"occurred_at": "2026-10-05 12:00:00"}, "from the log")
    recycling.recycle(switch, [waiting.id])

    again = service.ingest(
        switch,
        "switch",
        "cdr-2.csv",
        delimited_file(row, "c2;601234567;+49301234567;2026-10-05 12:00:00;61"),
    )

    assert (again.duplicate, again.suspended, again.landed) == (2, 0, 0)


def test_a_call_whose_end_comes_in_a_later_file_lands_with_that_file(
    session: TenantSession,
) -> None:
    sources.register_source(session, "proxy", "SIP proxy", "flatstore", {})
    began = b"INVITE|a|b|c1|200|OK|1791187200|x|48601234567|49301234567|y\n"
    ended = b"BYE|b|a|c1|200|OK|1791187261|x|||y\n"

    first = service.ingest(session, "proxy", "acc_1.log", began)
    second = service.ingest(session, "proxy", "acc_2.log", ended)

    assert (first.suspended, second.landed, second.suspended) == (1, 1, 0)
    [call] = landed(session).to_dicts()
    assert (call["duration_seconds"], call["b_number"]) == (61, "49301234567")
    # 1791187200 is 2026-10-05 08:00:00 UTC.
    assert call["occurred_at"] == dt.datetime(2026, 10, 5, 8, tzinfo=dt.UTC)
    moved = landing.the_batch(session, first.id)
    assert (moved.landed, moved.suspended) == (1, 0)


def test_a_flow_file_with_a_gap_waits_until_the_gap_is_accepted(session: TenantSession) -> None:
    mapping = {"customers": ["10.20.0.0/16"]}
    sources.register_source(session, "edge", "Edge routers", "netflow", {"mapping": mapping})
    content = flow_files.packet_v5(sequence=0) + flow_files.packet_v5(sequence=5)

    refused = service.ingest(session, "edge", "flows-1", content)
    sources.change_source(session, "edge", {"mapping": mapping | {"lost": "accept"}})
    accepted = service.read_again(session, refused.id)

    assert refused.reason == "LOST_FLOWS: missing are 4 flows before the packet at byte 72"
    assert (accepted.status, accepted.records, accepted.landed) == ("landed", 2, 2)
    assert (
        landed(session).select("kind", "account", "quantity", "unit").rows()
        == [("data", flow_files.CUSTOMER, 1500, "byte")] * 2
    )
