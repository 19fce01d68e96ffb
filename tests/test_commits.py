"""Every commit has a name, a failpoint on both sides, and a place in the list.

A commit that nobody can fail is a commit whose recovery nobody has seen. So work is committed by
`tenants.session.transaction` alone, each under a literal name; `commit_points.txt` lists the
names, and the campaigns kill the process at each of them.
"""

import ast
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.test_architecture import PACKAGES, ROOT

LIST = Path(__file__).with_name("commit_points.txt")
NAME = re.compile(r"[a-z][a-z_-]*\.[a-z][a-z_-]*")

# Where a commit is made without `transaction`, and why that is right.
COMMITS_ELSEWHERE = {
    "tenants/session.py": "the one edge",
    "settlement/migrations/upgrading.py": "migrations run as the owner, outside any tenant",
    "settlement/migrations/env.py": "the same",
}

# Functions that hand a name on to `transaction`; their callers give the literal.
HAND_ON = {
    "tenants/jobs/work.py",
    "settlement/app/console.py",
    "settlement/app/demonstration/month.py",
}
COMMITTING = ("commit", "begin", "begin_transaction")
DOORS = {"transaction", "work", "work_as", "_report"}
# `work` is a door only as a method of the commands' office or the demonstration's play.
WORKERS = {"office", "play", "self"}


class Call(NamedTuple):
    """A call of a door: where, and the name it gives, unless that is no literal."""

    file: str
    line: int
    name: str | None


def called(node: ast.Call) -> str:
    """The last part of what is called; a plain `work` is no door."""
    if isinstance(node.func, ast.Attribute):
        works = isinstance(node.func.value, ast.Name) and node.func.value.id in WORKERS
        return node.func.attr if node.func.attr != "work" or works else ""
    return node.func.id if isinstance(node.func, ast.Name) and node.func.id != "work" else ""


@cache
def in_the_sources() -> tuple[list[Call], set[str]]:
    """The calls of doors, and where else something is committed; the sources are read once."""
    doors, committing = [], set()
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            file = str(path.relative_to(ROOT))
            for node in ast.walk(ast.parse(path.read_text())):
                if not isinstance(node, ast.Call):
                    continue
                if called(node) in DOORS and node.args:
                    doors.append(Call(file, node.lineno, name_given(node)))
                if isinstance(node.func, ast.Attribute) and node.func.attr in COMMITTING:
                    committing.add(f"{file}:{node.lineno}")
    return doors, committing


def name_given(node: ast.Call) -> str | None:
    texts = [
        argument.value
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    names = [text for text in texts if NAME.fullmatch(text)]
    return names[-1] if names else None


def calls() -> list[Call]:
    return in_the_sources()[0]


def test_only_the_edge_commits() -> None:
    committing = {
        place for place in in_the_sources()[1] if place.rpartition(":")[0] not in COMMITS_ELSEWHERE
    }

    assert not committing, "commit with tenants.session.transaction, so that it has a failpoint"


def test_every_commit_gives_a_literal_name() -> None:
    unnamed = [call for call in calls() if call.name is None and call.file not in HAND_ON]

    assert not unnamed, "give the commit a literal name like 'billing.issue'"


def test_the_list_of_commit_points_is_complete_and_fresh() -> None:
    found = {call.name for call in calls() if call.name}
    listed = set(LIST.read_text().split())

    assert not found - listed, f"add to {LIST.name}: {sorted(found - listed)}"
    assert not listed - found, f"remove from {LIST.name}: {sorted(listed - found)}"


def test_the_list_is_in_order() -> None:
    lines = LIST.read_text().splitlines()

    assert lines == sorted(set(lines))
