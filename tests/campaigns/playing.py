"""Play one operator's small month to its end, in a process that may be killed on the way.

Run as a module with the database, the folder of files, a seed for ids and the file to write what
came out to. What is done already is passed over, so the same call begins a month or goes on with
one that was cut off. What came out is the summary of the demonstration without anything that an id
reaches: the digests of files stand for each document by itself, and the journal is left out.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from settlement.app.demonstration.cast import operators
from settlement.app.demonstration.month import BEFORE, Play, play_month
from settlement.app.demonstration.outputs import write_tenant
from settlement.billing.runs import jobs as bill_runs
from settlement.insight import service as insight
from tenants import session as edge
from tenants.clock import HeldClock
from tenants.digest import sha256_hex
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.randomness import SeededRandomness
from tenants.settings import settings_from_environment

VOLUME = 0.002
CUSTOMERS = 3
# The journal and the digests over it name entries by their ids.
BY_ID = ("books/journal.csv",)
DIGESTS = ("files_digest",)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    passed = record_commits()
    # A run of several parts can be killed in one, and has others to go on with.
    bill_runs.GROUP = 1
    home = replace(settings_from_environment(), data_folder=asked.home, secret_key="campaign")
    clock = HeldClock(BEFORE)
    database = Database(asked.database, home, clock, SeededRandomness(asked.seed))
    operator = operators(VOLUME, CUSTOMERS)[0]
    play_month(Play(database, operator, clock, None, lambda _: None))
    with edge.reading(database, operator.tenant.id, SYSTEM) as session:
        summary = write_tenant(session, asked.home / "out")
        findings = [str(finding) for finding in insight.verify(session)]
    told = {
        "summary": {name: value for name, value in summary.items() if name not in DIGESTS},
        "files": hashes(asked.home / "out"),
        "findings": findings,
        "passed": passed,
    }
    database.close()
    asked.out.write_text(json.dumps(told, default=str, sort_keys=True))


def record_commits() -> list[str]:
    """The commits of this process in the order in which each is reached first."""
    passed: list[str] = []
    reach = edge.failpoint

    def recorded(name: str) -> None:
        commit = name.partition(":")[0]
        if commit not in passed:
            passed.append(commit)
        reach(name)

    edge.failpoint = recorded
    return passed


def hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file below a folder, by its place."""
    found: dict[str, Any] = {
        str(path.relative_to(folder)): sha256_hex(path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return {place: digest for place, digest in found.items() if place not in BY_ID}


if __name__ == "__main__":
    main()
