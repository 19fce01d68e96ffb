"""A rule repairs all it touches at once, and what comes later while it stands."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediation import service as mediation
from mediation.batch import EventAnswer
from mediation.repairing import service
from mediation.repairing.rule import Change
from mediation.repairing.service import NoSuchRule, RuleNotStanding
from mediation.sources import service as sources
from mediation.suspense import service as suspense
from tenants.session import TenantSession
from tests.mediation.sources import MAPPING, ZONE, delimited_file
from tests.settlement.books import insert

PREFIX = Change("BAD_NUMBER", "b_number", "#*", "b_number", "+*")


@pytest.fixture
def switch(session: TenantSession) -> TenantSession:
    """A session in which two delimited sources are registered."""
    for code in ("switch", "other"):
        settings = {"zone": ZONE, "mapping": MAPPING}
        sources.register_source(session, code, code, "delimited", settings)
    return session


def calls_to(*numbers: str, hour: int = 12) -> bytes:
    rows = [
        f"c{hour}-{place};601234567;{number};2026-10-05 {hour}:00:00;61"
        for place, number in enumerate(numbers)
    ]
    return delimited_file(*rows)


def counts(session: TenantSession) -> list[tuple[int, int]]:
    return [(batch.landed, batch.suspended) for batch in mediation.batches(session)]


def test_a_preview_counts_what_it_would_touch_and_changes_nothing(switch: TenantSession) -> None:
    mediation.ingest(switch, "switch", "a", calls_to("#49301234567", "#49301234568", "?"))

    found = service.preview(switch, PREFIX)

    assert found.records == 2
    assert [(each.before, each.after) for each in found.examples] == [
        ("#49301234567", "+49301234567"),
        ("#49301234568", "+49301234568"),
    ]
    assert counts(switch) == [(0, 3)]


def test_a_rule_applied_once_repairs_what_waits_and_nothing_that_comes_later(
    switch: TenantSession,
) -> None:
    mediation.ingest(switch, "switch", "a", calls_to("#49301234567", "#4930bad", "?"))

    applied = service.apply(switch, PREFIX, "the exchange marks foreign numbers")
    mediation.ingest(switch, "switch", "b", calls_to("#49301234567", hour=13))

    assert (applied.rule.records, applied.left, applied.waiting) == (2, 1, 1)
    assert counts(switch) == [(1, 2), (0, 1)]


def test_a_standing_rule_repairs_what_its_source_sends_until_it_is_stopped(
    switch: TenantSession,
) -> None:
    applied = service.apply(switch, PREFIX, "marked", source_code="switch", is_standing=True)
    mediation.ingest(switch, "switch", "a", calls_to("#49301234567"))
    mediation.ingest(switch, "other", "a", calls_to("#49301234567"))

    service.stop(switch, applied.rule.id)
    mediation.ingest(switch, "switch", "b", calls_to("#49301234567", hour=13))

    assert counts(switch) == [(1, 0), (0, 1), (0, 1)]
    [rule] = service.rules(switch)
    assert (rule.records, rule.stopped_at is not None) == (1, True)
    with pytest.raises(RuleNotStanding):
        service.stop(switch, rule.id)
    with pytest.raises(NoSuchRule):
        service.stop(switch, switch.ids.new())


def test_an_event_that_a_standing_rule_repairs_is_accepted_each_time_it_comes(
    session: TenantSession,
) -> None:
    sources.register_source(session, "shop", "Shop", "events", {})
    change = Change("BAD_NUMBER", "b_number", "#*", "b_number", "+*")
    service.apply(session, change, "marked", is_standing=True)
    event = {
        "id": "e1",
        "a_number": "+48601234567",
        "b_number": "#49301234567",
        "occurred_at": "2026-10-05T10:00:00Z",
        "duration_seconds": 61,
    }

    answers = [mediation.ingest_events(session, "shop", [event])[0] for _ in range(2)]

    accepted = EventAnswer("e1", "accepted", None, answers[0].batch_id, 1)
    assert answers == [accepted, accepted]


def test_the_cells_as_they_came_and_the_reason_stay_on_record(switch: TenantSession) -> None:
    mediation.ingest(switch, "switch", "a", calls_to("#49301234567"))
    [waiting] = suspense.open_suspense(switch)

    service.apply(switch, PREFIX, "the exchange marks foreign numbers")

    kept = switch.scalar(
        sa.text("SELECT record -> 'as_it_came' ->> 'b_number' FROM suspense WHERE id = :id"),
        {"id": waiting.id},
    )
    assert kept == "#49301234567"
    reasons = switch.scalars(
        sa.text("SELECT reason FROM audit_log WHERE object_id = :id"), {"id": str(waiting.id)}
    )
    assert any("the exchange marks foreign numbers" in said for said in reasons)


TEXTS = st.text(alphabet="0+#%_\\a", max_size=4)


@given(
    cells=st.lists(TEXTS, min_size=1, max_size=5),
    before=TEXTS,
    after=TEXTS,
    has_star=st.booleans(),
    value=TEXTS,
)
@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_database_reads_a_rule_as_the_rule_reads_itself(
    session: TenantSession,
    cells: list[str],
    before: str,
    after: str,
    has_star: bool,
    value: str,
) -> None:
    star = "*" if has_star else ""
    change = Change("R", "b_number", before + star + after, "cause", value + star)
    with session.begin_nested() as undone:
        source = insert(
            session, "sources", code="x", name="x", format="events", time_zone="UTC",
            country="PL", created_at=session.now(),
        )  # fmt: skip
        batch = insert(
            session, "batches", source_id=source, file_name="x", sha256="0" * 64, size_bytes=0,
            status="landed", records=0, landed=0, rejected=0, duplicate=0, suspended=0,
            arrived_at=session.now(),
        )  # fmt: skip
        ids = [
            insert(
                session, "suspense", batch_id=batch, line=line, stage="mediation", reason="R",
                status="open", suspended_at=session.now(),
                record={"fields": {"b_number": cell} if cell else {}},
            )
            for line, cell in enumerate(cells)
        ]  # fmt: skip

        found = service.preview(session, change)

        undone.rollback()
    expected = {
        identity: change.becomes(cell)
        for identity, cell in zip(ids, cells, strict=True)
        if change.matches(cell) and change.becomes(cell)
    }
    assert {each.id: each.after for each in found.examples} == expected
    assert found.records == len(expected)
