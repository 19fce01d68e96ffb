"""An undone file is as if it had never come: for usage, keys, numbers, calls and later files."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mediation import service as mediation
from mediation.batch import Batch
from mediation.decoding import decode
from mediation.file_gaps import service as file_gaps
from mediation.reading import service as reading
from mediation.recycling import service as recycling
from mediation.service import FileNameTaken
from mediation.sources import service as sources
from mediation.suspense import service as suspense
from mediation.undoing import service
from mediation.undoing.undo import (
    NoSuchUndo,
    NotLoaded,
    UndoDecided,
    UndoWaiting,
    UndoWithoutReason,
)
from settlement.insight.usage_checks import USAGE_CHECKS
from tenants.clock import HeldClock
from tenants.four_eyes import NotAPerson, ProposerMayNotApprove
from tenants.principal import SYSTEM, NotAllowed, Principal, Role
from tenants.session import TenantSession
from tests.mediation.landed import landed_usage
from tests.mediation.sources import ZONE
from tests.tenants.people.builders import a_user

OCTOBER = (dt.datetime(2026, 10, 1, tzinfo=dt.UTC), dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
COLUMNS = ("event_id", "a_number", "b_number", "occurred_at", "duration_seconds", "call_id", "part")
SETTINGS: dict[str, Any] = {
    "zone": ZONE,
    "file_numbers": "cdr-{number}.csv",
    "mapping": {
        "delimiter": ";",
        "header": False,
        "count": [8, 8],
        "columns": {name: place for place, name in enumerate((*COLUMNS, "last"), 1)},
    },
}


@pytest.fixture(autouse=True)
def decode_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decode in this process: a child for each of so many small files would take minutes."""
    monkeypatch.setattr(reading, "decode_apart", decode)


@pytest.fixture
def switch(session: TenantSession) -> TenantSession:
    """A session in which the delimited source "switch" is registered."""
    sources.register_source(session, "switch", "Switch in Warsaw", "delimited", SETTINGS)
    return session


def call(name: str, seconds: int | str = 61) -> str:
    return f"{name};601234567;+49301234567;2026-10-05 12:00:00;{seconds};;;"


def part(call_id: str, number: int, *, last: bool = False, seconds: int = 610) -> str:
    minute = number * 11
    at = f"2026-10-05 12:{minute:02}:00"
    return f";601234567;+49301234567;{at};{seconds};{call_id};{number};{'yes' if last else ''}"


def load(session: TenantSession, number: int, *rows: str) -> Batch:
    content = "".join(f"{row}\n" for row in rows).encode()
    return mediation.ingest(session, "switch", f"cdr-{number}.csv", content)


def undo(session: TenantSession, batch: Batch, why: str = "the file of another month") -> Batch:
    """What one proposes and another approves."""
    session.principal = SYSTEM
    proposed = service.propose(session, batch.id, why)
    email = f"{session.ids.new().hex}@alpha.example"
    session.principal = Principal(email, Role.OPERATOR, a_user(session, email=email).id)
    service.approve(session, proposed.id)
    session.principal = SYSTEM
    return mediation.the_batch(session, batch.id)


def landed(session: TenantSession) -> list[tuple[str, int]]:
    usage = mediation.landed_usage(session, *OCTOBER)
    return sorted(usage.select("event_id", "duration_seconds").iter_rows())


def waiting(session: TenantSession) -> list[tuple[int, str]]:
    return sorted((each.line, each.reason) for each in suspense.open_suspense(session))


def counts(batch: Batch) -> tuple[int, int, int, int]:
    return batch.landed, batch.rejected, batch.duplicate, batch.suspended


def sound(session: TenantSession) -> bool:
    connection = session.connection()
    found = {
        check.name: connection.exec_driver_sql(check.sql).all()
        for check in USAGE_CHECKS
        if "periods" not in check.sql
    }
    return not any(found.values())


def test_usage_of_an_undone_file_counts_no_more_and_its_bytes_stay(switch: TenantSession) -> None:
    load(switch, 1, call("a"))
    wrong = load(switch, 2, call("b"), call("c", "-1"))

    undone = undo(switch, wrong)

    assert (undone.status, undone.reason) == ("undone", "the file of another month")
    assert landed(switch) == [("a", 61)]
    assert waiting(switch) == []
    assert switch.files.get(undone.sha256).startswith(b"b;601234567")
    assert sound(switch)


