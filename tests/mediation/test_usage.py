"""Canonical usage, in the order in which it is kept."""

import polars as pl

from mediation.usage import by_account, empty_usage


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
