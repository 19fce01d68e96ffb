"""What README.md tells the writer of a story is what the reader of stories takes."""

import re
from pathlib import Path

import pytest

from settlement.app.scenario import story
from settlement.app.scenario.stage import COLUMNS
from settlement.app.scenario.steps import SENTENCES
from settlement.app.scenario.story import Strict, read_story

README = (Path(__file__).parent / "README.md").read_text()
TABLES = [each for each in vars(story).values() if isinstance(each, type) and each is not Strict]
TABLES = [each for each in TABLES if issubclass(each, Strict)]


def test_the_example_of_the_format_can_be_read() -> None:
    found = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert found is not None

    told = read_story("the example", found[1])

    assert [each["code"] for each in told.customers] == ["anna"]
    assert told.expect == {"charges[party=anna]/amount": "1.80"}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_every_key_is_described(table: type[Strict]) -> None:
    keys = [name for name in table().fields if name not in ("steps", "expect")]

    missing = [key for key in keys if not re.search(rf"\b{key}\b", README)]

    assert keys and not missing


def test_every_step_is_described() -> None:
    verbs = {re.split(r"[ \[]", sentence)[0] for sentence in SENTENCES}

    assert not [verb for verb in verbs if f"`{verb}" not in README]


def test_every_column_of_usage_is_described() -> None:
    assert not [column for column in COLUMNS if f"`{column}`" not in README]