def test_the_same_file_may_be_loaded_again_and_so_may_its_records(switch: TenantSession) -> None:
    wrong = load(switch, 2, call("b"), call("c", "-1"))
    undo(switch, wrong)

    again = load(switch, 2, call("b"), call("c", "-1"))
    under_other_name = load(switch, 3, call("b", 99), call("d"))

    assert again.id != wrong.id
    assert (again.status, counts(again)) == ("landed", (1, 0, 0, 1))
    assert counts(under_other_name) == (1, 0, 0, 1)
    assert sound(switch)


def test_its_number_is_a_gap_again(switch: TenantSession) -> None:
    for number in (1, 2, 3):
        load(switch, number, call(f"c{number}"))

    undo(switch, mediation.batches(switch)[1])

    assert file_gaps.gaps(switch, "switch") == [2]


def test_a_call_it_completed_waits_for_its_part_again(switch: TenantSession) -> None:
    first = load(switch, 1, part("long", 1))
    wrong = load(switch, 2, part("long", 2, last=True, seconds=17), call("b"))
    assert landed(switch) == [("b", 61), ("long", 627)]

    undo(switch, wrong)

    assert landed(switch) == []
    assert waiting(switch) == [(1, "INCOMPLETE")]
    assert counts(mediation.the_batch(switch, first.id)) == (0, 0, 0, 1)
    load(switch, 4, part("long", 2, last=True, seconds=20))
    assert landed(switch) == [("long", 630)]
    assert sound(switch)


def test_a_call_that_a_later_file_completed_with_its_part_is_taken_apart(
    switch: TenantSession,
) -> None:
    load(switch, 1, part("long", 1))
    wrong = load(switch, 2, part("long", 2))
    last = load(switch, 3, call("b"), part("long", 3), part("long", 4, last=True, seconds=17))
    assert landed(switch) == [("b", 61), ("long", 1847)]

    undo(switch, wrong)

    assert landed(switch) == [("b", 61)]
    assert waiting(switch) == [(1, "INCOMPLETE"), (2, "INCOMPLETE"), (3, "INCOMPLETE")]
    assert counts(mediation.the_batch(switch, last.id)) == (1, 0, 0, 2)
    load(switch, 4, part("long", 2, seconds=600))
    assert landed(switch) == [("b", 61), ("long", 1837)]
    assert waiting(switch) == []
    assert sound(switch)


def test_a_call_made_whole_by_a_repair_is_taken_apart(switch: TenantSession) -> None:
    wrong = load(switch, 1, part("long", 1))
    last = load(switch, 2, part("long", 2, last=True, seconds=-1))
    [bad] = [each for each in suspense.open_suspense(switch) if each.reason == "BAD_DURATION"]
    suspense.repair(switch, bad.id, {"duration_seconds": "17"}, "typing error")
    recycling.recycle(switch, [bad.id])
    assert landed(switch) == [("long", 627)]

    undo(switch, wrong)

    assert landed(switch) == []
    [left] = suspense.open_suspense(switch)
    assert (left.batch_id, left.reason, left.fields["duration_seconds"]) == (
        last.id,
        "INCOMPLETE",
        "17",
    )
    load(switch, 3, part("long", 1))
    assert landed(switch) == [("long", 627)]
    assert sound(switch)


def test_a_call_whose_figures_are_stated_as_a_whole_needs_no_undone_part(
    switch: TenantSession,
) -> None:
    wrong = load(switch, 1, part("long", 1))
    load(switch, 2, part("long", 2, seconds=627).replace(";2;", ";2;total"))
    assert landed(switch) == [("long", 627)]

    undo(switch, wrong)

    assert landed(switch) == [("long", 627)]
    assert waiting(switch) == []
    assert sound(switch)


