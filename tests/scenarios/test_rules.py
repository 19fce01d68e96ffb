"""Every rule of mediation, rating and interconnect is told by a story or named by a test."""

import re
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__)
TESTS = HERE.parent.parent
# There are no rules 9, 28 and 29.
OF_USAGE = [f"R{number:02}" for number in range(1, 37) if number not in (9, 28, 29)]
OF_INTERCONNECT = [f"R{number}" for number in range(50, 63)]
RULES = OF_USAGE + OF_INTERCONNECT


@pytest.fixture(scope="module")
def named() -> dict[str, list[str]]:
    """Where each rule is named: stories that list it, and tests that say it or bear it as name."""
    places: dict[str, list[str]] = {}
    for path in sorted(TESTS.glob("scenarios/*/story.toml")):
        for rule in tomllib.loads(path.read_text("utf-8")).get("rules", []):
            places.setdefault(rule, []).append(path.parent.name)
    for path in sorted(set(TESTS.rglob("test_*.py")) - {HERE}):
        for number in re.findall(r"(?:\bR|_r)([0-9]{2,3})(?![0-9])", path.read_text("utf-8")):
            places.setdefault(f"R{number}", []).append(path.stem)
    return places


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_is_shown(rule: str, named: dict[str, list[str]]) -> None:
    assert named.get(rule), f"no story lists {rule} among its rules, and no test names it"


def test_no_story_lists_a_rule_that_there_is_none_of(named: dict[str, list[str]]) -> None:
    assert not {"R09", "R28", "R29"} & set(named)
