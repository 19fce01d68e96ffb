"""The events of a revenue are sealed in columns; each is found again by a path to the root."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.sharing.sealing import merkle
from settlement.sharing.sealing.row_texts import AMOUNTS, UNITS
from settlement.sharing.sealing.seal import ROWS_OF_A_LEAF, RULED, Sealing, sealed
from tenants.decimal_text import decimal_text

TERMS, OTHER_TERMS = str(UUID(int=7)), str(UUID(int=3))
START = dt.datetime(2026, 10, 5, 8, tzinfo=dt.UTC)


def charges(count: int, product: str = "song", **changes: object) -> pl.DataFrame:
    rows = [
        {
            "terms": TERMS, "product": product, "currency": "EUR",
            "occurred_at": START + dt.timedelta(seconds=number), "source": "shop",
            "record_key": f"sale-{number}", "part": 1, "amount_3600": Decimal("3600.5"),
            "billed_units": 60, "split": "",
        }
        | changes
        for number in range(count)
    ]  # fmt: skip
    return as_charges(rows)


def as_charges(rows: list[dict[str, Any]]) -> pl.DataFrame:
    of_type = {
        "part": pl.Int16, "amount_3600": pl.Decimal(38, 12), "occurred_at": pl.Datetime("us", "UTC")
    }  # fmt: skip
    return pl.DataFrame(rows, schema_overrides=of_type)


def test_a_leaf_tells_number_part_time_and_amount_and_seals_the_key() -> None:
    [revenue] = sealed(charges(2))

    [leaf] = revenue.leaves
    assert leaf.rows == (
        "1,1,2026-10-05T08:00:00.000000+00:00,3600.5\r\n2,1,2026-10-05T08:00:01.000000+00:00,3600.5"
    )
    assert leaf.keys == sha256(b"shop\tsale-0\nshop\tsale-1").hexdigest()
    assert (revenue.events, revenue.root) == (2, merkle.root([f"{leaf.keys}\r\n{leaf.rows}"]))


def test_parts_of_one_event_have_its_number() -> None:
    same = charges(2, occurred_at=START, record_key="call")
    parts = same.with_columns(part=pl.Series([1, 2], dtype=pl.Int16))

    [revenue] = sealed(parts)

    assert (revenue.events, [row[:4] for row in revenue.leaves[0].rows.split("\r\n")]) == (
        1,
        ["1,1,", "1,2,"],
    )


def test_units_are_told_by_event_without_amounts_and_taken_back_where_the_amount_is() -> None:
    call = charges(2, occurred_at=START, record_key="call")
    parts = call.with_columns(part=pl.Series([1, 2], dtype=pl.Int16))
    back = charges(2).tail(1).with_columns(amount_3600=-pl.col("amount_3600"))

    [revenue] = sealed(pl.concat([parts, back]), UNITS)

    # A call in two parts of 60 units each is one event, and one of 60 is taken back.
    assert revenue.leaves[0].rows == (
        "1,2026-10-05T08:00:00.000000+00:00,1,120\r\n2,2026-10-05T08:00:01.000000+00:00,-1,-60"
    )
    assert revenue.leaves[0].keys == sha256(b"shop\tcall\nshop\tsale-1").hexdigest()


def test_what_each_rule_splits_is_sealed_by_itself() -> None:
    of_rule = charges(2).with_columns(split=pl.lit(":young"))
    general = charges(3).with_columns(split=pl.lit(":"))

    found = sealed(pl.concat([of_rule, general, charges(1)]))

    assert [(each.rule, each.events) for each in found] == [(None, 1), ("", 3), ("young", 2)]


@pytest.mark.parametrize(("count", "leaves"), [(256, 1), (257, 2), (600, 3)])
def test_a_leaf_has_no_more_than_256_rows(count: int, leaves: int) -> None:
    [revenue] = sealed(charges(count))

    assert (ROWS_OF_A_LEAF, len(revenue.leaves), revenue.events) == (256, leaves, count)


def test_the_order_in_which_events_came_does_not_matter() -> None:
    found = charges(300)

    assert sealed(found.sample(fraction=1, shuffle=True, seed=3)) == sealed(found)


@pytest.mark.parametrize("seconds", [1, 100, 256, 257, 700, 2_000])
def test_what_is_sealed_in_pieces_is_sealed_as_a_whole(seconds: int) -> None:
    # The songs fill three leaves, and each film is of two parts.
    films = charges(300, "film")
    parts = [films, films.with_columns(pl.lit(2, pl.Int16).alias("part"))]
    every = pl.concat([charges(768), *parts, charges(1, "book")])
    place = (every["occurred_at"] - START).dt.total_seconds() // seconds
    sealing = Sealing()

    for number in sorted(place.unique()):
        sealing.hash(sealing.whole_leaves(every.filter(place == number)))

    assert sealing.roots() == [
        (each.terms_id, each.product, each.currency, each.rule, AMOUNTS, each.events, each.root)
        for each in sealed(every)
    ]


def test_an_event_that_ends_a_leaf_goes_on_in_the_next_piece() -> None:
    is_last = pl.int_range(pl.len()) == 256
    rows = charges(257).with_columns(
        pl.col("record_key").replace("sale-256", "sale-255"),
        pl.when(is_last).then(2).otherwise(1).cast(pl.Int16).alias("part"),
    )
    sealing = Sealing()

    sealing.hash(sealing.whole_leaves(rows.head(256)))
    sealing.hash(sealing.whole_leaves(rows.tail(1)))

    [whole] = sealed(rows)
    assert [each[5:] for each in sealing.roots()] == [(256, whole.root)]


# Few of each, so that many are of one revenue, instant or event.
SOLD = st.fixed_dictionaries(
    {
        "terms": st.sampled_from([TERMS, OTHER_TERMS]),
        "product": st.sampled_from(["song", "film"]),
        "currency": st.just("EUR"),
        "split": st.sampled_from(["", ":", ":young"]),
        "occurred_at": st.sampled_from([0, 1, 999_999, 86_399_999_999, 86_400_000_000, 10**12]).map(
            lambda since: START.replace(hour=0) + dt.timedelta(microseconds=since)
        ),
        "source": st.sampled_from(["shop", "a", "a b"]),
        "record_key": st.text("aż\n1", max_size=3),
        "part": st.integers(1, 2),
        "amount_3600": st.sampled_from(["0", "-7", "100", "0.5", "-12.000000000001"]).map(Decimal),
        "billed_units": st.integers(0, 90),
    }
)


def as_told(rows: list[dict[str, Any]], what: str) -> dict[tuple[str, ...], list[str]]:
    """The leaves of revenues, row by row as decision 0011 tells."""
    by_revenue: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_revenue[row["terms"], row["product"], row["currency"], row["split"]].append(row)
    return {of: leaves(some, what) for of, some in sorted(by_revenue.items())}


def leaves(rows: list[dict[str, Any]], what: str) -> list[str]:
    texts, keys, events = [], [], 0
    for (occurred_at, *record), parts in groupby(
        sorted(rows, key=itemgetter("occurred_at", "source", "record_key", "part")),
        itemgetter("occurred_at", "source", "record_key"),
    ):
        told, time = list(parts), occurred_at.isoformat(timespec="microseconds")
        is_another = not keys or keys[-1] != "\t".join(record)
        events += is_another
        sign = -1 if sum(each["amount_3600"] for each in told) < 0 else 1
        units = sign * sum(each["billed_units"] for each in told)
        some = (
            [f"{events},{time},{sign},{units}"]
            if what == UNITS
            else [
                f"{events},{each['part']},{time},{decimal_text(each['amount_3600'])}"
                for each in told
            ]
        )
        texts += some
        keys += ["\t".join(record)] * len(some)
    return [
        sha256("\n".join(keys[n : n + 256]).encode()).hexdigest()
        + "\r\n"
        + "\r\n".join(texts[n : n + 256])
        for n in range(0, len(texts), 256)
    ]


@given(rows=st.lists(SOLD, min_size=1, max_size=40), what=st.sampled_from([AMOUNTS, UNITS]))
def test_what_is_sealed_is_what_is_told_row_by_row(rows: list[dict[str, Any]], what: str) -> None:
    found = sealed(as_charges(rows), what)

    assert {
        (
            str(each.terms_id),
            each.product,
            each.currency,
            "" if each.rule is None else RULED + each.rule,
        ): [leaf.text for leaf in each.leaves]
        for each in found
    } == as_told(rows, what)


def test_nothing_has_no_roots() -> None:
    assert Sealing().roots() == []


def test_each_product_is_sealed_by_itself() -> None:
    both = pl.concat([charges(3), charges(2, "film")])

    assert [(each.product, each.events) for each in sealed(both)] == [("film", 2), ("song", 3)]
    assert sealed(both)[1].root == sealed(charges(3))[0].root


def test_another_record_behind_the_same_figures_is_another_root() -> None:
    other = charges(3).with_columns(record_key=pl.col("record_key") + "x")

    assert sealed(other)[0].root != sealed(charges(3))[0].root


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 8, 13])
def test_every_row_of_a_tree_has_a_path_to_its_root(count: int) -> None:
    rows = [f"row {n}" for n in range(count)]
    root = merkle.root(rows)
    for place, row in enumerate(rows):
        at = sha256(b"\0" + row.encode()).digest()
        for side, other in merkle.path(rows, place):
            pair = (at, bytes.fromhex(other))
            at = sha256(b"\1" + b"".join(pair if side == "right" else pair[::-1])).digest()
        assert at.hex() == root
