"""Columns with one value throughout are computed once, and come to what each row comes to."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from mediation import single_values
from mediation.single_values import gathered, is_single, texts_once, with_computed

COMPUTED = [
    pl.col("unit").str.to_uppercase().alias("unit"),
    (pl.col("unit") + pl.col("name")).alias("both"),
    pl.col("nothing").cast(pl.Int64).alias("nothing"),
    pl.lit(7).alias("seven"),
]


@pytest.mark.parametrize("few", [2, single_values.FEW])
@pytest.mark.parametrize("units", [["a", "a", "a"], ["a", "b", "a"], ["a", None, "a"], ["a"], []])
def test_it_comes_to_the_same_as_row_by_row(
    units: list[str | None], few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(single_values, "FEW", few)
    frame = pl.DataFrame(
        {"unit": units, "name": ["x", "y", "z"][: len(units)], "nothing": [None] * len(units)},
        schema={"unit": pl.String, "name": pl.String, "nothing": pl.String},
    )

    computed = with_computed(frame, COMPUTED)

    assert_frame_equal(computed, frame.with_columns(COMPUTED), check_column_order=False)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["a", "a"], True),
        ([None, None], True),
        ([], True),
        (["a", "b", "a"], False),
        (["a", None, "a"], False),
        ([None, "a"], False),
    ],
)
def test_a_column_is_single_when_all_its_cells_are_alike(
    values: list[str | None], expected: bool
) -> None:
    assert is_single(pl.Series(values, dtype=pl.String)) is expected


@pytest.mark.parametrize("places", [[2, 0, 1], [0, 2], [1], []])
@pytest.mark.parametrize("few", [2, single_values.FEW])
def test_rows_are_gathered_with_their_single_values(
    places: list[int], few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(single_values, "FEW", few)
    frame = pl.DataFrame({"a": [1, 2, 3], "b": ["x", "x", "x"], "c": [None, None, None]})

    found = gathered(frame, pl.Series(places, dtype=pl.UInt32))

    rows = frame.rows()
    assert found.rows() == [rows[place] for place in places]
    assert found.schema == frame.schema


def test_one_text_throughout_is_written_once_and_all_else_as_it_is() -> None:
    frame = pl.DataFrame(
        {"a": ["x", "x"], "b": ["x", "y"], "c": ["x", None], "d": [1, 1], "other": ["x", "x"]},
    ).with_columns(none=pl.lit(None, pl.String))

    once = texts_once(frame, ["a", "b", "c", "d", "none", "absent"])

    assert once.schema == frame.schema | {"a": pl.Enum(["x"])}
    assert once.cast(frame.schema).equals(frame)
