"""`saldo scenario DIR`, as it is typed: what it prints and how it leaves."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from settlement.app.cli import saldo
from settlement.app.scenario.run import EXPECTED, STORY
from tenants.persistence.database import Place

SHORT = Path(__file__).parent / "seconds_are_rounded_up_in_thirties_then_sixes"
Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The short story, to be changed."""
    return Path(shutil.copytree(SHORT, tmp_path / "story"))


@pytest.fixture
def run(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Type the command; the database is a fresh one."""
    monkeypatch.setenv("SALDO_DATABASE_URL", place.application_url)
    monkeypatch.setenv("SALDO_DATABASE_OWNER_URL", place.owner_url)
    monkeypatch.setenv("SALDO_HOME", str(tmp_path / "home"))
    return lambda *typed: CliRunner().invoke(saldo, ["scenario", *map(str, typed)])


def test_a_story_as_expected_leaves_with_0_and_prints_all_that_came_out(
    run: Run, folder: Path
) -> None:
    said = run(folder, "--json")

    assert said.exit_code == 0, said.output
    assert json.loads(said.stdout) == json.loads((folder / EXPECTED).read_text())
    assert said.stderr == "Seconds are rounded up in thirties, then in sixes: as expected\n"


def test_a_story_not_as_expected_leaves_with_1_and_names_the_figure(run: Run, folder: Path) -> None:
    story = folder / STORY
    story.write_text(story.read_text().replace('"0.0036"', '"0.0037"'))

    said = run(folder)

    assert said.exit_code == 1
    assert "events[event=a]/exact: expected 0.0037, found 0.0036" in said.stdout


def test_a_story_that_cannot_be_read_leaves_with_3_and_names_the_key(
    run: Run, folder: Path
) -> None:
    story = folder / STORY
    story.write_text(story.read_text().replace("[[customers]]", "[[custommers]]"))

    said = run(folder)

    assert said.exit_code == 3
    assert "custommers" in said.stderr
