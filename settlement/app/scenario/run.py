"""Run a story from its folder: read it, play it on a scratch tenant, compare what came out.

story.toml      who there is, what was agreed, what happens, the figures that must come out
*.csv, *.xml    usage, decks and declarations, named in story.toml
expected.json   everything that came out, as it was last accepted
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from i18n.errors import NotFound
from settlement.app.console import as_json_text
from settlement.app.scenario.comparing import Difference, figures_missed, lines_apart
from settlement.app.scenario.outcome import beside_the_arrival, outcome_of
from settlement.app.scenario.play import Play
from settlement.app.scenario.playing import play_steps
from settlement.app.scenario.stage import TENANT, set_stage
from settlement.app.scenario.story import Story, read_story
from tenants.clock import HeldClock
from tenants.files import write_whole
from tenants.ids import tenant_id_of
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.randomness import SeededRandomness
from tenants.session import reading
from tenants.settings import Settings

STORY: Final = "story.toml"
EXPECTED: Final = "expected.json"
SEED: Final = 1


class NoStory(NotFound):
    """There is no story in {folder}. A story is a folder with a file story.toml."""


@dataclass(frozen=True, slots=True)
class Played:
    """A story that was played: all that came out, and where it is not what was expected.

    `missed` are figures of the story's own table `expect`; `apart` are lines that differ from
    expected.json, or from the story that this one must be the same as.
    """

    title: str
    told: dict[str, Any]
    missed: Sequence[Difference]
    apart: Sequence[str]

    @property
    def is_as_expected(self) -> bool:
        """Whether nothing differs."""
        return not self.missed and not self.apart


def run_story(url: str, settings: Settings, folder: Path, accept: bool = False) -> Played:
    """Play a story on a migrated database, of which nothing is kept; `accept` what comes out.

    Raises NoStory, StoryUnreadable, StepRefused, StepNotRefused, PathUnreadable, and what the
    services raise when the stage is set.
    """
    story = _story(folder)
    told = _played(url, settings, story, folder)
    if accept:
        write_whole(folder / EXPECTED, (as_json_text(told) + "\n").encode())
    missed = figures_missed(story.expect, told)
    apart = lines_apart(_text_of(folder / EXPECTED), as_json_text(told))
    if story.same_as is not None:
        twin = folder.parent / story.same_as
        their_own = beside_the_arrival(_played(url, settings, _story(twin), twin))
        apart += lines_apart(as_json_text(their_own), as_json_text(beside_the_arrival(told)))
    return Played(story.title, told, missed, apart)


def _story(folder: Path) -> Story:
    if not (folder / STORY).is_file():
        raise NoStory(folder=folder)
    return read_story(folder.name, (folder / STORY).read_text(encoding="utf-8"))


def _text_of(place: Path) -> str:
    return place.read_text(encoding="utf-8") if place.is_file() else ""


def _played(url: str, settings: Settings, story: Story, folder: Path) -> dict[str, Any]:
    clock = HeldClock(story.now)
    with tempfile.TemporaryDirectory(prefix="saldo-story-") as scratch:
        # Files of a story live and die with it, as its rows do.
        database = Database(
            url, replace(settings, data_folder=Path(scratch)), clock, SeededRandomness(SEED)
        )
        try:
            with reading(database, tenant_id_of(TENANT), SYSTEM) as session:
                set_stage(session, story, folder)
                play = Play(session, clock, story, folder)
                play_steps(play)
                return outcome_of(play)
        finally:
            database.close()
