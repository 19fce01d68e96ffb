"""A key has one hash, whatever stands beside it, and it never changes."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediation.key_hashes import key_hashes


def hashes(*keys: str) -> list[int]:
    return key_hashes(pl.Series(keys, dtype=pl.String)).to_list()


# The hashes are on disk: a change here makes every key of every source unknown.
@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("1790812793.0-PJSIP/carrier-1-00000000", 6467376604800905279),
    ],
)
def test_a_hash_is_the_same_in_every_release(key: str, expected: int) -> None:
    assert hashes(key) == [expected]


@settings(max_examples=60)
@given(st.lists(st.text(max_size=300), min_size=1, max_size=8))
def test_a_hash_does_not_depend_on_the_keys_beside_it(keys: list[str]) -> None:
    assert hashes(*keys) == [hashes(key)[0] for key in keys]


def test_keys_that_count_up_have_hashes_spread_evenly() -> None:
    counted = key_hashes(pl.int_range(200_000, eager=True).cast(pl.String))

    assert counted.n_unique() == 200_000
    # Of 200,000 balls in 65,536 places, some 3,100 places stay empty: 65,536 / e ** 3.05.
    for part in (counted // 2**48, counted % 2**16):
        assert 62_000 < part.n_unique() < 62_900


def test_keys_that_differ_only_behind_256_bytes_differ() -> None:
    long = "k" * 300

    assert len(set(hashes(long + "1", long + "2", long, "k" * 256, "k" * 257))) == 5


def test_no_keys_have_no_hashes() -> None:
    assert hashes() == []
