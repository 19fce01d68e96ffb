"""A server of our own comes back by itself, with all that was committed."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tenants.persistence import launcher
from tenants.persistence.database import administration
from tenants.persistence.programs import NoPostgres, Programs, find_programs


@pytest.fixture(params=["auto", "embedded"])
def programs(request: pytest.FixtureRequest) -> Programs:
    """The machine's PostgreSQL, or the one in the wheel."""
    return find_programs(request.param)


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    made = tmp_path_factory.mktemp("server")
    for part in (made, *made.parents[:2]):
        part.chmod(0o755)
    yield made / "postgres"


def test_killed_outright_it_starts_again_with_every_committed_row(
    programs: Programs, folder: Path
) -> None:
    server = launcher.start(programs, folder)
    with administration(server) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 200) AS n")

    pid = int((server.folder / "data" / "postmaster.pid").read_text().split("\n")[0])
    killed = [psutil.Process(pid), *psutil.Process(pid).children()]
    for process in killed:
        # Some end by themselves once the first is gone.
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(killed, timeout=5)
    again = launcher.start(programs, folder)

    with administration(again) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (200,)
    launcher.stop(again)


def test_a_server_that_runs_already_is_found(programs: Programs, folder: Path) -> None:
    first = launcher.start(programs, folder)

    second = launcher.start(programs, folder)

    assert second == first
    launcher.stop(second)


def test_nothing_wanted_and_nothing_found_says_what_to_do() -> None:
    with pytest.raises(NoPostgres, match="SALDO_DATABASE_URL"):
        find_programs("nowhere")
