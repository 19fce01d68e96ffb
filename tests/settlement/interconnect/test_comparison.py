"""Declarations are compared line by line, the tolerance inclusive and measured on our figure."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.interconnect.comparison import (
    Agreement,
    Tolerance,
    ToleranceOutOfRange,
    compare,
    is_accepted,
)
from settlement.interconnect.traffic import seen_from_the_other_side, total_amount
from tests.settlement.interconnect.builders import shown, traffic

HALF_A_PERCENT = Tolerance(Decimal("0.005"))


@pytest.mark.parametrize(
    ("ours", "theirs", "accepted"),
    [
        ("10000.00", "10049.99", True),
        ("10000.00", "10050.00", True),
        ("10000.00", "10050.01", False),
        ("10000.00", "9950.00", True),
        ("10000.00", "9949.99", False),
        ("-10000.00", "-10050.00", True),
        ("-10000.00", "-10050.01", False),
        ("0", "0.00", True),
        ("0", "0.01", False),
        ("0.01", "0", False),
    ],
)
def test_the_tolerance_includes_its_bounds_and_is_measured_on_ours(
    ours: str, theirs: str, accepted: bool
) -> None:
    assert is_accepted(Decimal(ours), Decimal(theirs), HALF_A_PERCENT) is accepted


@pytest.mark.parametrize(
    ("share", "amount", "ours", "theirs", "accepted"),
    [
        ("0", "2.00", "100.00", "102.00", True),
        ("0", "2.00", "100.00", "98.00", True),
        ("0", "2.00", "100.00", "102.01", False),
        ("0", "2.00", "-100.00", "-102.00", True),
        ("0.005", "2.00", "100.00", "102.00", True),
        ("0.005", "2.00", "1000.00", "1005.00", True),
        ("0.005", "2.00", "1000.00", "1005.01", False),
        ("0", "2.00", "0.00", "0.01", False),
        ("0", "2.00", "0.00", "0.00", True),
        ("0.005", "0", "100.00", "100.50", True),
    ],
)
def test_a_variance_within_the_share_or_the_amount_is_accepted(
    share: str, amount: str, ours: str, theirs: str, accepted: bool
) -> None:
    tolerance = Tolerance(Decimal(share), Decimal(amount))

    assert is_accepted(Decimal(ours), Decimal(theirs), tolerance) is accepted


def test_every_line_of_both_sides_is_compared_once_and_classed() -> None:
    ours = traffic("""
        1  incoming  T1  Poland   10  600  100.00
        1  incoming  T1  Germany  10  600  100.00
        1  outgoing  T1  France   10  600  100.00
        2  incoming  T1  Poland   10  600  100.00
        2  outgoing  T1  Poland   10  600   10.00
    """)
    theirs = traffic("""
        1  incoming  T1  Poland   10  600  100.00
        1  incoming  T1  Germany  10  603  100.50
        1  outgoing  T1  France   10  606  100.51
        2  incoming  T1  Poland   10  601  100.00
        3  outgoing  T1  Spain     1   60    5.00
    """)

    comparison = compare(ours, theirs, HALF_A_PERCENT)

    assert shown(comparison) == [
        "1 incoming Germany 0.50 within_tolerance",
        "1 incoming Poland 0.00 exact",
        "1 outgoing France 0.51 out_of_tolerance",
        "2 incoming Poland 0.00 within_tolerance",
        "2 outgoing Poland -10.00 missing_theirs",
        "3 outgoing Spain 5.00 missing_ours",
    ]


def test_the_directions_are_judged_apart_so_that_one_cannot_hide_the_other() -> None:
    ours = traffic("""
        1  incoming  T1  Poland  10  600  100.00
        1  outgoing  T1  Poland  10  600  100.00
    """)
    theirs = traffic("""
        1  incoming  T1  Poland  10  600   90.00
        1  outgoing  T1  Poland  10  600  110.00
    """)

    comparison = compare(ours, theirs, HALF_A_PERCENT)

    assert [total.variance for total in comparison.totals] == [Decimal("-10.00"), Decimal("10.00")]
    assert comparison.verdict is Agreement.OUT_OF_TOLERANCE


def test_a_line_out_of_tolerance_is_carried_by_a_total_within_it() -> None:
    ours = traffic("""
        1  incoming  T1  Poland   10  600  1000.00
        1  incoming  T1  Germany  10  600     1.00
    """)
    theirs = traffic("""
        1  incoming  T1  Poland   10  600  1000.00
        1  incoming  T1  Germany  10  600     2.00
    """)

    comparison = compare(ours, theirs, HALF_A_PERCENT)

    assert comparison.lines[0].agreement is Agreement.OUT_OF_TOLERANCE
    assert comparison.verdict is Agreement.WITHIN_TOLERANCE


def test_lines_of_the_same_key_are_added_up_before_they_are_compared() -> None:
    ours = traffic("1  incoming  T1  Poland  10  600  100.00")
    theirs = traffic("""
        1  incoming  T1  Poland  4  200  40.00
        1  incoming  T1  Poland  6  400  60.00
    """)

    assert compare(ours, theirs, Tolerance(Decimal(0))).verdict is Agreement.EXACT


@pytest.mark.parametrize("tolerance", ["-0.001", "1.001", "NaN"])
def test_a_tolerance_is_a_part_of_one(tolerance: str) -> None:
    with pytest.raises(ToleranceOutOfRange):
        compare([], [], Tolerance(Decimal(tolerance)))


rows = st.tuples(
    st.integers(1, 3),
    st.sampled_from(["incoming", "outgoing"]),
    st.sampled_from(["T1", "T2"]),
    st.sampled_from(["Poland", "Spain"]),
    st.integers(0, 50),
    st.integers(0, 3000),
    st.decimals(-1000, 1000, places=4),
)
declared = st.lists(rows, max_size=8).map(
    lambda given: traffic("\n".join(" ".join(map(str, row)) for row in given)) if given else []
)


@given(ours=declared, theirs=declared)
def test_the_variances_add_up_to_theirs_less_ours(ours: list, theirs: list) -> None:  # type: ignore[type-arg]
    comparison = compare(ours, theirs, HALF_A_PERCENT)

    variance = sum((line.variance for line in comparison.lines), Decimal(0))
    assert variance == total_amount(theirs) - total_amount(ours)


@given(ours=declared)
def test_our_own_declaration_taken_back_differs_nowhere(ours: list) -> None:  # type: ignore[type-arg]
    returned = seen_from_the_other_side(seen_from_the_other_side(ours))

    assert compare(ours, returned, Tolerance(Decimal(0))).verdict is Agreement.EXACT
