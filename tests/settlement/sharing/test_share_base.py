"""Which price a share is of (rule R49): chosen for each event, after promotions, trials apart."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.sharing.share_base import ITEMS, TakenOff, after_promotions, base_3600

MONDAY = dt.date(2026, 10, 5)


def items(*prices: tuple[str, str], subscription: str = "anna") -> pl.DataFrame:
    """One event a day from Monday: retail and list price in money."""
    rows = [
        (subscription, "content", MONDAY + dt.timedelta(number), Decimal(retail) * 3600,
         Decimal(listed) * 3600)
        for number, (retail, listed) in enumerate(prices)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=ITEMS, orient="row")


def off(amount: str, **changes: object) -> TakenOff:
    facts: dict[str, object] = {
        "subscription": "anna",
        "currency": "EUR",
        "amount": Decimal(amount),
        "services": (),
        "first": MONDAY,
        "until": None,
        "is_trial": False,
    }
    return TakenOff(**(facts | changes))  # type: ignore[arg-type]


def bases(found: pl.DataFrame, share_base: str, trial_base: str = "zero") -> list[Fraction]:
    column = found.select(base_3600(share_base, trial_base)).to_series()
    return [Fraction(each) / 3600 for each in column]


@pytest.mark.parametrize(
    ("policy", "half"),
    [("retail", "4"), ("list", "5"), ("higher_of", "5"), ("lower_of", "4")],
)
def test_the_base_is_one_of_two_prices(policy: str, half: str) -> None:
    event = after_promotions(items(("8.00", "10.00")), [])

    assert bases(event, policy) == [2 * Fraction(half)]


def test_higher_and_lower_are_chosen_for_each_event() -> None:
    events = after_promotions(items(("8.00", "10.00"), ("7.00", "6.00")), [])

    # Of the sums, 15.00 and 16.00, the higher would be 16.00 and not 17.00.
    assert bases(events, "higher_of") == [10, 7]
    assert bases(events, "lower_of") == [8, 6]


def test_a_refund_is_shared_by_the_price_that_its_sale_was() -> None:
    events = after_promotions(items(("8.00", "10.00"), ("-8.00", "-10.00")), [])

    for policy in ("retail", "list", "higher_of", "lower_of"):
        sale, refund = bases(events, policy)
        assert refund == -sale, policy


def test_a_promotion_lowers_what_was_paid_in_proportion() -> None:
    events = after_promotions(items(("6.00", "6.00"), ("4.00", "4.00")), [off("-5.00")])

    assert bases(events, "retail") == [3, 2]
    assert bases(events, "list") == [6, 4]


def test_a_promotion_concerns_its_days_services_and_subscription() -> None:
    both = items(("6.00", "6.00"), ("4.00", "4.00"))
    tuesday = off("-1.00", first=MONDAY + dt.timedelta(1))
    monday = off("-1.00", until=MONDAY + dt.timedelta(1))

    assert bases(after_promotions(both, [tuesday]), "retail") == [6, 3]
    assert bases(after_promotions(both, [monday]), "retail") == [5, 4]
    assert bases(after_promotions(both, [off("-1", services=("voice",))]), "retail") == [6, 4]
    assert bases(after_promotions(both, [off("-1", subscription="boris")]), "retail") == [6, 4]


@pytest.mark.parametrize(("trial_base", "base"), [("zero", 0), ("list", 10)])
@pytest.mark.parametrize("share_base", ["retail", "list", "higher_of", "lower_of"])
def test_a_trial_follows_its_own_policy(share_base: str, trial_base: str, base: int) -> None:
    trial = off("-10.00", is_trial=True, until=MONDAY + dt.timedelta(1))

    events = after_promotions(items(("10.00", "10.00"), ("10.00", "10.00")), [trial])

    assert bases(events, share_base, trial_base) == [base, 10]


@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(sum),
    st.fractions(0, 1),
)
def test_property_what_promotions_took_off_is_taken_off_events(
    cents: list[int], part: Fraction
) -> None:
    prices = [str(Decimal(each).scaleb(-2)) for each in cents]
    taken = Decimal(int(sum(cents) * part)).scaleb(-2)

    events = after_promotions(
        items(*zip(prices, prices, strict=True)), [off(str(-taken))] if taken else []
    )

    assert sum(bases(events, "retail")) == Fraction(sum(cents), 100) - Fraction(taken)
    assert min(bases(events, "retail")) >= 0
