"""A slot has one run, a run one worker, and a worker that lost its run loses its writes."""

import datetime as dt
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psycopg
import pytest

from i18n.errors import Conflict
from tenants.clock import HeldClock
from tenants.directory import service as directory
from tenants.jobs import processes, service
from tenants.jobs.work import Job, RunTakenOver, Work
from tenants.people import service as people
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.session import reading, transaction
from tests.tenants.people.builders import a_user
from tests.world import a_tenant

ALPHA = a_tenant("alpha").id


class NotToday(Conflict):
    """Not on {day}."""


@pytest.fixture
def scheduled(database: Database) -> Iterator[Database]:
    """Two tenants with the same schedule, every full hour."""
    for code in ("alpha", "beta"):
        with transaction(database, a_tenant(code).id, SYSTEM, "tests.world") as session:
            directory.create_tenant(session, a_tenant(code))
            service.set_schedule(
                session, name="hourly", job="greet", cron="0 * * * *", time_zone="UTC"
            )
    yield database


def greet(work: Work) -> Mapping[str, Any]:
    work.progress(1, 2)
    with work.transaction("tests.greet") as session:
        a_user(session, email=f"{work.token}@example.org")
        work.progress(2, 2)
    return {"greeted": 1}


JOBS: dict[str, Job] = {"greet": greet}


def later(database: Database, hours: float) -> dt.datetime:
    assert isinstance(database.clock, HeldClock)
    database.clock.move_to(database.clock.now() + dt.timedelta(hours=hours))
    return database.clock.now()


def runs(database: Database, tenant_id: UUID = ALPHA) -> list[service.Run]:
    with reading(database, tenant_id, SYSTEM) as session:
        return service.runs(session)


def emails(database: Database) -> list[str]:
    with reading(database, ALPHA, SYSTEM) as session:
        return [user.email for user in people.users(session)]


def asked(database: Database, job: str = "greet") -> UUID:
    with transaction(database, ALPHA, SYSTEM, "tests.ask") as session:
        return service.ask_for_run(session, job)


def test_every_due_slot_of_every_tenant_gets_one_run(scheduled: Database) -> None:
    now = later(scheduled, 2.5)

    assert service.fire_due(scheduled, now) == 4
    assert service.fire_due(scheduled, now) == 0

    slots = [run.slot.hour for run in runs(scheduled) if run.slot]
    assert sorted(slots) == [13, 14]


def test_two_schedulers_at_once_fire_a_slot_once(scheduled: Database) -> None:
    now = later(scheduled, 3)
    at_once = threading.Barrier(4)

    def fire() -> int:
        at_once.wait()
        return service.fire_due(scheduled, now)

    with ThreadPoolExecutor(4) as schedulers:
        fired = [one.result() for one in [schedulers.submit(fire) for _ in range(4)]]

    assert sum(fired) == 6
    assert len(runs(scheduled)) == 3


def test_a_schedule_switched_off_does_not_fire(scheduled: Database) -> None:
    with transaction(scheduled, ALPHA, SYSTEM, "tests.off") as session:
        service.set_schedule(
            session, name="hourly", job="greet", cron="0 * * * *", time_zone="UTC", is_enabled=False
        )

    service.fire_due(scheduled, later(scheduled, 2))

    assert runs(scheduled) == []
    assert len(runs(scheduled, a_tenant("beta").id)) == 2


def test_a_worker_does_what_the_clock_fired(scheduled: Database) -> None:
    service.fire_due(scheduled, later(scheduled, 1))

    processes.run_worker(scheduled, JOBS, wait=False)

    (run,) = runs(scheduled)
    assert (run.status, run.result, run.done, run.total) == ("done", {"greeted": 1}, 2, 2)
    assert emails(scheduled) == ["1@example.org"]


def test_a_run_whose_asker_rolls_back_is_never_done(scheduled: Database) -> None:
    with pytest.raises(NotToday), transaction(scheduled, ALPHA, SYSTEM, "tests.ask") as session:
        service.ask_for_run(session, "greet")
        raise NotToday(day="Monday")

    processes.run_worker(scheduled, JOBS, wait=False)

    assert runs(scheduled) == [] and emails(scheduled) == []


@pytest.mark.parametrize(
    ("job", "error"),
    [
        ("refuse", "Not on Monday."),
        ("break", "RuntimeError: see the log"),
        ("unknown", "There is no job unknown. Choose one of: break, refuse."),
    ],
)
def test_a_run_that_fails_says_why_and_can_be_tried_again(
    scheduled: Database, job: str, error: str
) -> None:
    def refuse(work: Work) -> Mapping[str, Any]:
        raise NotToday(day="Monday")

    def break_down(work: Work) -> Mapping[str, Any]:
        raise RuntimeError("with a secret in its words")

    run_id = asked(scheduled, job)
    processes.run_worker(scheduled, {"refuse": refuse, "break": break_down}, wait=False)

    (failed,) = runs(scheduled)
    assert failed.status == "failed" and (failed.error or "").startswith(error)
    with transaction(scheduled, ALPHA, SYSTEM, "tests.again") as session:
        service.try_again(session, run_id)
    processes.run_worker(scheduled, {job: greet}, wait=False)
    assert runs(scheduled)[0].status == "done"


def test_a_worker_that_lost_its_run_writes_nothing(scheduled: Database) -> None:
    run_id = asked(scheduled)
    lost: list[str] = []

    def overtaken(work: Work) -> Mapping[str, Any]:
        try:
            with work.transaction("tests.late") as session:
                a_user(session, email="late@example.org")
                # Another worker takes up the run while this one is held up.
                service.do_run(scheduled, {"greet": greet}, ALPHA, run_id)
        except RunTakenOver:
            lost.append("its transaction")
        with pytest.raises(RunTakenOver):
            work.progress(9, 9)
        raise RunTakenOver(run=run_id)

    service.do_run(scheduled, {"greet": overtaken}, ALPHA, run_id)

    assert lost == ["its transaction"]
    assert emails(scheduled) == ["2@example.org"]
    (run,) = runs(scheduled)
    assert (run.status, run.done) == ("done", 2)


def test_a_finished_run_is_not_done_again(scheduled: Database) -> None:
    run_id = asked(scheduled)

    for _ in range(2):
        service.do_run(scheduled, JOBS, ALPHA, run_id)

    assert emails(scheduled) == ["1@example.org"]


def test_the_queue_holds_ids_and_nothing_else(
    scheduled: Database, owner: psycopg.Connection
) -> None:
    asked(scheduled)

    (arguments,) = owner.execute("SELECT args FROM queue.procrastinate_jobs").fetchall()[-1]

    assert set(arguments) == {"tenant_id", "run_id"}


def test_one_scheduler_leads_and_another_waits(scheduled: Database) -> None:
    now = later(scheduled, 2)
    stop = threading.Event()
    threads = [
        threading.Thread(target=processes.run_scheduler, args=(scheduled, stop)) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    stop.wait(2)
    with scheduled.engine.connect() as connection:
        leaders = connection.exec_driver_sql(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ).scalar()
    stop.set()
    for thread in threads:
        thread.join(20)

    assert leaders == 1
    assert service.fire_due(scheduled, now) == 4
    assert not any(thread.is_alive() for thread in threads)
