"""Bases, costs, losses and refunds agree with the slow reference; nothing depends on the order."""

import os
import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from currencies.money import Money, money
from settlement.agreements.sharing_terms import INTERCONNECT_COST, terms_from_plain
from settlement.sharing.brought_forward import share_after
from settlement.sharing.refunds import refunded_shares
from settlement.sharing.share_base import ITEMS, base_3600
from settlement.sharing.sharing_events import share_events
from settlement.sharing.waterfall import Shared
from tests.reference import share_base as reference
from tests.reference.test_sharing_against_reference import UNITS, agreements

Plain = dict[str, Any]

EXAMPLES = int(os.environ.get("SALDO_PROPERTY_EXAMPLES", "150"))
PRICES = st.integers(0, 10**7)
POLICIES = st.fixed_dictionaries(
    {
        "share_base": st.sampled_from(["retail", "list", "higher_of", "lower_of"]),
        "trial_base": st.sampled_from(["zero", "list"]),
    }
)
EVENTS = st.lists(
    st.tuples(PRICES, PRICES, st.sampled_from([1, -1]), st.booleans()), min_size=1, max_size=30
)


def eur(units: int) -> Money:
    return money(Decimal(units).scaleb(-2), "EUR")


def named(shared: Shared) -> dict[str, int]:
    parts = [*shared.deductions, *shared.shares, ("carried", shared.carried)]
    return {name or "brought": int(amount.amount.scaleb(2)) for name, amount in parts}


def with_costs(plain: Plain) -> Plain:
    cost = {"name": "network", "from": INTERCONNECT_COST}
    return plain | {"deductions": [*plain.get("deductions", []), cost]}


def bases(events: list[tuple[int, int, int, bool]], policies: Plain) -> list[Fraction]:
    rows = [
        ("anna", "content", None, Decimal(sign * retail), Decimal(sign * listed))
        for retail, listed, sign, _ in events
    ]
    items = pl.DataFrame(rows, schema=ITEMS, orient="row").with_columns(
        pl.Series("is_trial", [is_trial for *_, is_trial in events])
    )
    found = items.select(base_3600(policies["share_base"], policies["trial_base"]))
    return [Fraction(each) for each in found.to_series()]


@settings(max_examples=EXAMPLES)
@given(events=EVENTS, policies=POLICIES, seed=st.integers())
def test_bases_agree_with_the_reference_in_any_order(
    events: list[tuple[int, int, int, bool]], policies: Plain, seed: int
) -> None:
    found = bases(events, policies)

    assert found == [
        reference.base(Fraction(sign * retail), Fraction(sign * listed), is_trial, policies)
        for retail, listed, sign, is_trial in events
    ]
    shuffled = random.Random(seed).sample(events, len(events))
    assert sum(bases(shuffled, policies)) == sum(found)


@settings(max_examples=EXAMPLES)
@given(units=UNITS, cost=st.integers(0, 10**6), brought=st.integers(0, 10**6), plain=agreements())
def test_costs_and_losses_agree_with_the_reference(
    units: int, cost: int, brought: int, plain: Plain
) -> None:
    plain = with_costs(plain)

    shared = share_after(
        eur(units), terms_from_plain(plain), {INTERCONNECT_COST: eur(cost)}, eur(brought)
    )

    found = named(shared)
    assert found == reference.share(units, plain, {INTERCONNECT_COST: cost}, brought, 2)
    assert sum(found.values()) == units, "leaves sum to the base"


@settings(max_examples=EXAMPLES // 3)
@given(
    events=st.lists(st.tuples(UNITS, st.integers(0, 300)), min_size=1, max_size=20),
    plain=agreements(),
)
def test_events_with_their_own_costs_agree_with_the_reference(
    events: list[tuple[int, int]], plain: Plain
) -> None:
    plain = with_costs(plain)
    units, costs = (pl.Series(column, dtype=pl.Int64) for column in zip(*events, strict=True))

    columns = share_events(units, "EUR", terms_from_plain(plain), {INTERCONNECT_COST: costs})

    for (amount, cost), row in zip(events, columns.iter_rows(named=True), strict=True):
        assert row == reference.share(amount, plain, {INTERCONNECT_COST: cost}, 0, 2)


@settings(max_examples=EXAMPLES)
@given(units=UNITS.filter(bool), cost=st.integers(-(10**4), 10**4), plain=agreements())
def test_property_a_sale_taken_back_with_its_cost_is_its_mirror(
    units: int, cost: int, plain: Plain
) -> None:
    terms = terms_from_plain(with_costs(plain))

    sale = named(share_after(eur(units), terms, {INTERCONNECT_COST: eur(cost)}, eur(0)))
    back = named(share_after(eur(-units), terms, {INTERCONNECT_COST: eur(-cost)}, eur(0)))

    assert back == {name: -amount for name, amount in sale.items()}


@settings(max_examples=EXAMPLES)
@given(one=st.integers(0, 10**6), other=st.integers(0, 10**6), plain=agreements())
def test_property_two_sales_are_shared_as_their_sum_but_for_the_rounding(
    one: int, other: int, plain: Plain
) -> None:
    # A fixed amount is taken of each sale, and a loss is not shared: these do not add up.
    plain = plain | {"deductions": [each for each in plain["deductions"] if "rate" in each]}
    plain = {key: each for key, each in plain.items() if key != "deductions" or each}
    terms = terms_from_plain(plain)
    parts = [named(share_after(eur(units), terms, {}, eur(0))) for units in (one, other)]
    whole = named(share_after(eur(one + other), terms, {}, eur(0)))
    if any(each["carried"] for each in (*parts, whole)):
        return

    # Every step may be off by half a unit in each of three splits, and hands it on to the next.
    allowed = 3 * len(whole)
    for name, amount in whole.items():
        assert abs(parts[0][name] + parts[1][name] - amount) <= allowed


@settings(max_examples=EXAMPLES)
@given(
    stored=st.lists(st.integers(0, 10**6), min_size=1, max_size=5).filter(any),
    bounds=st.lists(st.fractions(0, 1), max_size=6),
)
def test_refunds_agree_with_the_reference(stored: list[int], bounds: list[Fraction]) -> None:
    whole = sum(stored)
    edges = sorted({0, whole, *(int(whole * bound) for bound in bounds)})
    pieces = [later - earlier for earlier, later in zip(edges, edges[1:], strict=False)]

    shares = [eur(part) for part in stored]
    found = [
        [int(part.amount.scaleb(2)) for part in refunded_shares(shares, eur(so_far), eur(piece))]
        for so_far, piece in zip(edges, pieces, strict=False)
    ]

    assert found == reference.refunded(stored, pieces)
    assert [sum(parts) for parts in zip(*found, strict=True)] == stored
