"""Migrations follow one another in one line, by names that the database can keep."""

import re
from itertools import pairwise
from pathlib import Path

VERSIONS = Path(__file__).parents[2] / "settlement" / "migrations" / "versions"
# The length of `alembic_version.version_num`.
LONGEST = 32


def _said(name: str, source: str) -> str:
    found = re.search(rf'^{name} = (?:"(\w+)"|None)$', source, re.MULTILINE)
    assert found, f"a migration says its {name}"
    return found[1] or ""


def test_each_migration_follows_the_one_before() -> None:
    files = sorted(VERSIONS.glob("[0-9]*.py"))
    said = [(_said("revision", text), _said("down_revision", text))
            for text in (file.read_text("utf-8") for file in files)]  # fmt: skip

    assert [revision for revision, _ in said] == [file.stem for file in files]
    assert said[0][1] == ""
    assert all(after == before for (before, _), (_, after) in pairwise(said))


def test_the_name_of_a_migration_fits_its_column() -> None:
    assert [file.stem for file in VERSIONS.glob("[0-9]*.py") if len(file.stem) > LONGEST] == []
