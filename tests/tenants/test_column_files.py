"""A short file and a long one give the same rows to the same question."""

from pathlib import Path
from uuid import UUID

import polars as pl
import pytest

from tenants import column_files
from tenants.column_files import Condition, keep_frame, read_where
from tenants.files import TenantFiles

ROWS = pl.DataFrame({"account": ["a", "b", "c", "d", None], "number": [1, 2, 3, 4, 5], "text": "x"})


@pytest.fixture(params=[2, 100])
def files(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> TenantFiles:
    """Files whose groups have two rows, so that there are several, or all rows."""
    monkeypatch.setattr(column_files, "ROWS_OF_A_GROUP", request.param)
    return TenantFiles(tmp_path, UUID(int=1))


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ([("number", ">=", 2), ("number", "<", 4)], [2, 3]),
        ([("account", "in", ["a", "d", "z"])], [1, 4]),
        ([("account", "in", ["a", "d"]), ("number", ">=", 2)], [4]),
        ([("account", "=", "c")], [3]),
        ([("account", "=", "z")], []),
    ],
)
def test_the_rows_that_fulfil_all_conditions_are_read(
    files: TenantFiles, wanted: list[Condition], numbers: list[int]
) -> None:
    sha256 = keep_frame(files, ROWS)

    found = read_where(files, sha256, wanted)

    assert found.schema == ROWS.schema
    assert found["number"].to_list() == numbers


def test_a_changed_byte_is_noticed(files: TenantFiles) -> None:
    sha256 = keep_frame(files, ROWS.with_columns(text=pl.lit("a text to be changed")))
    place = files.path(sha256)
    content = place.read_bytes()
    at = content.index(b"a text")
    place.write_bytes(content[:at] + b"b" + content[at + 1 :])

    with pytest.raises(OSError, match="checksum"):
        read_where(files, sha256, [("number", "=", 1)])
