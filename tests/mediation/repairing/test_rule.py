"""What a repair rule says of a cell: one star stands for any text, and the same text again."""

import pytest

from mediation.repairing.rule import Change, NoSuchCell, OneStarOnly, StarWithoutPattern


def a_change(pattern: str, value: str) -> Change:
    return Change("BAD_NUMBER", "b_number", pattern, "b_number", value)


@pytest.mark.parametrize(
    ("pattern", "value", "cell", "becomes"),
    [
        ("00*", "+*", "0049301234567", "+49301234567"),
        ("00*", "+*", "00", "+"),
        ("00*", "+*", "0", None),
        ("*x", "*", "601234567x", "601234567"),
        ("a*a", "*", "a", None),
        ("a*a", "*", "aa", ""),
        ("n/a", "", "n/a", ""),
        ("n/a", "", "N/A", None),
        ("", "+48601000000", "", "+48601000000"),
        ("", "+48601000000", "1", None),
        ("*", "+48601000000", "anything", "+48601000000"),
        ("50%_*", "*", "50%_1", "1"),
        ("50%_*", "*", "5000x1", None),
    ],
)
def test_a_star_stands_for_the_same_text_on_both_sides(
    pattern: str, value: str, cell: str, becomes: str | None
) -> None:
    change = a_change(pattern, value)

    assert (change.becomes(cell) if change.matches(cell) else None) == becomes


def test_a_rule_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(OneStarOnly):
        a_change("*0*", "1")
    with pytest.raises(OneStarOnly):
        a_change("*", "**")
    with pytest.raises(StarWithoutPattern):
        a_change("0", "*")
    with pytest.raises(NoSuchCell, match="colour"):
        Change("BAD_NUMBER", "colour", "", "b_number", "")
