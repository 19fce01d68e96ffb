"""Killed before or after any commit, the story ends as if nobody had died."""

import asyncio
import signal
from pathlib import Path

import psycopg
import pytest

from tenants.jobs import gateway, service
from tenants.persistence.database import Database, Place
from tenants.principal import SYSTEM
from tenants.session import reading
from tests.forked import exit_code
from tests.tenants import story
from tests.tenants.story import ALPHA

POINTS = ("jobs.claim", "jobs.fire", "jobs.finish", "jobs.progress", "web.request", "tests.greet")


def tell(place: Place, folder: Path, fault: str) -> int:
    return exit_code(story.tell_at, place.application_url, str(folder), failpoints=fault)


def outcome(database: Database, owner: psycopg.Connection) -> tuple[list[str], list[str], int]:
    with reading(database, ALPHA, SYSTEM) as session:
        runs = [f"{run.job} {run.status} {run.slot}" for run in service.runs(session)]
    users = owner.execute("SELECT email FROM users ORDER BY email").fetchall()
    answers = owner.execute("SELECT count(*) FROM idempotency_keys").fetchone()
    return runs, [email for (email,) in users], answers[0] if answers else 0


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("point", POINTS)
def test_a_story_told_on_after_a_death_ends_the_same(
    place: Place,
    database: Database,
    owner: psycopg.Connection,
    tmp_path: Path,
    point: str,
    side: str,
) -> None:
    assert tell(place, tmp_path, f"{point}:{side}=kill") == -signal.SIGKILL

    # A minute passes, the dead worker is noticed, and what it held is handed out again.
    owner.execute(
        "UPDATE queue.procrastinate_workers SET last_heartbeat = now() - interval '5 minutes'"
    )
    asyncio.run(gateway.hand_out_stalled(database))
    told_on = story.open_database(place.application_url, str(tmp_path))
    story.tell(told_on)
    told_on.close()

    runs, users, answers = outcome(database, owner)
    assert runs == ["greet done 2026-11-02 12:30:00+00:00"]
    assert users == ["admin@example.org", "greeted@example.org", "posted@example.org"]
    assert answers == 1
