"""Kill the month at every commit, on both sides, and see that it comes out as if nothing had been.

A month is played in a process of its own that is killed with SIGKILL right before a commit, or
right after. What is left, database and files, is copied: the copy is played to its end by a new
process with other ids, and its books must be sound and its summary and documents those of a month
that nobody disturbed. What is left itself goes on as well, to be killed at the next commit, so the
last of these processes has as many deaths behind it as there are places to die.

    make faults
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

from tenants.persistence import launcher
from tenants.persistence.database import Place, administration
from tests.conftest import copy_of_template
from tests.test_architecture import ROOT
from tests.test_commits import LIST

SIDES = ("before", "after")
AT_ONCE = 2
NOT_KILLED = "the process was not killed"

# Commits that no month passes by itself: people at the pages, the API or the command line.
ELSEWHERE = {
    "account-statements.issue",
    "collecting.aside",
    "collecting.claim",
    "collecting.fail",
    "collecting.fault",
    "collecting.look",
    "collecting.take",
    "bench.step",
    "currencies.load",
    "exchange_differences.revalue",
    "delivery.alarms-outcome",
    "delivery.ask",
    "delivery.claim-alarms",
    "delivery.hold-alarms",
    "delivery.line-up-alarms",
    "delivery.claim",
    "delivery.hold",
    "delivery.line-up",
    "delivery.outcome",
    "delivery.print",
    "delivery.reports",
    "disputes.open-objected",
    "disputes.open-returned",
    "interconnect.accept-silence",
    "interconnect.tell-credit",
    "inventory.lapse",
    "mediation.take_in_events",
    "netting.accept-silence",
    "payouts.advise",
    "people.choose_language",
    "people.create",
    "people.sign_in",
    "periods.re_rate",
    "receipts.drop-instalments",
    "receipts.remind",
    "self-billing.certify-year",
    "sources.place",
    "sources.register",
    "statements.hand-out",
    "suspense.repair",
    "taxation.check-number",
    "taxation.numbers-due",
    "tenants.create",
    "undoing.approve",
    "undoing.propose",
    "undoing.reject",
    "web.request",
}


class Row(NamedTuple):
    """What came of one kill; nothing in `wrong` is as it should be."""

    point: str
    wrong: list[str]
    seconds: float


@dataclass
class Campaign:
    """Databases and folders of files, each a state of the same month."""

    server: launcher.Server
    folder: Path
    seeds: Iterator[int] = field(default_factory=lambda: count(1))

    def begin(self, name: str) -> Place:
        """An empty tenant world of this name."""
        (self.folder / name).mkdir()
        return copy_of_template(self.server, name)

    def play(self, name: str, killed_at: str | None = None) -> dict[str, Any] | None:
        """Play on from the state of this name; what came out, or None when it was killed."""
        place = self._place(name)
        self._grow_old(place)
        told = self.folder / name / "told.json"
        command = [
            sys.executable, "-m", "tests.campaigns.playing", "--database", place.application_url,
            "--home", str(self.folder / name), "--seed", str(next(self.seeds)), "--out", str(told),
        ]  # fmt: skip
        armed = {} if killed_at is None else {"SALDO_FAILPOINTS": f"{killed_at}=kill"}
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ | armed, capture_output=True, text=True, check=False
        )
        if done.returncode == -signal.SIGKILL:
            return None
        assert done.returncode == 0, done.stderr[-3000:]
        came_out: dict[str, Any] = json.loads(told.read_text())
        return came_out

    def copy(self, name: str, target: str) -> None:
        """The state of this name once more, its database and its files."""
        with administration(self.server) as connection:
            # The server has not always noticed yet that the killed process is gone.
            connection.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s",
                (name,),
            )
            connection.execute(f"CREATE DATABASE {target} TEMPLATE {name}")
        shutil.copytree(self.folder / name, self.folder / target)

    def forget(self, name: str) -> None:
        """Give the space back."""
        with administration(self.server) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        shutil.rmtree(self.folder / name)

    def _place(self, name: str) -> Place:
        urls = (self.server.url(name, role) for role in (launcher.OWNER, launcher.APPLICATION))
        return Place(*urls)

    def _grow_old(self, place: Place) -> None:
        """An hour passes, so that the worker that was killed is taken for dead."""
        with psycopg.connect(place.owner_url.replace("+psycopg", "", 1)) as owner:
            owner.execute(
                "UPDATE queue.procrastinate_workers"
                " SET last_heartbeat = last_heartbeat - interval '1 hour'"
            )


def differences(came_out: dict[str, Any] | None, expected: dict[str, Any]) -> list[str]:
    """What is not as in the month that nobody disturbed, in words."""
    if came_out is None:
        return ["the second process was killed too"]
    wrong = list(came_out["findings"])
    for part in ("summary", "files"):
        names = came_out[part].keys() | expected[part].keys()
        wrong += [
            f"{part}: {name}"
            for name in sorted(names)
            if came_out[part].get(name) != expected[part].get(name)
        ]
    return wrong


def killed_and_played_on(campaign: Campaign, points: list[str], expected: Any) -> list[Row]:
    """One row for each place to die, in the order of the month."""

    def play_on(name: str, point: str) -> Row:
        began = time.perf_counter()
        wrong = differences(campaign.play(name), expected)
        campaign.forget(name)
        return Row(point, wrong, time.perf_counter() - began)

    rows: list[Row | Future[Row]] = []
    campaign.begin("chain")
    with ThreadPoolExecutor(AT_ONCE) as hands:
        for number, point in enumerate(points):
            if campaign.play("chain", point) is not None:
                rows.append(Row(point, [NOT_KILLED], 0))
                continue
            campaign.copy("chain", f"state_{number}")
            rows.append(hands.submit(play_on, f"state_{number}", point))
        rows.append(play_on("chain", f"after {len(points)} kills in a row"))
        return [row if isinstance(row, Row) else row.result() for row in rows]


def table(rows: list[Row]) -> str:
    lines = [f"{'killed at':<36} {'to the end':>10}  books and documents"]
    for row in rows:
        said = "as undisturbed" if not row.wrong else "; ".join(row.wrong[:3])
        lines.append(f"{row.point:<36} {row.seconds:>8.1f} s  {said}")
    return "\n".join(lines)


def test_a_month_killed_at_any_commit_comes_out_the_same(
    server: launcher.Server, template: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert template
    began = time.perf_counter()
    campaign = Campaign(server, tmp_path)
    campaign.begin("undisturbed")
    expected = campaign.play("undisturbed")
    assert expected is not None
    assert expected["findings"] == []
    listed = set(LIST.read_text().split())
    assert listed - ELSEWHERE == set(expected["passed"]), "a commit that no month passes"

    points = [f"{name}:{side}" for name in expected["passed"] for side in SIDES]
    rows = killed_and_played_on(campaign, points, expected)

    with capsys.disabled():
        print(f"\n{table(rows)}\n{len(points)} kills in {time.perf_counter() - began:.0f} s")  # noqa: T201
    assert [row for row in rows if row.wrong] == []
