"""A short file and a long one give the same rows to the same question."""

import hashlib
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import polars as pl
import pyarrow.parquet as pq
import pytest

from tenants import column_files
from tenants.column_files import Condition, FrameWriter, keep_frame, read_frame, read_where
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


@pytest.mark.parametrize("cuts", [(0, 25), (0, 3, 25), (0, 9, 10, 11, 24, 25), (0, 20, 20, 25)])
def test_the_bytes_do_not_tell_in_which_pieces_rows_were_written(
    files: TenantFiles, monkeypatch: pytest.MonkeyPatch, cuts: tuple[int, ...]
) -> None:
    monkeypatch.setattr(column_files, "ROWS_OF_A_GROUP", 10)
    rows = pl.DataFrame({"number": range(25), "text": [f"text {n % 4}" for n in range(25)]})
    whole = keep_frame(files, rows)

    with FrameWriter(files, rows.schema, filled=rows.columns) as writer:
        for first, until in pairwise(cuts):
            # Columns of several pieces, as reading and joining leave them.
            half = (until - first) // 2
            parts = [rows.slice(first, half), rows.slice(first + half, until - first - half)]
            writer.add(pl.concat(parts, rechunk=False))
        assert writer.keep() == whole

    with pq.ParquetFile(files.path(whole)) as file:
        groups = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
    assert groups == [10, 10, 5]


@pytest.mark.parametrize("height", [0, 1, 9, 10])
def test_a_short_frame_has_the_bytes_that_a_writer_gives_it(
    files: TenantFiles, monkeypatch: pytest.MonkeyPatch, height: int
) -> None:
    monkeypatch.setattr(column_files, "ROWS_OF_A_GROUP", 10)
    rows = pl.DataFrame({"number": range(height), "text": ["text"] * height})
    halves = pl.concat([rows.head(height // 2), rows.tail(height - height // 2)], rechunk=False)

    with FrameWriter(files, rows.schema, filled=rows.columns) as writer:
        writer.add(rows)
        written = writer.keep()

    assert keep_frame(files, halves) == written
    assert read_frame(files, written).equals(rows)


def test_columns_that_are_named_tell_groups_of_rows_apart_and_no_others_do(
    files: TenantFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(column_files, "ROWS_OF_A_GROUP", 10)
    rows = pl.DataFrame({"number": range(25), "twice": range(0, 50, 2)})

    with FrameWriter(files, rows.schema, ["number"]) as writer:
        writer.add(rows)
        kept = writer.keep()

    with pq.ParquetFile(files.path(kept)) as file:
        first = file.metadata.row_group(0)
        assert [first.column(place).statistics is not None for place in (0, 1)] == [True, False]
    assert read_where(files, kept, [("twice", "=", 40)])["number"].to_list() == [20]


@pytest.mark.parametrize("height", [4, 25])
def test_where_a_column_has_all_values_rows_do_not_say_so_one_by_one(
    files: TenantFiles, monkeypatch: pytest.MonkeyPatch, height: int
) -> None:
    monkeypatch.setattr(column_files, "ROWS_OF_A_GROUP", 10)
    rows = pl.DataFrame({"number": range(height), "last": [*[1] * (height - 1), None]})

    kept = keep_frame(files, rows)

    assert [each.nullable for each in pq.read_schema(files.path(kept))] == [False, True]
    assert read_frame(files, kept).equals(rows)
    assert read_where(files, kept, [("number", ">=", 0)]).equals(rows)
    assert pl.read_parquet(files.path(kept)).equals(rows)


def test_a_value_that_must_be_there_and_is_not_is_noticed(files: TenantFiles) -> None:
    rows = pl.DataFrame({"number": [1, None]})

    with (
        FrameWriter(files, rows.schema, filled=["number"]) as writer,
        pytest.raises(AssertionError, match=r"missing in \['number'\]"),
    ):
        writer.add(rows)


def test_a_file_says_of_which_kinds_its_columns_were(files: TenantFiles) -> None:
    kinds = pl.Schema({"text": pl.String(), "side": pl.Enum(["ours", "theirs"]), "on": pl.Date()})
    rows = pl.DataFrame({"text": ["a", None], "side": ["theirs", "ours"], "on": None}, kinds)

    kept = keep_frame(files, rows)

    assert pl.read_parquet(files.path(kept)).schema == kinds
    assert str(pq.read_schema(files.path(kept)).field("text").type) == "large_string"


def test_categories_are_written_as_the_texts_that_they_are(files: TenantFiles) -> None:
    texts = pl.DataFrame(
        {
            "one": ["a"] * 5,
            "some": ["b", None, "a", "b", "c"],
            "each": list("edcba"),
            "none": pl.Series([None] * 5, dtype=pl.String),
        }
    )
    # What other frames hold does not stand in the file.
    pl.Series(["of another frame", "c"], dtype=pl.Categorical())
    categories = texts.cast(pl.Categorical())

    for rows in (texts, texts.head(1), texts.clear()):
        sha256 = keep_frame(files, categories.head(rows.height))
        assert sha256 == keep_frame(files, rows)
        assert read_frame(files, sha256).equals(rows)
    assert read_frame(files, sha256).schema == texts.schema


@pytest.mark.parametrize("is_begun", [False, True])
def test_a_file_is_kept_with_all_its_rows_also_where_that_was_begun_before(
    files: TenantFiles, is_begun: bool
) -> None:
    with FrameWriter(files, ROWS.schema) as writer:
        writer.add(ROWS)
        if is_begun:
            writer.begin_keeping()
            assert pl.read_parquet(writer.path).equals(ROWS)
        sha256 = writer.keep()

    assert hashlib.sha256(files.path(sha256).read_bytes()).hexdigest() == sha256
    assert read_frame(files, sha256).equals(ROWS)


def test_what_was_to_be_kept_and_was_not_is_gone(files: TenantFiles) -> None:
    with FrameWriter(files, ROWS.schema) as writer:
        writer.add(ROWS)
        writer.begin_keeping()

    assert not writer.path.exists()
