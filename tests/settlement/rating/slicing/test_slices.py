"""Whoever is counted together is rated together."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from settlement.catalogue.tariff import tariff_from_plain
from settlement.rating.kernel import rate
from settlement.rating.slicing.slices import (
    ORDER,
    PLACES,
    SLICE_EVENTS,
    by_place,
    placed,
    places_of_accounts,
    slices_for,
    slices_of,
)
from settlement.rating.snapshot import SUBSCRIPTIONS, TRUNKS, RatingSnapshot, rows
from tests.settlement.rating.usage_and_terms import (
    a_call,
    a_subscription,
    a_tariff,
    a_trunk,
    at,
    snapshot,
    usage_frame,
)

TRUNK = {"trunk": "T1", "direction": "outgoing", "agreement": "I1", "carrier": "carrier"}


def subscriptions(*pairs: tuple[str, str]) -> pl.DataFrame:
    return rows(
        SUBSCRIPTIONS,
        *(
            {"identifier": account, "subscription": f"S-{account}", "customer": customer}
            | {"tariff": "retail", "zone": "UTC", "valid_from": date(2026, 1, 1)}
            for account, customer in pairs
        ),
    )


def a_snapshot(wholesale: dict[str, object], **retail: object) -> RatingSnapshot:
    tariffs = [
        tariff_from_plain({"code": code, "currency": "EUR", "valid_from": "2026-01-01", **terms})
        for code, terms in (("retail", retail), ("cost", {"voice": wholesale}))
    ]
    trunks = rows(TRUNKS, TRUNK | {"tariff": "cost", "zone": "UTC"})
    return RatingSnapshot(subscriptions(("1", "C1")), trunks, tariffs)


def slices_of_accounts(known: pl.DataFrame, count: int) -> pl.DataFrame:
    places = places_of_accounts(known)
    return places.with_columns(slices_of(places["place"], count).alias("slice")).drop("place")


pairs = st.lists(
    st.tuples(st.integers(0, 30).map(str), st.integers(0, 12).map("C{}".format)), max_size=60
)


@settings(max_examples=80)
@given(pairs=pairs, count=st.integers(1, 6))
def test_customers_are_whole_and_a_number_is_in_one_slice(
    pairs: list[tuple[str, str]], count: int
) -> None:
    slices = dict(slices_of_accounts(subscriptions(*pairs), count).rows())

    assert set(slices) == {account for account, _ in pairs}
    assert set(slices.values()) <= set(range(count))
    for account, customer in pairs:
        assert {slices[account]} == {slices[other] for other, owner in pairs if owner == customer}


def test_customers_are_spread_over_all_slices() -> None:
    many = subscriptions(*((str(number), f"C{number}") for number in range(1_000)))

    counts = slices_of_accounts(many, 4)["slice"].value_counts()["count"].to_list()

    assert counts == [250] * 4


def test_usage_of_nobody_is_spread_by_its_key_and_not_by_where_it_stands() -> None:
    usage = pl.DataFrame(
        {"account": [None, "7"] * 500, "record_key": [f"call-{n}" for n in range(1_000)]}
    )
    nobody = places_of_accounts(subscriptions(("1", "C1")))

    found = placed(usage, nobody)

    assert slices_of(found["place"], 4).n_unique() == 4 and found["place"].null_count() == 0
    assert placed(usage.reverse(), nobody).reverse().equals(found)


@settings(max_examples=40)
@given(pairs=pairs, counts=st.tuples(st.integers(1, 9), st.integers(1, 9)))
def test_slices_one_after_the_other_have_the_usage_in_the_same_order_however_many_they_are(
    pairs: list[tuple[str, str]], counts: tuple[int, int]
) -> None:
    accounts = places_of_accounts(subscriptions(*pairs))
    known = accounts["account"].to_list()
    told = [*known, None, "nobody's", *known, None]
    usage = placed(
        pl.DataFrame(
            {
                "account": told,
                "record_key": [f"call-{n}" for n in range(len(told))],
                # Many at one instant, and those of others between.
                "occurred_at": [date(2026, 10, 1 + n % 3) for n in range(len(told))],
                "line": range(len(told)),
            },
            schema={"account": pl.String, "record_key": pl.String, "occurred_at": pl.Date}
            | {"line": pl.Int64},
        ).with_columns(source=pl.lit("switch"), batch_id=pl.lit("one")),
        accounts,
    )

    def in_slices(count: int) -> list[tuple[object, ...]]:
        parts = slices_of(usage["place"], count)
        return [row for n in range(count) for row in by_place(usage.filter(parts == n)).rows()]

    assert in_slices(counts[0]) == in_slices(counts[1]) == by_place(usage).rows()
    assert by_place(usage).equals(usage.sort(ORDER).drop("place"))
    assert usage["place"].is_between(0, PLACES - 1).all()


FLAT = {"price": "0.10"}
TIERS = {"tiers": {"kind": "volume", "steps": [{"up_to": 10, "price": "0.10"}, {"price": "0.05"}]}}
ALLOWANCE = FLAT | {"allowance": {"amount": 60}}


@pytest.mark.parametrize(
    ("wholesale", "retail", "slices"),
    [
        (FLAT, {"voice": FLAT}, 3),
        (FLAT, {"voice": TIERS}, 3),
        (FLAT, {"voice": ALLOWANCE}, 3),
        (TIERS, {"voice": FLAT}, 1),
        (ALLOWANCE, {"voice": FLAT}, 1),
        (FLAT, {"voice": FLAT, "combination": "max"}, 1),
    ],
)
def test_what_carriers_count_and_what_sessions_combine_is_not_cut(
    wholesale: dict[str, object], retail: dict[str, object], slices: int
) -> None:
    known = a_snapshot(wholesale, **retail)

    assert slices_for(known, 2 * SLICE_EVENTS + 1) == slices
    assert slices_for(known, 0) == slices_for(known, SLICE_EVENTS) == 1


STEPS = [{"up_to": 2, "price": "0.60"}, {"price": "0.30"}]
COUNTED = {"tiers": {"kind": "graduated", "steps": STEPS}, "allowance": {"amount": 90}}


@pytest.mark.parametrize("wholesale", [{"price": "0.10"}, COUNTED])
def test_usage_by_place_is_counted_as_in_the_order_of_time(wholesale: dict[str, object]) -> None:
    customers = [
        a_subscription(identifier=str(n), subscription=f"S{n}", customer=f"C{n}") for n in (1, 2, 3)
    ]
    known = snapshot(
        [a_tariff(COUNTED), a_tariff(wholesale, code="wholesale")], customers, [a_trunk()]
    )
    calls = usage_frame(
        *(
            a_call(
                50 + 7 * n,
                record_key=f"call-{n % 5}-{n}",
                line=n,
                account=str(n % 3 + 1),
                trunk_out="T1",
                # The later ones came first, some of them at one instant.
                occurred_at=at(f"2026-10-01T{20 - n // 2:02}:00:00"),
            )
            for n in range(18)
        )
    )
    placed_calls = by_place(placed(calls, places_of_accounts(known.subscriptions)))

    found = rate(placed_calls, known, by_customer=True).charges

    by = ["record_key", "side", "part"]
    assert placed_calls["occurred_at"].is_sorted() is False
    assert found.sort(by).equals(rate(calls, known).charges.sort(by))
