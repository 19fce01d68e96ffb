"""What was drafted ahead of its turn counts only where the same charges wait then."""

from decimal import Decimal
from uuid import UUID

import pytest

from settlement.billing.drafting import Due
from settlement.billing.drafting_ahead import Ahead, Drafted, Seal

DUE = (Due("C-1", "PLN", UUID(int=1)),)
OTHERS = (Due("C-2", "PLN", UUID(int=2)),)
SEAL = Seal(2, Decimal(77))


@pytest.mark.parametrize(
    ("then", "counts"),
    [
        (SEAL, True),
        (Seal(1, Decimal(77)), False),
        (Seal(2, Decimal(78)), False),
        (Seal(0, None), False),
    ],
)
def test_drafts_count_for_the_same_charges_alone(then: Seal, counts: bool) -> None:
    made: list[Drafted] = []
    ahead = Ahead()
    ahead.start(SEAL, DUE, lambda: made)

    taken = ahead.take(DUE, then)

    assert (taken is made) if counts else taken is None


def test_drafts_are_of_those_they_were_begun_for_and_taken_once() -> None:
    ahead = Ahead()
    ahead.start(SEAL, DUE, list)

    assert ahead.has(DUE)
    assert not ahead.has(OTHERS)
    assert ahead.take(DUE, SEAL) == []
    assert not ahead.has(DUE)
    assert ahead.take(DUE, SEAL) is None


def test_parts_that_follow_are_drafted_one_after_the_other() -> None:
    begun: list[str] = []
    ahead = Ahead()
    ahead.start(SEAL, DUE, lambda: begun.append("first") or [])
    ahead.start(SEAL, OTHERS, lambda: begun.append("second") or [])

    assert ahead.take(DUE, SEAL) == []
    assert ahead.has(OTHERS)
    assert ahead.take(OTHERS, SEAL) == []
    assert begun == ["first", "second"]


def test_what_was_begun_before_those_that_are_taken_is_forgotten() -> None:
    ahead = Ahead()
    ahead.start(SEAL, DUE, list)
    ahead.start(SEAL, OTHERS, list)

    assert ahead.take(OTHERS, SEAL) == []
    assert not ahead.has(DUE)


def test_what_fails_ahead_fails_when_its_turn_comes() -> None:
    def fails() -> list[Drafted]:
        raise ZeroDivisionError

    ahead = Ahead()
    ahead.start(SEAL, DUE, fails)

    with pytest.raises(ZeroDivisionError):
        ahead.take(DUE, SEAL)
