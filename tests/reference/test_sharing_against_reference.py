"""Waterfalls, chains and columnar splits agree with the slow reference on generated agreements."""

import os
from decimal import ROUND_DOWN, Decimal
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from currencies.money import money
from settlement.agreements.sharing_terms import terms_from_plain, terms_to_plain
from settlement.sharing.sharing_events import share_events
from settlement.sharing.waterfall import Shared, share
from tests.reference import sharing as reference

Plain = dict[str, Any]

EXAMPLES = int(os.environ.get("SALDO_PROPERTY_EXAMPLES", "150"))
PLACES = {"EUR": 2, "JPY": 0, "KWD": 3}
RATES = st.decimals(0, 1, places=4).map(str) | st.sampled_from(
    ["0.5", "0.3", "0.25", "0.333333333333", "0.125", "0"]
)
UNITS = st.one_of(st.integers(-200, 200), st.integers(-(10**11), 10**11))


@st.composite
def deductions(draw: st.DrawFn) -> list[Plain]:
    made: list[Plain] = []
    if draw(st.booleans()):
        made.append({"name": "vat", "rate": draw(RATES), "vat": True})
    if draw(st.booleans()):
        base = draw(st.sampled_from(["left", "gross", "net"]))
        made.append({"name": "store fee", "rate": draw(RATES), "percent_of": base})
    if draw(st.booleans()):
        made.append({"name": "message cost", "amount": draw(st.sampled_from(["0.01", "1.005"]))})
    return made


CLAIMED = st.sampled_from(["0.01", "0.02", "0.05", "0.10", "1.005", "3.00"])


@st.composite
def claims(draw: st.DrawFn, step: str) -> list[Plain]:
    """Up to four claims that follow one another; their names tell where."""
    amounts = draw(st.lists(CLAIMED, max_size=4))
    return [
        {"name": f"{step} {number}", "amount": amount, "claim": True}
        for number, amount in enumerate(amounts)
    ]


@st.composite
def claiming(draw: st.DrawFn) -> Plain:
    """An agreement that serves claims before, between and after its deductions."""
    plain = draw(agreements()) | {"waterfall_rounding": "each_step"}
    first, *others = [*plain["deductions"], None, None]
    between = [first] if first else []
    after = [each for each in others if each]
    plain["deductions"] = [
        *draw(claims("first")), *between, *draw(claims("then")), *after, *draw(claims("last")),
    ]  # fmt: skip
    return plain | {"step": draw(st.sampled_from(["ratio", "fixed"]))}


@st.composite
def agreements(draw: st.DrawFn) -> Plain:
    plain: Plain = {"owner": "operator", "deductions": draw(deductions())}
    names = ["label", "studio", "aggregator", "artist"]
    rates = draw(st.lists(RATES, min_size=1, max_size=4))
    if draw(st.booleans()):
        # Lower every rate until the shares are not more than the whole.
        while sum(map(Decimal, rates)) > 1:
            rates = [str(Decimal(rate) / 2) for rate in rates]
        rates = [
            format(Decimal(rate).quantize(Decimal("1e-12"), ROUND_DOWN), "f") for rate in rates
        ]
        key = "shares"
    else:
        key = "chain"
        plain["chain_rounding"] = draw(st.sampled_from(["cascade", "leaves"]))
    pairs = zip(names, rates, strict=False)
    plain[key] = [{"payee": name, "rate": rate} for name, rate in pairs]
    plain["waterfall_rounding"] = draw(st.sampled_from(["each_step", "end"]))
    return plain


def in_units(shared: Shared, places: int) -> dict[str, int]:
    named = [*shared.deductions, *shared.shares, ("carried", shared.carried)]
    return {name: int(amount.amount.scaleb(places)) for name, amount in named}


@settings(max_examples=EXAMPLES)
@given(units=UNITS, plain=agreements(), currency=st.sampled_from(sorted(PLACES)))
def test_sharing_agrees_with_the_reference(units: int, plain: Plain, currency: str) -> None:
    places = PLACES[currency]
    gross = money(Decimal(units).scaleb(-places), currency)

    shared = share(gross, terms_from_plain(plain))

    found = in_units(shared, places)
    assert found == reference.share(units, plain, places)
    assert sum(found.values()) == units, "nothing is lost"


@settings(max_examples=EXAMPLES)
@given(units=st.integers(-200, 2_000), plain=claiming(), currency=st.sampled_from(sorted(PLACES)))
def test_claims_are_served_as_the_reference_serves_them(
    units: int, plain: Plain, currency: str
) -> None:
    places = PLACES[currency]
    gross = money(Decimal(units).scaleb(-places), currency)

    found = in_units(share(gross, terms_from_plain(plain)), places)

    assert found == reference.share(units, plain, places)
    assert sum(found.values()) == units, "nothing is lost"


@settings(max_examples=EXAMPLES)
@given(units=UNITS.filter(bool), plain=agreements())
def test_property_a_refund_mirrors_the_sale(units: int, plain: Plain) -> None:
    terms = terms_from_plain(plain)

    sale = in_units(share(money(Decimal(units).scaleb(-2), "EUR"), terms), 2)
    refund = in_units(share(money(Decimal(-units).scaleb(-2), "EUR"), terms), 2)

    assert refund == {name: -amount for name, amount in sale.items()}


@settings(max_examples=EXAMPLES // 3)
@given(units=st.lists(UNITS, min_size=1, max_size=20), plain=agreements())
def test_property_events_in_columns_are_shared_as_one_by_one(
    units: list[int], plain: Plain
) -> None:
    terms = terms_from_plain(plain)

    columns = share_events(pl.Series(units, dtype=pl.Int64), "EUR", terms)

    for amount, row in zip(units, columns.iter_rows(named=True), strict=True):
        expected = in_units(share(money(Decimal(amount).scaleb(-2), "EUR"), terms), 2)
        assert row == {name: expected[name] for name in columns.columns}


@settings(max_examples=EXAMPLES // 3)
@given(plain=agreements())
def test_property_terms_are_written_as_they_were_read(plain: Plain) -> None:
    terms = terms_from_plain(plain)

    assert terms_from_plain(terms_to_plain(terms)) == terms
