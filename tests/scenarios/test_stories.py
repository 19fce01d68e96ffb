"""Every story comes out as it says; and a story that says something wrong is found out."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from settlement.app.scenario import run
from settlement.app.scenario.comparing import PathUnreadable, look_up
from settlement.app.scenario.playing import StepNotRefused, StepRefused
from settlement.app.scenario.run import EXPECTED, STORY, NoStory, run_story
from settlement.app.scenario.steps import StepUnreadable, read_step
from settlement.app.scenario.story import StoryUnreadable, read_story
from tenants.persistence import launcher
from tenants.persistence.database import Database, Place
from tenants.settings import Settings, settings_from_environment
from tests.conftest import copy_of_template

HERE = Path(__file__).parent
STORIES = sorted(path.parent for path in HERE.glob(f"*/{STORY}"))
SHORT = HERE / "seconds_are_rounded_up_in_thirties_then_sixes"


class StayingOpen(Database):
    """A database that gives no connection back: the next story goes on with them."""

    def close(self) -> None:
        """Leave the connections to the next story."""


@pytest.fixture(scope="module")
def stage(server: launcher.Server, template: Place) -> Iterator[tuple[str, Settings]]:
    """A migrated database on which stories are played, and the settings to play them with."""
    assert template
    url, settings = copy_of_template(server, "stories").application_url, settings_from_environment()
    shared = Database(url, settings)

    def on_the_same_connections(*arguments: Any) -> Database:
        opened = StayingOpen(*arguments)
        opened.engine = shared.engine
        return opened

    with pytest.MonkeyPatch.context() as patch:
        # Else every story connects and compiles its statements anew.
        patch.setattr(run, "Database", on_the_same_connections)
        yield url, settings
    shared.close()


@pytest.mark.parametrize("folder", STORIES, ids=lambda folder: folder.name)
def test_the_story_comes_out_as_it_says(folder: Path, stage: tuple[str, Settings]) -> None:
    played = run_story(*stage, folder)

    assert not played.missed, "\n".join(map(str, played.missed))
    assert not played.apart, "\n".join(played.apart)


def a_copy(tmp_path: Path, old: str = "", new: str = "") -> Path:
    """The short story in a folder of its own, with one text changed in all of its files."""
    folder = tmp_path / SHORT.name
    shutil.copytree(SHORT, folder)
    for path in folder.iterdir():
        path.write_text(path.read_text().replace(old, new) if old else path.read_text())
    return folder


def test_a_wrong_expectation_is_found_and_not_accepted_away(
    tmp_path: Path, stage: tuple[str, Settings]
) -> None:
    folder = a_copy(tmp_path, '"0.0036"', '"0.0037"')

    played = run_story(*stage, folder, accept=True)

    assert [(each.expected, each.found) for each in played.missed] == [("0.0037", "0.0036")]
    assert not played.is_as_expected


def test_a_figure_that_has_changed_is_found_in_the_whole_result(
    tmp_path: Path, stage: tuple[str, Settings]
) -> None:
    folder = a_copy(tmp_path)
    expected = folder / EXPECTED
    expected.write_text(expected.read_text().replace('"billed": 78', '"billed": 60'))

    played = run_story(*stage, folder)

    assert not played.missed
    assert any(line.startswith("-") and "60" in line for line in played.apart)


def test_accepting_writes_what_came_out(tmp_path: Path, stage: tuple[str, Settings]) -> None:
    folder = a_copy(tmp_path)
    (folder / EXPECTED).unlink()

    played = run_story(*stage, folder, accept=True)

    assert played.is_as_expected
    assert (folder / EXPECTED).read_text() == (SHORT / EXPECTED).read_text()


def test_a_story_that_must_be_the_same_as_another_and_is_not_is_found(
    tmp_path: Path, stage: tuple[str, Settings]
) -> None:
    shutil.copytree(a_copy(tmp_path), tmp_path / "twin")
    story = tmp_path / SHORT.name / STORY
    story.write_text('same_as = "twin"\n' + story.read_text())
    usage = tmp_path / "twin" / "usage-1.csv"
    usage.write_text(usage.read_text().replace(",75", ",79"))

    played = run_story(*stage, tmp_path / SHORT.name)

    assert not played.missed
    assert any(line.startswith("+") and "78" in line for line in played.apart)


def test_nothing_of_a_story_is_kept(stage: tuple[str, Settings]) -> None:
    once, again = run_story(*stage, SHORT), run_story(*stage, SHORT)

    assert once.is_as_expected and again.is_as_expected


def test_a_step_that_is_refused_stops_the_story(
    tmp_path: Path, stage: tuple[str, Settings]
) -> None:
    folder = a_copy(tmp_path, '"rate 2026-10",', '"rate 2026-12",')

    with pytest.raises(StepRefused, match=r"Step 2, .* \(no-such-period\)"):
        run_story(*stage, folder)


def test_a_step_that_must_be_refused_and_is_not_stops_the_story(
    tmp_path: Path, stage: tuple[str, Settings]
) -> None:
    folder = a_copy(tmp_path, '"rate 2026-10",', '"refused: rate 2026-10",')

    with pytest.raises(StepNotRefused, match="but it was done"):
        run_story(*stage, folder)


def test_a_step_refused_for_another_reason_stops_the_story(
    tmp_path: Path, stage: tuple[str, Settings]
) -> None:
    folder = a_copy(tmp_path, '"rate 2026-10",', '"refused period-closed: rate 2026-12",')

    with pytest.raises(StepNotRefused, match="refused: no-such-period"):
        run_story(*stage, folder)


def test_a_column_nobody_knows_is_refused_by_name(
    tmp_path: Path, stage: tuple[str, Settings]
) -> None:
    folder = a_copy(tmp_path, "seconds\n", "secconds\n")

    with pytest.raises(StepRefused, match="unknown-column.*secconds"):
        run_story(*stage, folder)


def test_a_folder_without_a_story_is_refused(tmp_path: Path, stage: tuple[str, Settings]) -> None:
    with pytest.raises(NoStory):
        run_story(*stage, tmp_path)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('titel = "x"\nsteps = []', "titel"),
        ('title = "x"\nsteps = []\n[[customers]]\ncode = "a"\ntarif = "t"', "tarif"),
        ('title = "x"\nsteps = []\nprice = 0.05', "decimals in quotes"),
        ('title = "x"\nsteps = ["reconsile atlantic 2026-10"]', "reconcile"),
        ("title = ", "Invalid value"),
    ],
)
def test_what_is_misspelt_is_refused_by_name(text: str, named: str) -> None:
    with pytest.raises(StoryUnreadable, match=named):
        read_story("x", text)


def test_a_step_says_what_it_is_and_what_it_is_about() -> None:
    step = read_step("refused period-still-open: close 2026-10 because nobody waits")

    assert (step.refused, step["month"], step["why"]) == (
        "period-still-open",
        "2026-10",
        "nobody waits",
    )
    assert read_step("close 2026-10").refused is None
    assert read_step("refused: export").refused == ""


def test_a_step_half_written_is_told_how_its_verb_is_written() -> None:
    with pytest.raises(StepUnreadable, match="waive {source} {number} because {why}"):
        read_step("waive usage 103")


LINES = {"lines": [{"of": "anna", "sum": "1.00"}, {"of": "ben", "sum": "2.00"}], "done": True}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("lines/#", 2),
        ("lines/1/sum", "2.00"),
        ("lines[of=anna]/sum", "1.00"),
        ("lines[of=anna, sum=1.00]/of", "anna"),
        ("lines[of=carl]/sum", "<0 of 2 are such>"),
        ("lines/2/sum", "<only 2>"),
        ("sums", "<no sums; there is lines, done>"),
        ("done", True),
    ],
)
def test_a_path_finds_one_figure_or_says_why_not(path: str, found: object) -> None:
    assert look_up(LINES, path) == found


def test_a_path_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(PathUnreadable):
        look_up(LINES, "lines[of]")
