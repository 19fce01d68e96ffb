"""Which template counts follows from the times of export, whatever order things were told in."""

from itertools import permutations

import pytest

from mediation.flow_knowledge import GIVEN, READ, Told, by_key, contradicts, said

KEY = (9, 1, 256)


def given(definition: str, first: int, last: int | None = None) -> Told:
    return Told(GIVEN, *KEY, definition, first, first if last is None else last)


# Between 10 and 20 there was "a", at 30 it was taken back, from 40 on there is "b".
TOLD = (given("a", 10, 20), given("", 30), given("b", 40))


@pytest.mark.parametrize(
    ("at", "definition"),
    [(5, "a"), (10, "a"), (15, "a"), (25, "a"), (30, "b"), (35, "b"), (40, "b"), (99, "b")],
)
def test_the_last_template_before_counts_and_else_the_first_after(at: int, definition: str) -> None:
    assert {said(told, at) for told in permutations(TOLD)} == {definition}


def test_what_was_taken_back_and_never_given_again_is_not_known() -> None:
    assert said(TOLD[:2], 35) is None
    assert said((), 35) is None


@pytest.mark.parametrize(
    ("new", "is_other"),
    [
        (given("a", 50), False),
        (given("b", 50), False),
        (given("b", 22), True),
        (given("", 22), True),
        (given("b", 18), False),
        (given("c", 26), True),
        (given("c", 29), False),
    ],
)
def test_a_late_template_contradicts_what_was_read_otherwise(new: Told, is_other: bool) -> None:
    """Flows exported from 24 to 28 were read by the template "a", last given at 20."""
    read = Told(READ, *KEY, "a", 24, 28)

    assert contradicts(by_key(TOLD[:1]), [new], read) is is_other


def test_a_template_of_another_domain_contradicts_nothing() -> None:
    elsewhere = given("b", 22)._replace(domain=2)

    assert not contradicts(by_key(TOLD[:1]), [elsewhere], Told(READ, *KEY, "a", 24, 28))
