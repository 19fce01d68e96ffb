"""Differences are told by cause, in a fixed order, and the causes add up."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.interconnect.causes import NOTHING, Figures, explain


def figures(calls: int, seconds: int, amount: str, price: str | None = None) -> Figures:
    return Figures(calls, seconds, Decimal(amount), Decimal(price) if price else None)


@pytest.mark.parametrize(
    ("ours", "theirs", "volume", "duration", "rate", "unexplained"),
    [
        # The example of rule R54.
        (
            figures(1000, 60_000, "10.0000", "0.01"),
            figures(1002, 60_150, "10.2255", "0.0102"),
            "0.0200", "0.0050", "0.2005", "0",
        ),
        # Without prices named, the amounts imply them; 10.2255 over 60,150 s is 0.0102 a minute.
        (
            figures(1000, 60_000, "10.0000"),
            figures(1002, 60_150, "10.2255"),
            "0.0200", "0.0050", "0.2005", "0",
        ),
        # Their total is 0.05 more than their own seconds and price make.
        (
            figures(1000, 60_000, "10.00", "0.01"),
            figures(1000, 60_000, "10.05", "0.01"),
            "0", "0", "0", "0.05",
        ),
        # They know nothing of 3 calls of 60 s at 0.10.
        (figures(3, 180, "0.30", "0.10"), NOTHING, "-0.30", "0", "0", "0"),
        # We know nothing of their 2 calls.
        (NOTHING, figures(2, 120, "0.20", "0.10"), "0.20", "0", "0", "0"),
    ],
)  # fmt: skip
def test_causes_are_told_in_order_and_close(
    ours: Figures, theirs: Figures, volume: str, duration: str, rate: str, unexplained: str
) -> None:
    causes = explain(ours, theirs)

    assert (causes.volume, causes.duration, causes.rate, causes.unexplained) == (
        Decimal(volume), Decimal(duration), Decimal(rate), Decimal(unexplained),
    )  # fmt: skip


side = st.builds(
    Figures,
    calls=st.integers(0, 5000),
    seconds=st.integers(0, 10**6),
    amount=st.decimals(-(10**6), 10**6, places=6),
    unit_price=st.none() | st.decimals(0, 100, places=8),
)


@given(ours=side, theirs=side, places=st.integers(2, 12))
def test_the_causes_add_up_to_the_variance_exactly(
    ours: Figures, theirs: Figures, places: int
) -> None:
    assert explain(ours, theirs, places).variance == theirs.amount - ours.amount
