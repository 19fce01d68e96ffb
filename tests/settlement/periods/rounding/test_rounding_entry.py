"""Fractions as entries: over one denominator for a split, with their cause, in a table."""

from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from settlement.periods.rounding.rounding_entry import (
    OF_CHARGES,
    RoundingEntry,
    Split,
    as_csv,
    entries_of,
    of_charges,
)
from settlement.sharing.fractions import Rounded

TERMS = UUID(int=8)


def a_split(*steps: Rounded) -> Split:
    return Split("share", None, TERMS, "film", "", "EUR", steps)


def test_the_fractions_of_a_split_are_over_one_denominator() -> None:
    third, half = Fraction(1, 3), Fraction(1, 2)
    split = a_split(
        Rounded("label", third, Decimal("0.33")),
        Rounded("studio", half, Decimal("0.50")),
        Rounded("operator", Fraction(1, 6), Decimal("0.17")),
    )

    found = list(entries_of([split]))

    # What is exact has no entry. 1/3 - 0.33 is 1/300, 1/6 - 0.17 is -1/300.
    assert [(each.what, each.numerator, each.denominator) for each in found] == [
        ("label", 1, 300),
        ("operator", -1, 300),
    ]
    assert sum(each.fraction for each in found) == 0


def test_charges_tell_what_they_were_rounded_by() -> None:
    sums = {
        "corrects_period_id": None, "product": "", "service": "voice", "currency": "PLN",
        "amount_3600": Decimal("361"), "amount": Decimal("0.10"),
    }  # fmt: skip

    [found] = of_charges([sums, sums | {"amount_3600": Decimal(360)}])

    # 361 / 3600 is 0.10027..., a 3600th more than 0.10.
    assert found.fraction == Fraction(1, 3600)
    assert (found.cause, found.what, found.denominator) == ("charge", "voice", OF_CHARGES)


def test_a_table_has_a_row_for_each_entry() -> None:
    entry = RoundingEntry(
        "share", None, TERMS, "=film", "", "label", "EUR", -1, 300, Decimal("0.330")
    )

    lines = as_csv([entry]).splitlines()

    assert lines[0].startswith("cause,corrects_period_id,terms_id,product")
    assert lines[1] == f"share,,{TERMS},'=film,,label,EUR,-1,300,0.33,,,"
