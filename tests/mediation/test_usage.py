"""Canonical usage, in the order in which it is kept."""

import datetime as dt

import polars as pl
import pytest

from mediation.single_values import FEW
from mediation.usage import (
    CATEGORISED,
    assert_usage,
    by_account,
    completed,
    empty_usage,
    said_once,
)

NOON = dt.datetime(2026, 10, 5, 12, tzinfo=dt.UTC)
A_CALL = {
    **dict.fromkeys(("source", "batch_id", "record_key"), "x"),
    **{"line": 1, "kind": "voice", "direction": "outgoing", "unit": "piece", "quantity": 1},
    **{"duration_seconds": 60, "occurred_at": NOON, "arrived_at": NOON},
}


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"kind": "fax"}, "unknown kind"),
        ({"unit": "byte"}, "unit that is not of its kind"),
        ({"direction": "sideways"}, "unknown direction"),
        ({"duration_seconds": None}, "call without a duration"),
    ],
)
@pytest.mark.parametrize("right", [0, 1, 2 * FEW])
def test_one_wrong_record_is_found_among_many(
    right: int, change: dict[str, object], wrong: str
) -> None:
    one, all_right = A_CALL | change, [A_CALL] * right
    usage = pl.DataFrame([*all_right, one, *all_right], schema=empty_usage().schema)

    assert assert_usage(usage.filter(pl.lit(False))).is_empty()
    assert assert_usage(usage.head(right)).height == right
    with pytest.raises(AssertionError, match=wrong):
        assert_usage(usage)


def test_usage_is_kept_by_account_and_line_those_of_no_account_first() -> None:
    accounts = ["b", None, "a", "b", None, "aa", "a"]
    rows = pl.DataFrame({"account": accounts, "line": [7, 6, 5, 4, 3, 2, 1]})
    usage = pl.concat([empty_usage(), rows], how="diagonal")

    kept = by_account(usage)

    assert kept.select("account", "line").rows() == [
        (None, 3),
        (None, 6),
        ("a", 1),
        ("a", 5),
        ("aa", 2),
        ("b", 4),
        ("b", 7),
    ]


def test_no_usage_is_kept_as_none() -> None:
    assert by_account(empty_usage()).equals(empty_usage())


@pytest.mark.parametrize(
    ("ids", "is_left_out"), [(["k1", "k2"], True), (["k1", "k3"], False), (["k1", None], False)]
)
def test_event_ids_that_are_the_keys_are_kept_once(
    ids: list[str | None], is_left_out: bool
) -> None:
    rows = pl.DataFrame({"event_id": ids, "record_key": ["k1", "k2"], "kind": ["voice", "data"]})
    usage = pl.concat([empty_usage(), rows], how="diagonal")

    kept = said_once(usage)

    assert ("event_id" not in kept.columns) == is_left_out
    assert completed(kept).equals(usage)
    assert completed(kept, CATEGORISED)["event_id"].to_list() == ids
