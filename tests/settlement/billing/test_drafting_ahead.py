"""What was drafted ahead of its turn counts only where the same charges wait then."""

from decimal import Decimal
from threading import Event
from uuid import UUID

import pytest

from settlement.billing.drafting import Due
from settlement.billing.drafting_ahead import Ahead, Drafted, Seal, Waiting

DUE = (Due("C-1", "PLN", UUID(int=1)),)
OTHERS = (Due("C-2", "PLN", UUID(int=2)),)
SEAL = Seal(2, Decimal(77))


def charges() -> Waiting[str]:
    return Waiting(SEAL, "charges")


def nobody(_charges: str) -> list[Drafted]:
    return []


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
    ahead.start(DUE, charges, lambda _charges: made)

    taken = ahead.take(DUE, then)

    assert (taken is made) if counts else taken is None


def test_drafts_are_of_those_they_were_begun_for_and_taken_once() -> None:
    ahead = Ahead()
    ahead.start(DUE, charges, nobody)

    assert ahead.has(DUE)
    assert not ahead.has(OTHERS)
    assert ahead.take(DUE, SEAL) == []
    assert not ahead.has(DUE)
    assert ahead.take(DUE, SEAL) is None


def test_parts_that_follow_are_drafted_one_after_the_other_of_what_was_read() -> None:
    begun: list[tuple[str, str]] = []

    def noted(part: str):
        return lambda found: begun.append((part, found)) or []

    ahead = Ahead()
    ahead.start(DUE, charges, noted("first"))
    ahead.start(OTHERS, lambda: Waiting(SEAL, "others"), noted("second"))

    assert ahead.take(DUE, SEAL) == []
    assert ahead.has(OTHERS)
    assert ahead.take(OTHERS, SEAL) == []
    assert begun == [("first", "charges"), ("second", "others")]


def test_charges_are_read_while_those_before_are_drafted() -> None:
    is_read = Event()

    def reads() -> Waiting[str]:
        is_read.set()
        return charges()

    def drafts(_charges: str) -> list[Drafted]:
        assert is_read.wait(60)
        return []

    ahead = Ahead()
    ahead.start(DUE, charges, drafts)
    ahead.start(OTHERS, reads, nobody)

    assert ahead.take(DUE, SEAL) == []


def test_what_was_begun_before_those_that_are_taken_is_forgotten() -> None:
    ahead = Ahead()
    ahead.start(DUE, charges, nobody)
    ahead.start(OTHERS, charges, nobody)

    assert ahead.take(OTHERS, SEAL) == []
    assert not ahead.has(DUE)


def test_what_fails_ahead_fails_when_its_turn_comes() -> None:
    def fails(*_charges: str) -> list[Drafted]:
        raise ZeroDivisionError

    ahead = Ahead()
    ahead.start(DUE, charges, fails)
    ahead.start(OTHERS, fails, nobody)

    for due in (DUE, OTHERS):
        with pytest.raises(ZeroDivisionError):
            ahead.take(due, SEAL)
