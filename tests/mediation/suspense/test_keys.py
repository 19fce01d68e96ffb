"""A file asks suspense for its own keys alone, whatever else waits there."""

import polars as pl
import pytest

from mediation import service
from mediation.recycling import service as recycling
from mediation.sources import service as sources
from mediation.suspense import service as suspense
from tenants.session import TenantSession
from tests.mediation.sources import MAPPING, ZONE, delimited_file

ROW = "{};601234567;+49301234567;2026-10-05 12:00:00;{}"


@pytest.fixture
def waiting(session: TenantSession) -> TenantSession:
    """Three records of a source wait, and one of another source with a key of theirs."""
    settings = {"zone": ZONE, "mapping": MAPPING}
    for code, keys in (("switch", ("c1", "c2", "c3")), ("other", ("c1",))):
        sources.register_source(session, code, code, "delimited", settings)
        bad = [ROW.format(key, "long") for key in keys]
        service.ingest(session, code, "a.csv", delimited_file(*bad))
    return session


def found(session: TenantSession, *keys: str | None) -> list[tuple[str, str, str]]:
    source_id = sources.the_source(session, "switch").id
    records = pl.DataFrame({"record_key": list(keys)}, schema={"record_key": pl.String})
    keys_found = suspense.suspended_keys(session, source_id, records)
    return sorted(keys_found.select("record_key", "outcome", "reason").rows())


@pytest.mark.parametrize(
    ("keys", "known"),
    [
        (("c2",), ["c2"]),
        (("c3", "c1", "c1", "new", None), ["c1", "c3"]),
        (("new",), []),
        ((), []),
    ],
)
def test_only_the_keys_that_are_asked_for_are_found(
    waiting: TenantSession, keys: tuple[str, ...], known: list[str]
) -> None:
    assert found(waiting, *keys) == [(key, "suspended", "BAD_DURATION") for key in known]


def test_keys_are_found_however_many_are_asked_for_at_a_time(
    waiting: TenantSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suspense, "KEYS_ASKED", 2)

    assert [key for key, *_ in found(waiting, "c1", "new", "c3")] == ["c1", "c3"]


def test_a_file_with_more_keys_than_wait_reads_all_that_wait(waiting: TenantSession) -> None:
    assert [key for key, *_ in found(waiting, "c1", "new", "newer", "c3")] == ["c1", "c3"]


def test_a_repaired_record_is_known_by_the_key_it_came_with(waiting: TenantSession) -> None:
    record = next(
        each for each in suspense.open_suspense(waiting) if each.fields["event_id"] == "c2"
    )
    suspense.repair(waiting, record.id, {"event_id": "c9", "duration_seconds": "61"}, "misprint")
    recycling.recycle(waiting, [record.id])

    assert [key for key, *_ in found(waiting, "c2", "c9")] == ["c2", "c9"]
    assert suspense.keys_of_batch(waiting, record.batch_id) == {"c1", "c2", "c3", "c9"}


def test_a_key_of_any_length_can_wait(waiting: TenantSession) -> None:
    long = "".join(f"{number:08x}" for number in range(5_000))

    service.ingest(waiting, "switch", "b.csv", delimited_file(ROW.format(long, 61)))

    assert [key for key, *_ in found(waiting, long)] == [long]
