"""A story of tests/scenarios on its stage, for tests that look at what it leaves behind."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from settlement.app.scenario.play import Play
from settlement.app.scenario.run import SEED, STORY
from settlement.app.scenario.stage import TENANT, set_stage
from settlement.app.scenario.story import read_story
from tenants.clock import HeldClock
from tenants.ids import tenant_id_of
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.randomness import SeededRandomness
from tenants.session import reading
from tenants.settings import settings_from_environment

STORIES = Path(__file__).parents[2] / "scenarios"


@contextmanager
def staged(shared: Database, name: str) -> Iterator[Play]:
    """A story whose steps have yet to be played, on connections that stay open; nothing is kept."""
    place = STORIES / name
    story = read_story(name, (place / STORY).read_text(encoding="utf-8"))
    clock = HeldClock(story.now)
    with tempfile.TemporaryDirectory() as scratch:
        settings = replace(settings_from_environment(), data_folder=Path(scratch))
        database = Database(shared.url, settings, clock, SeededRandomness(SEED))
        database.engine = shared.engine
        with reading(database, tenant_id_of(TENANT), SYSTEM) as session:
            set_stage(session, story, place)
            yield Play(session, clock, story, place)
