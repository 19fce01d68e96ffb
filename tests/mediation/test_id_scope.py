"""R01: where an event id is one event: in its source, or among all sources that say `tenant`."""

import datetime as dt
from typing import Any

import pytest

from mediation import service
from mediation.batch import Batch
from mediation.decoding import decode
from mediation.reading import service as reading
from mediation.source import BadSourceSetting
from mediation.sources import service as sources
from mediation.suspense import service as suspense
from tenants.session import TenantSession
from tests.mediation.sources import MAPPING, ZONE, a_source, delimited_file
from tests.mediation.undoing.test_service import undo

OCTOBER = (dt.datetime(2026, 10, 1, tzinfo=dt.UTC), dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
CALL = "c1;601234567;+49301234567;2026-10-05 12:00:00;61"
OTHER_CALL = "c1;601234567;+49301234567;2026-10-05 12:00:00;99"
NAMELESS = ";601234567;+49301234567;2026-10-05 12:00:00;61"


@pytest.fixture(autouse=True)
def decode_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decode in this process, as a child for each small file would take long."""
    monkeypatch.setattr(reading, "decode_apart", decode)


def register(session: TenantSession, **scopes: str) -> None:
    for code, scope in scopes.items():
        settings: dict[str, Any] = {"zone": ZONE, "mapping": MAPPING, "id_scope": scope}
        sources.register_source(session, code, code.title(), "delimited", settings)


def load(session: TenantSession, code: str, *rows: str) -> Batch:
    return service.ingest(session, code, f"{code}.csv", delimited_file(*rows))


def counts(batch: Batch) -> tuple[int, int, int]:
    return batch.landed, batch.duplicate, batch.suspended


@pytest.mark.parametrize(
    ("first", "second", "row", "expected"),
    [
        ("source", "source", CALL, (1, 0, 0)),
        ("tenant", "source", CALL, (1, 0, 0)),
        ("source", "tenant", CALL, (1, 0, 0)),
        ("tenant", "tenant", CALL, (0, 1, 0)),
        ("tenant", "tenant", OTHER_CALL, (0, 0, 1)),
        # Two switches may well report calls that are alike; without an id they are two.
        ("tenant", "tenant", NAMELESS, (1, 0, 0)),
    ],
)
def test_an_id_is_one_event_where_both_sources_share_their_ids(
    session: TenantSession, first: str, second: str, row: str, expected: tuple[int, int, int]
) -> None:
    register(session, north=first, south=second)
    load(session, "north", CALL, NAMELESS)

    assert counts(load(session, "south", row)) == expected


def test_what_waits_at_one_source_is_known_at_the_other(session: TenantSession) -> None:
    register(session, north="tenant", south="tenant")
    broken = CALL.replace("61", "-1")
    load(session, "north", broken)

    assert counts(load(session, "south", broken)) == (0, 1, 0)


def test_an_undone_file_frees_its_ids_for_the_other_source(session: TenantSession) -> None:
    register(session, north="tenant", south="tenant", west="source")
    wrong = load(session, "north", CALL)
    later = load(session, "south", CALL)
    changed = load(session, "west", OTHER_CALL)

    undo(session, wrong)

    assert counts(service.the_batch(session, later.id)) == (1, 0, 0)
    assert counts(service.the_batch(session, changed.id)) == (1, 0, 0)
    usage = service.landed_usage(session, *OCTOBER)
    assert sorted(usage["duration_seconds"]) == [61, 99]
    assert not suspense.open_suspense(session)


def test_a_scope_is_one_of_two() -> None:
    with pytest.raises(BadSourceSetting, match="source, tenant"):
        a_source(id_scope="operator")
