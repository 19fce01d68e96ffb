"""The table of capabilities names each row once, and only places that there are."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "settlement" / "README.md").read_text("utf-8")
ROWS = re.findall(r"^\| ([ABCE][0-9]{1,2}) \| .+ \| (.+) \|$", README, re.MULTILINE)
WANTED = {"A": 12, "B": 22, "C": 13, "E": 16}


def test_each_capability_has_one_row() -> None:
    every = [f"{part}{number}" for part, most in WANTED.items() for number in range(1, most + 1)]

    assert [row for row, _ in ROWS] == every


def test_each_capability_is_where_the_table_says() -> None:
    places = [(row, place) for row, where in ROWS for place in re.findall(r"`([^`]+)`", where)]

    assert {row for row, _ in places} == {row for row, _ in ROWS}
    assert not [(row, place) for row, place in places if not (ROOT / place).exists()]
