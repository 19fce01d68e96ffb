"""Rows that are set aside come back whole, in their order, with the types they had."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import polars as pl
import pytest

from tenants.files import TenantFiles
from tenants.frames_aside import FramesAside

ROWS = pl.DataFrame(
    {
        "account": ["a", None, "b", "a", "c"],
        "unsaid": [None] * 5,
        "queue": [None] * 5,
        "number": [1, 2, 3, 4, 5],
    },
    schema={
        "account": pl.Categorical,
        "unsaid": pl.String,
        "queue": pl.Categorical,
        "number": pl.Int64,
    },
)


@pytest.fixture
def files(tmp_path: Path) -> TenantFiles:
    return TenantFiles(tmp_path, UUID(int=1))


# The rows set aside first have 37 bytes, those after them 24.
@pytest.mark.parametrize("held", [0, 30, 40, 61])
def test_rows_come_back_by_their_number_in_the_order_in_which_they_were_set_aside(
    files: TenantFiles, held: int
) -> None:
    with FramesAside(files, held) as aside:
        aside.add(ROWS.head(3), pl.Series([7, 8, 7]))
        # Another stretch has an empty column where this one has texts, and the other way round.
        more = ROWS.tail(2).with_columns(account=pl.lit(None, pl.Categorical), unsaid=pl.lit("x"))
        aside.add(more, pl.Series([8, 7]))

        seven, eight = (aside.read(number, ROWS.clear()) for number in (7, 8))

    assert seven.schema == eight.schema == ROWS.schema
    assert seven.rows() == [("a", None, None, 1), ("b", None, None, 3), (None, "x", None, 5)]
    assert eight.rows() == [(None, None, None, 2), (None, "x", None, 4)]


def test_what_is_set_aside_in_many_pieces_stands_in_one_file(
    files: TenantFiles, tmp_path: Path
) -> None:
    side = pl.Enum(["customer", "carrier"])
    piece = pl.DataFrame({"side": ["carrier", "customer"]}, schema={"side": side})

    with FramesAside(files) as aside:
        for some in (piece, piece.head(1), piece.tail(1)):
            aside.add(some, pl.Series([1, 2]).head(some.height))
        written = list(tmp_path.rglob("*.arrow"))
        one, two = (aside.read(number, piece.clear()) for number in (1, 2))

    assert len(written) == 1
    assert one["side"].to_list() == ["carrier", "carrier", "customer"]
    assert two["side"].to_list() == ["customer"]


@pytest.mark.parametrize(("held", "on_disk"), [(24, 0), (23, 1), (8, 1), (7, 1)])
def test_what_is_held_in_memory_is_not_written(
    files: TenantFiles, tmp_path: Path, held: int, on_disk: int
) -> None:
    # A number has eight bytes.
    rows = pl.DataFrame({"number": [1, 2, 3]})

    with FramesAside(files, held) as aside:
        aside.add(rows.head(1), pl.Series([1]))
        aside.add(rows.tail(2), pl.Series([1, 2]))
        written = list(tmp_path.rglob("*.arrow"))
        one, two = (aside.read(number, rows.clear()) for number in (1, 2))

    assert len(written) == on_disk
    assert (one["number"].to_list(), two["number"].to_list()) == ([1, 2], [3])


def test_a_part_of_no_rows_has_the_columns(files: TenantFiles) -> None:
    with FramesAside(files) as aside:
        assert aside.read(1, ROWS.clear()).equals(ROWS.clear())


def test_what_several_threads_set_aside_at_a_time_comes_back_whole(files: TenantFiles) -> None:
    like = pl.DataFrame(schema={"number": pl.Int64})

    def add(number: int) -> None:
        aside.add(like.vstack(pl.DataFrame({"number": [number]})), pl.Series([number % 2]))

    with FramesAside(files) as aside:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(add, range(200)))

        found = [aside.read(part, like) for part in (0, 1)]

    assert [sorted(each["number"]) for each in found] == [
        list(range(0, 200, 2)),
        list(range(1, 200, 2)),
    ]
