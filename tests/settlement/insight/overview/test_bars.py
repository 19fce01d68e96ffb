"""Amounts as bars, by the length of the longest."""

from decimal import Decimal

from currencies.money import money
from settlement.insight.overview.bars import THINNEST, bars


def pln(*amounts: str) -> list[tuple[str, object]]:
    return [(name, money(amount, "PLN")) for name, amount in zip("ABCDE", amounts, strict=False)]


def widths(found) -> list[list[Decimal]]:
    return [[piece.width for piece in bar.pieces] for bar in found]


def test_the_longest_bar_fills_the_width():
    found = bars([("October", pln("30", "10")), ("November", pln("10", "10"))], "PLN")

    assert widths(found) == [[75, 25], [25, 25]]
    assert [piece.left for piece in found[0].pieces] == [0, 75]
    assert [bar.amount for bar in found] == [money("40 PLN"), money("20 PLN")]


def test_a_name_has_the_same_colour_in_every_bar():
    found = bars([("October", pln("1", "1")), ("November", pln("1", "1")[1:])], "PLN")

    assert [[piece.slot for piece in bar.pieces] for bar in found] == [[0, 1], [1]]


def test_what_is_below_zero_is_as_long_and_what_is_tiny_is_seen():
    found = bars([("a", pln("100")), ("b", pln("-50")), ("c", pln("0.01")), ("d", pln("0"))], "PLN")

    assert widths(found) == [[100], [50], [THINNEST], [0]]


def test_nothing_is_drawn_of_nothing():
    assert bars([], "PLN") == ()
