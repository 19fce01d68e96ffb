"""Tests on one stage go to one worker; all others go file by file."""

from pathlib import Path

import pytest

from tests.sharing_out import ON_ONE_STAGE, stage_of

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("nodeid", "stage"),
    [
        ("tests/isolation/test_rows.py::test_a[GET /v1/x::y]", "tests/isolation/"),
        ("tests/pages/test_pages.py::test_b", "tests/pages/"),
        ("tests/settlement/billing/test_service.py::test_c", ""),
    ],
)
def test_who_is_on_one_stage_stays_together(nodeid: str, stage: str) -> None:
    assert stage_of(nodeid) == stage


def test_every_stage_that_lasts_for_the_session_is_named() -> None:
    lasting = {
        path.parent.relative_to(ROOT).as_posix() + "/"
        for path in (ROOT / "tests").rglob("conftest.py")
        if 'scope="session"' in path.read_text()
    }

    assert lasting - {"tests/"} == set(ON_ONE_STAGE)