def test_a_report_that_comes_after_the_figures_of_the_whole_call_is_set_aside(
    switch: TenantSession,
) -> None:
    stating = load(switch, 1, part("long", 2, seconds=627).replace(";2;", ";2;total"))

    late = load(switch, 2, part("long", 1), part("other", 1))

    assert landed(switch) == [("long", 627)]
    assert waiting(switch) == [(2, "INCOMPLETE")]
    assert counts(late) == (1, 0, 0, 1)
    assert sound(switch)
    undo(switch, stating)
    assert landed(switch) == []
    assert waiting(switch) == [(1, "INCOMPLETE"), (2, "INCOMPLETE")]
    assert sound(switch)


def test_a_call_stated_as_a_whole_stands_without_a_late_report(switch: TenantSession) -> None:
    load(switch, 1, part("long", 2, seconds=627).replace(";2;", ";2;total"))
    late = load(switch, 2, part("long", 1))

    undo(switch, late)

    assert landed(switch) == [("long", 627)]
    assert waiting(switch) == []
    assert sound(switch)


def test_a_part_after_the_last_one_of_a_call_that_was_added_up_waits(
    switch: TenantSession,
) -> None:
    load(switch, 1, part("long", 1), part("long", 2, last=True, seconds=17))

    load(switch, 2, part("long", 3))

    assert landed(switch) == [("long", 627)]
    assert waiting(switch) == [(1, "INCOMPLETE")]
    assert sound(switch)


def test_a_copy_under_another_name_is_taken_in_now(switch: TenantSession) -> None:
    wrong = load(switch, 1, call("a"))
    copies = [load(switch, number, call("a")) for number in (2, 3)]
    assert [each.status for each in copies] == ["duplicate", "duplicate"]

    undo(switch, wrong)

    after = [mediation.the_batch(switch, each.id) for each in copies]
    assert [each.status for each in after] == ["landed", "duplicate"]
    assert landed(switch) == [("a", 61)]
    assert sound(switch)


def test_the_right_file_of_that_number_is_taken_in_now(switch: TenantSession) -> None:
    wrong = load(switch, 1, call("a"))
    right = mediation.ingest(switch, "switch", "cdr-01.csv", f"{call('b')}\n".encode())
    assert right.reason.startswith("SEQUENCE_TAKEN")

    undo(switch, wrong)

    assert mediation.the_batch(switch, right.id).status == "landed"
    assert landed(switch) == [("b", 61)]
    assert file_gaps.gaps(switch, "switch") == []


def test_records_that_later_files_had_as_duplicates_land_now(switch: TenantSession) -> None:
    wrong = load(switch, 1, call("a"), call("b", "-1"), call("c"))
    later = load(switch, 2, call("a"), call("b", "-1"), call("d"), call("c", 99), call("a"))
    assert counts(later) == (1, 0, 3, 1)
    assert waiting(switch) == [(2, "BAD_DURATION"), (4, "ID_REUSED")]

    undo(switch, wrong)

    assert landed(switch) == [("a", 61), ("c", 99), ("d", 61)]
    assert waiting(switch) == [(2, "BAD_DURATION")]
    assert counts(mediation.the_batch(switch, later.id)) == (3, 0, 1, 1)
    assert sound(switch)


def test_an_event_that_was_undone_may_come_again(session: TenantSession) -> None:
    sources.register_source(session, "shop", "Shop", "events", {"kind": "content"})
    event = {"id": "e1", "product": "NEWS", "occurred_at": "2026-10-05T10:00:00Z"}
    [first] = mediation.ingest_events(session, "shop", [event])
    undo(session, mediation.batches(session)[0])

    [again] = mediation.ingest_events(session, "shop", [event])

    assert (again.status, again.batch_id == first.batch_id) == ("accepted", False)
    assert mediation.landed_usage(session, *OCTOBER).height == 1


def test_a_month_in_which_usage_was_taken_back_is_seen_to_have_changed(
    switch: TenantSession,
) -> None:
    wrong = load(switch, 1, call("a"))
    since = switch.now()
    november = (OCTOBER[1], OCTOBER[1] + dt.timedelta(days=30))
    assert not mediation.has_landed_since(switch, *OCTOBER, since)
    switch.clock = HeldClock(since + dt.timedelta(hours=1))

    undo(switch, wrong)

    assert mediation.has_landed_since(switch, *OCTOBER, since)
    assert not mediation.has_landed_since(switch, *november, since)


