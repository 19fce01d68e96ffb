"""R08: a record shows its four times, and they never stand for one another."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from currencies.money import shown
from mediation import service as mediation
from mediation.tracing.service import NoSuchLine
from settlement.app.scenario.playing import play_steps
from settlement.insight.tracing.service import TracedRecord, traced
from settlement.insight.work_list.service import suspense_work_list
from tenants.persistence.database import Database
from tenants.session import TenantSession
from tests.settlement.rating.staging import staged


@contextmanager
def after(shared_database: Database, story: str) -> Iterator[TenantSession]:
    with staged(shared_database, story) as play:
        play_steps(play)
        yield play.session


def record(session: TenantSession, file: str, line: int) -> TracedRecord:
    batch = next(each for each in mediation.batches(session) if each.file_name == file)
    return traced(session, batch.id, line)


def test_r08_a_record_that_came_late_shows_the_period_billed_and_the_one_corrected(
    shared_database: Database,
) -> None:
    with after(shared_database, "the_sixteenth_piece_comes_after_the_invoice") as session:
        early, late = record(session, "usage-1.csv", 2), record(session, "usage-2.csv", 2)

    assert (early.billed, early.corrected, early.taken_back) == ("2026-10", None, None)
    assert (late.billed, late.corrected, late.taken_back) == ("2026-11", "2026-10", None)
    trace = late.trace
    assert trace.occurred_at is not None and trace.occurred_at < trace.arrived_at
    assert (trace.occurred_at.month, trace.arrived_at.month) == (10, 11)


def test_a_record_of_an_undone_file_shows_where_it_was_taken_back(
    shared_database: Database,
) -> None:
    story = "a_file_loaded_by_mistake_is_taken_back_after_the_invoice"
    with after(shared_database, story) as session:
        wrong, right = record(session, "usage-2.csv", 2), record(session, "usage-02.csv", 2)

    assert (wrong.trace.outcome, wrong.trace.normalised) == ("undone", None)
    assert wrong.trace.raw.startswith("w1,content,48501100001")
    assert (wrong.billed, wrong.corrected, wrong.taken_back) == ("2026-10", None, "2026-11")
    assert (right.billed, right.corrected, right.taken_back) == ("2026-11", None, None)


def test_raw_stands_beside_normalised(shared_database: Database) -> None:
    with after(
        shared_database, "a_file_loaded_by_mistake_is_taken_back_after_the_invoice"
    ) as session:
        found = record(session, "usage-1.csv", 2).trace
        with pytest.raises(NoSuchLine):
            record(session, "usage-1.csv", 3)

    assert found.raw == "s1,content,48501100001,,sticker,2026-10-05T08:00:00Z,,10,"
    assert found.cells["quantity"] == "10"
    assert found.normalised is not None
    assert (found.normalised["quantity"], found.normalised["record_key"]) == (10, "s1")


def test_what_waits_is_estimated_from_what_was_rated(shared_database: Database) -> None:
    with staged(shared_database, "a_call_without_a_price_keeps_the_month_open") as play:
        steps = play.story.steps
        rated = next(place for place, step in enumerate(steps) if step.text.startswith("rate"))
        del steps[rated + 1 :]
        play_steps(play)
        found = suspense_work_list(play.session)

    [item] = found.items
    assert found.period == "2026-10"
    assert (item.stage, item.reason, item.records, item.unlike) == ("rating", "NO_RATE", 1, 0)
    # Nothing to Spain was rated; the two calls to Poland came to 0.10 and 0.00.
    assert [shown(value) for value in item.values] == ["0.05 PLN"]
