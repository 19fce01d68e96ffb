"""Tiers, guarantees, advances, refunds, part payments: what is due so far (R41, R45-R49)."""

from decimal import Decimal
from fractions import Fraction
from typing import Literal

import pytest

from currencies.money import Money, money, shown
from settlement.agreements.share_parts import ShareTier
from settlement.sharing.guarantees import recouped, serve_claims, top_up
from settlement.sharing.parts import exact
from settlement.sharing.refunds import paid_part, refunded_shares, released_share
from settlement.sharing.tiers import tiered_share

TIERS = [ShareTier(Decimal("0.5"), Decimal(10_000)), ShareTier(Decimal("0.6"))]


def eur(*amounts: str) -> list[Money]:
    return [money(amount, "EUR") for amount in amounts]


def texts(amounts: list[Money]) -> list[str]:
    return [shown(amount).removesuffix(" EUR") for amount in amounts]


@pytest.mark.parametrize(
    ("kind", "base", "share"),
    [
        ("retroactive", "12000", "7200.00"),
        ("graduated", "12000", "6200.00"),
        ("retroactive", "10000", "5000.00"),
        ("graduated", "10000", "5000.00"),
        ("graduated", "-12000", "-6200.00"),
    ],
)
def test_a_tier_is_of_all_or_of_what_is_above(
    kind: Literal["graduated", "retroactive"], base: str, share: str
) -> None:
    assert texts([tiered_share(money(base, "EUR"), TIERS, kind)]) == [share]


def test_a_refund_lowers_the_base_of_its_tier_period() -> None:
    paid = tiered_share(money("12000 EUR"), TIERS)

    # 9,000 in the end is 4,500; 6,200 has been paid.
    assert texts([tiered_share(money("9000 EUR"), TIERS) - paid]) == ["-1700.00"]


@pytest.mark.parametrize(
    ("months", "topped_up"),
    [(["100", "100", "1000"], "0.00"), (["200", "250", "300"], "250.00"), (["-50"], "1050.00")],
)
def test_a_guarantee_is_topped_up_on_the_final_run_only(months: list[str], topped_up: str) -> None:
    guarantee, earned = money("1000 EUR"), sum(eur(*months), money(0, "EUR"))

    assert texts([top_up(guarantee, earned, is_final_run=True)]) == [topped_up]
    assert texts([top_up(guarantee, earned, is_final_run=False)]) == ["0.00"]


def test_an_advance_is_recouped_before_anything_is_paid() -> None:
    advance = money("1000 EUR")

    so_far = [recouped(money(earned, "EUR"), advance) for earned in ("400", "1300")]

    assert texts(so_far) == ["0.00", "300.00"]


@pytest.mark.parametrize(
    ("received", "step", "paid"),
    [
        ("6", "ratio", ["2.00", "4.00", "0.00"]),
        ("6", "fixed", ["3.00", "3.00", "0.00"]),
        ("12", "ratio", ["4.00", "8.00", "0.00"]),
        ("12", "fixed", ["5.00", "7.00", "0.00"]),
        ("20", "ratio", ["5.00", "10.00", "5.00"]),
        ("20", "fixed", ["5.00", "10.00", "5.00"]),
        ("0.01", "fixed", ["0.01", "0.00", "0.00"]),
        ("0", "ratio", ["0.00", "0.00", "0.00"]),
    ],
)
def test_claims_are_served_and_the_rest_goes_on(
    received: str, step: Literal["ratio", "fixed"], paid: list[str]
) -> None:
    assert texts(serve_claims(money(received, "EUR"), eur("5", "10"), step)) == paid


def test_the_same_goes_to_each_claim_that_is_not_met() -> None:
    # 0.01 meets the second; the other two get 0.02 each, and not 0.03 and 0.01.
    paid = serve_claims(money("0.05", "EUR"), eur("0.10", "0.01", "0.10"), "fixed")

    assert texts(paid) == ["0.02", "0.01", "0.02", "0.00"]


def test_refunds_in_pieces_take_back_what_was_shared() -> None:
    stored = eur("1.94", "4.51")

    first = refunded_shares(stored, money("0.00 EUR"), money("2.15 EUR"))
    second = refunded_shares(stored, money("2.15 EUR"), money("2.15 EUR"))
    third = refunded_shares(stored, money("4.30 EUR"), money("2.15 EUR"))

    assert [sum(part, money(0, "EUR")) for part in zip(first, second, third, strict=True)] == stored
    # 2.15 x 1.94 / 6.45 is 0.6466..., 1.5033... for the other.
    assert texts(first) == ["0.65", "1.50"]


def test_a_share_is_released_as_the_invoice_is_paid() -> None:
    share, invoice = money("10.00 EUR"), exact(money("30.00 EUR"))

    parts = [paid_part(invoice, exact(paid)) for paid in eur("10", "20", "30", "31", "-1")]
    so_far = [released_share(share, part) for part in parts]

    assert texts(so_far) == ["3.33", "6.67", "10.00", "10.00", "0.00"]


def test_where_nothing_is_owed_nothing_is_waited_for() -> None:
    assert paid_part(Fraction(0), Fraction(0)) == 1
    assert paid_part(Fraction(-5), Fraction(0)) == 1
