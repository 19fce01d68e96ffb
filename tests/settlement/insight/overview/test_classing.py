"""Revenue is told by class, segment and territory of customers."""

from uuid import UUID

import pytest

from currencies.money import money, shown
from settlement.insight.overview.classing import Classing, are_classed, by_word
from settlement.parties.standing import Standing

ANNA, BEN, CLUB = (UUID(int=number) for number in (1, 2, 3))
CLASSED = {
    ANNA: Standing("student", ("north", "young"), "PL-14"),
    BEN: Standing("student", ("young",)),
}
CHARGED = [
    (ANNA, money("10.00 PLN")),
    (ANNA, money("-1.00 PLN")),
    (BEN, money("5.50 PLN")),
    (CLUB, money("20.00 PLN")),
]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        # 10.00 - 1.00 + 5.50; the club is of no class.
        (Classing.CUSTOMER_CLASS, [("", "20.00 PLN"), ("student", "14.50 PLN")]),
        # Anna counts as young and as of the north.
        (Classing.SEGMENTS, [("", "20.00 PLN"), ("young", "14.50 PLN"), ("north", "9.00 PLN")]),
        (Classing.TERRITORY, [("", "25.50 PLN"), ("PL-14", "9.00 PLN")]),
    ],
)
def test_what_was_charged_is_added_up_by_word(
    by: Classing, expected: list[tuple[str, str]]
) -> None:
    sums = by_word(CHARGED, CLASSED, by)

    assert [(word, shown(amount)) for word, amount in sums] == expected
    assert are_classed(sums)


def test_without_a_word_nobody_is_classed() -> None:
    assert not are_classed(by_word(CHARGED, {}, Classing.SEGMENTS))
