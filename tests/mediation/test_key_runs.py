"""A run finds every place of a hash, however it was cut and merged."""

from collections import defaultdict

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediation import key_runs
from mediation.key_runs import MARKED_SCHEMA, RUN_SCHEMA, marked, merged, places, run_of

EDGES = (0, 1, 2**63, 2**64 - 1)
hash_of_a_key = st.one_of(st.sampled_from(EDGES), st.integers(0, 12))
batches = st.lists(st.lists(hash_of_a_key, min_size=1, max_size=12), min_size=1, max_size=5)


def a_run(batch: int, hashes: list[int]) -> pl.DataFrame:
    lines = pl.Series(range(1, len(hashes) + 1), dtype=pl.Int64)
    return run_of(pl.Series(hashes, dtype=pl.UInt64), batch, lines)


def places_by_hash(kept: list[list[int]]) -> dict[int, set[tuple[int, int]]]:
    found = defaultdict(set)
    for batch, hashes in enumerate(kept, 1):
        for line, key in enumerate(hashes, 1):
            found[key].add((batch, line))
    return found


@pytest.mark.parametrize("piece", [1, 3, 1000])
@settings(max_examples=60)
@given(kept=batches, wanted=st.sets(hash_of_a_key, max_size=8))
def test_a_merged_run_finds_what_its_parts_held(
    piece: int, kept: list[list[int]], wanted: set[int]
) -> None:
    by_hash = places_by_hash(kept)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(key_runs, "PIECE", piece)
        run = list(merged([[a_run(batch, hashes)] for batch, hashes in enumerate(kept, 1)]))

    hashes = pl.Series(sorted(wanted), dtype=pl.UInt64)
    found = places([marked(frame) for frame in run], hashes)

    assert places(run, hashes).equals(found)
    assert sorted(found.rows()) == sorted(place for key in wanted for place in by_hash[key])
    assert pl.concat(run)["hash"].is_sorted()
    assert sum(frame.height for frame in run) == sum(map(len, kept))


def test_a_run_without_keys_finds_nothing() -> None:
    empty = pl.DataFrame(schema=RUN_SCHEMA)

    assert places([empty], pl.Series([1], dtype=pl.UInt64)).is_empty()


def test_a_run_without_keys_is_marked_too() -> None:
    empty = marked(pl.DataFrame(schema=RUN_SCHEMA))

    assert empty.schema == MARKED_SCHEMA
    assert places([empty], pl.Series([1], dtype=pl.UInt64)).is_empty()


def test_marks_have_a_bit_for_each_sixteenth_of_a_key() -> None:
    # Four hashes from 100 to 163 have 64 parts of one hash each, sixteen parts to a cell.
    marks = marked(a_run(1, [100, 101, 115, 163]))["marks"]

    assert marks.to_list() == [1 << 0 | 1 << 1 | 1 << 15, 0, 0, 1 << 15]


def test_a_run_that_was_written_without_marks_is_merged_with_one_that_has_them() -> None:
    [run] = merged([[a_run(1, [3, 7])], [marked(a_run(2, [5, 7]))]])

    assert run.schema == RUN_SCHEMA
    assert run.rows() == [(3, 1, 1), (5, 2, 1), (7, 1, 2), (7, 2, 2)]