def test_nobody_undoes_alone_and_nothing_twice(switch: TenantSession) -> None:
    batch = load(switch, 1, call("a"))
    ola = Principal("ola", Role.OPERATOR, a_user(switch, email="ola@alpha.example").id)
    ewa = Principal("ewa", Role.FINANCE_MAKER, a_user(switch, email="ewa@alpha.example").id)
    jan = Principal("jan", Role.FINANCE_APPROVER, a_user(switch, email="jan@alpha.example").id)
    with pytest.raises(UndoWithoutReason):
        service.propose(switch, batch.id, " ")
    switch.principal = ola
    proposed = service.propose(switch, batch.id, "wrong month")
    with pytest.raises(UndoWaiting):
        service.propose(switch, batch.id, "wrong month")

    refusals: list[tuple[Principal, type[Exception]]] = [
        (ola, ProposerMayNotApprove),
        (Principal("a key of ola", Role.OPERATOR, ola.user_id), ProposerMayNotApprove),
        (SYSTEM, NotAPerson),
        (ewa, NotAllowed),
    ]
    for principal, refusal in refusals:
        switch.principal = principal
        with pytest.raises(refusal):
            service.approve(switch, proposed.id)
    assert landed(switch) == [("a", 61)]

    switch.principal = jan
    service.approve(switch, proposed.id)
    with pytest.raises(UndoDecided):
        service.approve(switch, proposed.id)
    with pytest.raises(NotLoaded):
        service.propose(switch, batch.id, "once more")
    with pytest.raises(NoSuchUndo):
        service.approve(switch, switch.ids.new())


def test_a_rejected_undoing_changes_nothing(switch: TenantSession) -> None:
    batch = load(switch, 1, call("a"))
    proposed = service.propose(switch, batch.id, "wrong month")

    rejected = service.reject(switch, proposed.id, "it is the right month")

    assert rejected.status == "rejected"
    assert landed(switch) == [("a", 61)]
    with pytest.raises(FileNameTaken):
        load(switch, 1, call("z"))


ROWS: list[Callable[[], str]] = [
    lambda: call("a"),
    lambda: call("a", 99),
    lambda: call("b"),
    lambda: call("c", "-1"),
    lambda: part("long", 1),
    lambda: part("long", 2),
    lambda: part("long", 3, last=True),
    lambda: part("short", 1, last=True),
    lambda: part("told", 1),
    lambda: part("told", 2, seconds=99).replace(";2;", ";2;total"),
]
FILES = st.lists(
    st.lists(st.sampled_from(ROWS), min_size=1, max_size=5).map(
        lambda rows: tuple(row() for row in rows)
    ),
    min_size=1,
    max_size=4,
    unique=True,
)


def state(session: TenantSession, code: str) -> tuple[object, ...]:
    """What counts of a source: usage, what waits, gaps; without the names of batches."""
    usage = landed_usage(session, *OCTOBER).filter(pl.col("source") == code)
    ids = {each.id for each in mediation.batches(session, code)}
    open_now = [each for each in suspense.open_suspense(session) if each.batch_id in ids]
    return (
        usage.drop("batch_id", "line", "source", "arrived_at").sort("record_key").rows(),
        sorted((each.reason, each.raw) for each in open_now),
    )


# The figures of a call come twice, and a report of it after them.
STATED = (call("a"), part("told", 2, seconds=99).replace(";2;", ";2;total"))


@given(files=FILES, wrong=st.integers(0, 3))
@example(files=[STATED, STATED[::-1], (part("told", 1),)], wrong=0)
@settings(
    max_examples=6,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_loading_and_undoing_is_never_having_loaded(
    session: TenantSession, files: list[tuple[str, ...]], wrong: int
) -> None:
    place = wrong % len(files)
    with session.begin_nested() as undone:
        for code, named in (("with", files), ("without", files[:place] + files[place + 1 :])):
            sources.register_source(session, code, code, "delimited", SETTINGS)
            batches = [
                mediation.ingest(
                    session, code, f"file-{number}", "".join(f"{row}\n" for row in rows).encode()
                )
                for number, rows in enumerate(named)
            ]
            if code == "with":
                undo(session, batches[place])

        found, expected = state(session, "with"), state(session, "without")
        is_sound = sound(session)

        undone.rollback()
    assert found == expected
    assert is_sound
