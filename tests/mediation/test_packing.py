"""Small files become few, and what is read out of them stays the same."""

import datetime as dt

import polars as pl
import pytest

from mediation import service as mediation
from mediation.packing import service as packing
from mediation.packing import store
from mediation.recycling import service as recycling
from mediation.sources import service as sources
from mediation.suspense import service as suspense
from tenants.files import NoSuchFile
from tenants.session import TenantSession

OCTOBER = dt.datetime(2026, 10, 1, tzinfo=dt.UTC), dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
WHAT = ("event_id", "account", "duration_seconds")


@pytest.fixture
def few(session: TenantSession, monkeypatch: pytest.MonkeyPatch) -> TenantSession:
    """Three files are already many."""
    monkeypatch.setattr(packing, "SMALL_FILES", 3)
    sources.register_source(session, "app", "App", "events", {})
    return session


def call(number: int, seconds: object = 60, account: int = 1) -> dict[str, object]:
    return {
        "id": f"e{number}",
        "kind": "voice",
        "a_number": f"4850110000{account}",
        "b_number": "48226000001",
        "occurred_at": f"2026-10-05T10:{number:02d}:00Z",
        "duration_seconds": seconds,
    }


def landed(session: TenantSession, *accounts: str) -> list[tuple[object, ...]]:
    usage = mediation.landed_usage(session, *OCTOBER, accounts=accounts or None)
    return usage.select(WHAT).rows()


def packs(session: TenantSession) -> int:
    source_id = sources.the_source(session, "app").id
    return len(store.present(session, source_id))


def test_usage_is_the_same_before_and_after_files_are_packed(few: TenantSession):
    for number in range(2):
        mediation.ingest_events(few, "app", [call(number, account=number)])
    before = landed(few)

    mediation.ingest_events(few, "app", [call(2, account=2)])

    assert packs(few) == 1
    assert landed(few)[:2] == before
    assert landed(few)[2:] == [("e2", "48501100002", 60)]


def test_the_usage_of_some_accounts_is_found_in_a_pack(few: TenantSession):
    for number in range(4):
        mediation.ingest_events(few, "app", [call(number, account=number)])

    assert landed(few, "48501100001", "48501100003") == [
        ("e1", "48501100001", 60),
        ("e3", "48501100003", 60),
    ]


def test_what_is_repaired_after_packing_replaces_nothing_else(few: TenantSession):
    """The batch has a second part then, and its first is in a pack with other batches."""
    mediation.ingest_events(few, "app", [call(0), call(1, "much")])
    for number in (2, 3):
        mediation.ingest_events(few, "app", [call(number)])
    assert packs(few) == 1

    [record] = suspense.open_suspense(few)
    suspense.repair(few, record.id, {"duration_seconds": "75"}, "misread")
    recycling.recycle(few, [record.id])

    assert [(event, seconds) for event, _, seconds in landed(few)] == [
        ("e0", 60),
        ("e1", 75),
        ("e2", 60),
        ("e3", 60),
    ]


def test_packs_of_like_size_are_packed_in_their_turn(
    few: TenantSession, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(packing, "SMALL", 2)
    monkeypatch.setattr(packing, "PACKS", 2)
    for number in range(12):
        mediation.ingest_events(few, "app", [call(number)])

    # Twelve files of one record: four packs of three, which become two of six, and one of twelve.
    assert packs(few) == 1
    assert [event for event, _, _ in landed(few)] == [f"e{number}" for number in range(12)]


def test_what_was_merged_away_is_kept_for_an_hour(few: TenantSession):
    source_id = sources.the_source(few, "app").id
    for number in range(3):
        mediation.ingest_events(few, "app", [call(number)])
    old = store.retired_before(few, source_id, few.now() + dt.timedelta(seconds=1))
    assert len(old) == 3
    for row in old:
        assert few.files.get(row.sha256)

    later = few.now() + dt.timedelta(hours=2)
    few.clock.move_to(later)  # type: ignore[attr-defined]
    for number in range(3, 6):
        mediation.ingest_events(few, "app", [call(number)])

    for row in old:
        with pytest.raises(NoSuchFile):
            few.files.get(row.sha256)
    assert [event for event, _, _ in landed(few)] == [f"e{number}" for number in range(6)]


def test_a_large_file_is_not_packed(few: TenantSession, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(packing, "SMALL", 2)

    mediation.ingest_events(few, "app", [call(0), call(1)])

    assert packs(few) == 0
    assert isinstance(mediation.landed_usage(few, *OCTOBER), pl.DataFrame)
