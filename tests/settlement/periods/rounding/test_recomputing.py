"""A ledger beside its facts: entries moved, entries left out, amounts that terms do not give."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest

from settlement.periods.rounding.recomputing import (
    LEFT_OUT,
    NOT_OF_FACTS,
    beyond_rounding,
    unlike,
)
from settlement.periods.rounding.rounding_entry import RoundingEntry, Split
from settlement.sharing.fractions import Rounded

ENTRY = RoundingEntry(
    "share", None, UUID(int=8), "film", "", "label", "EUR", 1, 300, Decimal("0.33")
)


def test_an_entry_is_the_same_over_any_denominator() -> None:
    assert list(unlike([replace(ENTRY, numerator=2, denominator=600)], [ENTRY])) == []


@pytest.mark.parametrize(
    "change", [{"what": "studio"}, {"numerator": -1}, {"posted": Decimal("0.34")}, {"rule": "pl"}]
)
def test_an_entry_that_facts_do_not_give_is_told_with_the_one_they_give(
    change: dict[str, object],
) -> None:
    found = list(unlike([replace(ENTRY, **change)], [ENTRY]))  # type: ignore[arg-type]

    assert [each.fault for each in found] == [NOT_OF_FACTS, LEFT_OUT]
    assert (found[1].what, found[1].fraction) == ("label", Fraction(1, 300))


@pytest.mark.parametrize(
    ("cause", "given", "faults"),
    [
        # Two steps bear two cents at most, of which a payee's third of 1.00 is 0.333...
        ("share", "0.35", []),
        ("share", "0.36", ["label"]),
        # Event by event each of them was rounded.
        ("share_by_event", "0.36", []),
    ],
)
def test_an_amount_far_from_its_terms_was_not_rounded(
    cause: str, given: str, faults: list[str]
) -> None:
    steps = [
        Rounded("label", Fraction(1, 3), Decimal(given)),
        Rounded("operator", Fraction(2, 3), Decimal("0.67")),
    ]

    found = beyond_rounding([Split(cause, None, UUID(int=8), "film", "", "EUR", steps)])

    assert [each.what for each in found] == faults
