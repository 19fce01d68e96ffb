"""A batch of events asks the database for little: many come every second."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from mediation import service
from mediation.sources import service as sources
from tenants.session import TenantSession


def an_event(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"e-{number}",
        "kind": "voice",
        "a_number": "48601234567",
        "b_number": "48221234567",
        "occurred_at": "2026-10-05T10:00:00+00:00",
        "duration_seconds": 60,
    } | changes


@contextmanager
def sent(session: TenantSession) -> Iterator[list[str]]:
    texts: list[str] = []

    def remember(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        texts.append(" ".join(statement.split()))

    engine = session.connection().engine
    sa.event.listen(engine, "before_cursor_execute", remember)
    try:
        yield texts
    finally:
        sa.event.remove(engine, "before_cursor_execute", remember)


def test_a_new_batch_is_stored_once_and_kept_keys_are_read_once(session: TenantSession) -> None:
    sources.register_source(session, "api", "Calls", "events", {"country": "PL"})
    for number in range(3):
        service.ingest_events(session, "api", [an_event(number)])

    with sent(session) as texts:
        answers = service.ingest_events(session, "api", [an_event(3), an_event(4)])

    assert [each.status for each in answers] == ["accepted", "accepted"]
    assert not [each for each in texts if each.startswith("UPDATE batches")]
    reading_keys = [each for each in texts if each.startswith("SELECT") and "key_files" in each]
    assert len([each for each in reading_keys if "key_files.content" in each]) == 1
    # Nothing of this source waits, so no waiting records are read.
    assert not [each for each in texts if "suspense.record" in each]


def test_what_came_before_is_known_again_and_what_is_new_beside_it_lands(
    session: TenantSession,
) -> None:
    sources.register_source(session, "api", "Calls", "events", {"country": "PL"})
    first = service.ingest_events(session, "api", [an_event(1), an_event(1)])

    again = service.ingest_events(session, "api", [an_event(1)])
    mixed = service.ingest_events(session, "api", [an_event(1), an_event(2)])
    reused = service.ingest_events(session, "api", [an_event(1, duration_seconds=61)])

    assert first[0] == first[1] == again[0] == mixed[0]
    assert mixed[1].batch_id != first[0].batch_id
    assert [each.records for each in service.batches(session, "api")] == [2, 2, 1]
    assert (reused[0].status, reused[0].reason) == ("suspended", "ID_REUSED")
