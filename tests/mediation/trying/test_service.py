"""A sample is read as its source would read it, and nothing of it is kept."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from mediation import service as mediation
from mediation.conservation import Outcomes
from mediation.draft import ControlTotals
from mediation.formats.mapping import BadMapping
from mediation.repairing import service as repairing
from mediation.repairing.rule import Change
from mediation.source import settings_of, source_from
from mediation.sources import service as sources
from mediation.trying import service
from mediation.trying.service import NothingToTry
from mediation.trying.trial import Fault
from tenants.session import TenantSession
from tests.mediation.formats.test_radius import AT, a_report
from tests.mediation.sources import MAPPING, ZONE, a_source, delimited_file

TRAILED = MAPPING | {"trailer": {"marker": "TRL", "records": 2, "seconds": 3}}
SETTINGS = {"zone": ZONE, "mapping": TRAILED, "file_numbers": "cdr-{number}.csv"}
GOOD = "c1;601234567;+49301234567;2026-10-05 12:00:00;61"
LATE = "c2;601234567;+49301234567;;39"
BROKEN = "c3;one;two"


@pytest.fixture
def switch(session: TenantSession) -> TenantSession:
    """A session in which the source "switch" has sent one call."""
    sources.register_source(session, "switch", "Switch", "delimited", SETTINGS)
    mediation.ingest(session, "switch", "cdr-1.csv", delimited_file(GOOD, "TRL;1;61"))
    return session


def kept(session: TenantSession) -> tuple[Any, ...]:
    """Everything that taking in would change: rows by table, and files."""
    tables = ("batches", "landed_files", "suspense", "sources", "audit_entries")
    session.flush()
    present = {row[0] for row in session.execute(sa.text("SELECT tablename FROM pg_tables"))}
    counts = [
        session.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()
        for table in tables
        if table in present
    ]
    files = sorted(str(path) for path in Path(session.database.settings.data_folder).rglob("*"))
    return (counts, files)


def test_a_sample_shows_what_would_become_of_each_record(switch: TenantSession) -> None:
    sample = delimited_file(GOOD, LATE, BROKEN, "c4;601234567;+49301234568;2026-10-06 12:00:00;30")

    trial = service.try_out(
        switch,
        "cdr-2.csv",
        sample + b"TRL;4;130\n",
        source_code="switch",
    )

    assert trial.refusal is None
    assert trial.outcomes == Outcomes(landed=1, rejected=1, duplicate=1, suspended=1)
    assert trial.faults == (
        Fault("suspended", "MISSING_TIME", 1),
        Fault("rejected", "WRONG_COLUMN_COUNT", 1),
    )
    assert (trial.declared, trial.found.seconds) == (ControlTotals(records=4, seconds=130), 130)
    assert [(each.line, each.outcome, each.reason) for each in trial.shown] == [
        (2, "duplicate", None),
        (3, "suspended", "MISSING_TIME"),
        (4, "rejected", "WRONG_COLUMN_COUNT"),
        (5, "landed", None),
    ]
    last = trial.shown[-1]
    assert (last.raw, last.draft["occurred_at"]) == (
        "c4;601234567;+49301234568;2026-10-06 12:00:00;30",
        "2026-10-06 12:00:00",
    )
    assert last.usage["occurred_at"].startswith("2026-10-06 10:00:00")
    assert (last.usage["a_number"], last.usage["unit"]) == ("48601234567", "piece")


def test_a_trial_keeps_nothing(switch: TenantSession) -> None:
    before = kept(switch)

    service.try_out(switch, "a.csv", delimited_file(GOOD, LATE), source_code="switch")
    service.try_out(switch, "a.csv", b"\xff\xfe\x00", source_code="switch")

    assert kept(switch) == before


@pytest.mark.parametrize(
    ("name", "lines", "refusal"),
    [
        ("cdr-2.csv", (LATE, "TRL;9;39"), "CONTROL_TOTALS: records declared 9, found 1"),
        ("cdr-1.csv", (LATE, "TRL;1;39"), "SEQUENCE_TAKEN: file 1 was loaded before"),
        ("cdr-2.csv", (LATE,), "MISSING_TRAILER"),
    ],
)
def test_a_file_that_would_be_quarantined_says_why(
    switch: TenantSession, name: str, lines: tuple[str, ...], refusal: str
) -> None:
    trial = service.try_out(switch, name, delimited_file(*lines), source_code="switch")

    assert trial.refusal == refusal


def test_other_settings_are_tried_beside_a_source_that_works(switch: TenantSession) -> None:
    settings = {"zone": "UTC", "mapping": MAPPING}

    trial = service.try_out(
        switch, "a.csv", delimited_file(GOOD), source_code="switch", settings=settings
    )

    [record] = trial.shown
    # The same id at another instant is no duplicate: it is another payload.
    assert (record.outcome, record.reason) == ("suspended", "ID_REUSED")
    assert sources.the_source(switch, "switch").source.zone == ZONE


def test_a_format_is_tried_without_any_source(session: TenantSession) -> None:
    mapping = {"lines": True, "columns": {"product": "what", "occurred_at": "at"}}
    settings = {"kind": "content", "mapping": mapping}
    sample = b'{"what": "NEWS", "at": "2026-10-05T10:00:00Z"}\n{"what": "NEWS"}\n'

    trial = service.try_out(
        session, "a.json", sample, format="mapped_json", settings=settings, shown=1
    )

    assert trial.outcomes == Outcomes(landed=1, suspended=1)
    assert [each.usage["product"] for each in trial.shown] == ["NEWS"]


def test_a_report_after_the_stop_of_its_session_would_not_wait(session: TenantSession) -> None:
    sources.register_source(session, "nas", "Access", "radius", {"kind": "data"})
    mediation.ingest(session, "nas", "1", a_report("Stop").encode())
    late = a_report("Start") + a_report("Interim-Update", Acct_Session_Time=300)
    told = (late + a_report("Interim-Update", Acct_Session_Id='"s2"')).encode()

    trial = service.try_out(session, "2", told, source_code="nas")

    assert trial.outcomes == Outcomes(landed=2, suspended=1)
    assert trial.faults == (Fault("suspended", "INCOMPLETE", 1),)
    assert [(each.outcome, bool(each.detail)) for each in trial.shown] == [
        ("landed", False), ("landed", False), ("suspended", True),
    ]  # fmt: skip
    # What it says then happens.
    landed = mediation.ingest(session, "nas", "2", told)
    assert (landed.landed, landed.suspended) == (2, 1)


PREFIX = Change("BAD_NUMBER", "b_number", "#*", "b_number", "+*")
AGAIN = Change("ID_REUSED", "b_number", "#*", "b_number", "+*")
UNTIMED = Change("MISSING_TIME", "event_id", "c2", "occurred_at", "2026-10-05 13:00:00")


def test_standing_rules_repair_in_a_trial_what_they_would_repair(switch: TenantSession) -> None:
    rules = [
        repairing.apply(switch, UNTIMED, "no clock", is_standing=True).rule.id,
        repairing.apply(switch, PREFIX, "marked", source_code="switch", is_standing=True).rule.id,
        repairing.apply(switch, AGAIN, "sent twice", is_standing=True).rule.id,
    ]
    # Neither a rule applied once, nor one that was stopped, nor one of another source repairs.
    sources.register_source(switch, "other", "Other", "delimited", SETTINGS)
    once = Change("BAD_NUMBER", "b_number", "?", "b_number", "112")
    repairing.apply(switch, once, "once")
    repairing.apply(switch, once, "other", source_code="other", is_standing=True)
    stopped = repairing.apply(switch, once, "stopped", is_standing=True).rule
    repairing.stop(switch, stopped.id)
    sample = delimited_file(
        "c3;601234567;#49301234567;2026-10-05 12:00:00;61",
        "c2;601234567;#49301234567;;39",
        "c4;601234567;#bad;2026-10-05 12:00:00;61",
        "c5;601234567;?;2026-10-05 12:00:00;61",
        # Once repaired, it is the very call that has come before under its id.
        "c1;601234567;#49301234567;2026-10-05 12:00:00;61",
        BROKEN,
        "TRL;6;283",
    )

    before = kept(switch)
    trial = service.try_out(switch, "cdr-2.csv", sample, source_code="switch")

    assert kept(switch) == before
    assert trial.refusal is None
    told = [(each.rule, each.why, each.records, each.left, each.lines) for each in trial.repairs]
    # The call without a time waits for it first, and then for its number.
    assert told == [
        (rules[0], "no clock", 1, 0, (3,)),
        (rules[1], "marked", 3, 2, (2, 3, 4)),
        (rules[2], "sent twice", 1, 1, (6,)),
    ]
    assert trial.outcomes == Outcomes(landed=2, rejected=2, suspended=2)
    both = trial.shown[1]
    assert [(each.rule, each.target, each.before, each.after) for each in both.repairs] == [
        (rules[0], "occurred_at", "", "2026-10-05 13:00:00"),
        (rules[1], "b_number", "#49301234567", "+49301234567"),
    ]
    assert both.draft["b_number"] == "#49301234567" and "occurred_at" not in both.draft
    assert (both.usage["b_number"], both.usage["occurred_at"][:13]) == (
        "49301234567",
        "2026-10-05 11",
    )
    # What it says then happens, to every record of it.
    batch = mediation.ingest(switch, "switch", "cdr-2.csv", sample)
    assert Outcomes(batch.landed, batch.rejected, batch.duplicate, batch.suspended) == (
        trial.outcomes
    )
    waited = fates_of(switch, batch.id)
    assert waited == {
        each.line: (each.outcome, each.detail) for each in trial.shown if each.line in waited
    }


def fates_of(session: TenantSession, batch_id: UUID) -> dict[int, tuple[str, str | None]]:
    """Outcome and detail of the records of a batch that waited, as a trial tells them."""
    told = {"repaired": "landed", "open": "suspended", "rejected": "rejected"}
    rows = session.execute(
        sa.text("SELECT line, status, detail FROM suspense WHERE batch_id = :id"), {"id": batch_id}
    )
    return {
        line: (told[status], None if status == "repaired" else detail)
        for line, status, detail in rows
    }


def test_a_repaired_part_finds_its_call_in_a_trial_too(session: TenantSession) -> None:
    cells = ("call_id", "part", "last", "a_number", "b_number", "occurred_at", "duration_seconds")
    mapping = {"lines": True, "columns": {name: name for name in cells}}
    sources.register_source(session, "long", "Long", "mapped_json", {"mapping": mapping})
    repairing.apply(session, PREFIX, "marked", is_standing=True)
    start = ["L", "1", "no", "+48601234567", "+49301234567", "2026-10-05T10:00:00Z", "600"]
    end = ["L", "2", "yes", "+48601234567", "#49301234567", "2026-10-05T10:10:00Z", "17"]
    told = "".join(
        json.dumps(dict(zip(cells, part, strict=True))) + "\n" for part in (start, end)
    ).encode()

    trial = service.try_out(session, "1", told, source_code="long")

    assert [(each.records, each.left) for each in trial.repairs] == [(1, 1)]
    assert trial.outcomes == Outcomes(landed=2)
    landed = mediation.ingest(session, "long", "1", told)
    assert (landed.landed, landed.suspended) == (2, 0)


def test_a_part_repaired_after_the_stop_of_its_session_does_not_wait(
    session: TenantSession,
) -> None:
    sources.register_source(session, "nas", "Access", "radius", {"kind": "data"})
    change = Change("BAD_DURATION", "duration_seconds", "99999999", "duration_seconds", "300")
    repairing.apply(session, change, "a broken clock", is_standing=True)
    late = a_report("Interim-Update", Acct_Session_Time=99_999_999, Timestamp=AT)
    told = (a_report() + late).encode()

    trial = service.try_out(session, "1", told, source_code="nas")

    assert trial.outcomes == Outcomes(landed=2)
    landed = mediation.ingest(session, "nas", "1", told)
    assert (landed.landed, landed.suspended) == (2, 0)


def test_a_trial_of_nothing_or_of_a_bad_mapping_says_so(session: TenantSession) -> None:
    with pytest.raises(NothingToTry):
        service.try_out(session, "a.csv", b"")
    with pytest.raises(BadMapping, match="no columns"):
        service.try_out(session, "a.csv", b"", format="delimited", settings={"mapping": {}})


def test_the_settings_of_a_source_build_it_again() -> None:
    source = a_source(carrier_trunks=["a"], counter=[1, 9], country="DE")

    settings = settings_of(source)

    assert settings == {
        "zone": ZONE,
        "country": "DE",
        "carrier_trunks": ["a"],
        "counter": [1, 9],
        "mapping": MAPPING,
    }
    assert source_from("switch", "delimited", settings) == source
