"""Lines that no usage stands behind say how they came about as well (rules R36, R131)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from settlement.catalogue.fee import Fee
from settlement.rating.fees import Days, fee_piece
from settlement.rating.line_derivation import (
    Promise,
    as_text,
    from_text,
    of_fee,
    of_line,
    of_reversal,
    of_rounded_events,
    of_shortfall,
)
from tests.settlement.rating.formula import worked_out

OCTOBER = Days(date(2026, 10, 1), date(2026, 11, 1))


@pytest.mark.parametrize(
    ("first", "until", "formula"),
    [
        (1, None, "100"),
        # R36: 100.00 over 10, 11 and 10 days of 31 is 32.26, 35.48 and 32.26.
        (1, 11, "round(100 * 10 / 31, 2) - round(100 * 0 / 31, 2) = 32.26"),
        (11, 22, "round(100 * 21 / 31, 2) - round(100 * 10 / 31, 2) = 35.48"),
        (22, None, "round(100 * 31 / 31, 2) - round(100 * 21 / 31, 2) = 32.26"),
    ],
)
def test_a_part_of_a_fee_is_what_is_due_less_what_was(
    first: int, until: int | None, formula: str
) -> None:
    active = Days(date(2026, 10, first), date(2026, 10, until) if until else None)
    fee = Fee("line", "recurring", Decimal(100))
    piece = fee_piece(fee, "PLN", OCTOBER, active, "Europe/Warsaw")
    assert piece is not None

    derivation = of_fee([piece], "day", "PLN")

    assert derivation.formula == formula
    assert worked_out(formula) == piece.amount


def test_several_parts_of_a_fee_are_added_up() -> None:
    fee = Fee("line", "recurring", Decimal(10))
    days = [Days(date(2026, 10, 1), date(2026, 10, 2)), Days(date(2026, 10, 31), None)]
    pieces = [fee_piece(fee, "PLN", OCTOBER, each, "Europe/Warsaw") for each in days]

    formula = of_fee([piece for piece in pieces if piece], "day", "PLN").formula

    # 10.00 x 1/31 = 0.32; 10.00 x 31/31 - 10.00 x 30/31 (9.68) = 0.32.
    assert formula.endswith("; 0.32 + 0.32 = 0.64")
    assert worked_out(formula) == Fraction("0.64")


def test_what_was_not_used_is_rounded_once() -> None:
    derivation = of_shortfall(
        Promise(60_000, [(0, 31)], 31, 60_000), 54_001,
        Decimal("0.05"), "minute", 60, "second", Decimal("5.00"), "PLN",
    )  # fmt: skip

    assert derivation.formula == "round((60000 - 54001) * 0.05 / 60, 2) = 5"
    assert worked_out(derivation.formula) == 5


def test_what_a_part_of_a_month_promises_is_what_is_due_less_what_was() -> None:
    # 1000 units over days 11 to 20 of 31: 645.16 by the 20th less 322.58 by the 10th, both rounded.
    derivation = of_shortfall(
        Promise(1000, [(10, 20)], 31, 322),
        22,
        Decimal(2),
        "second",
        1,
        "piece",
        Decimal(600),
        "PLN",
    )

    promised, due = derivation.formula.split("; ")
    assert promised == "round(1000 * 20 / 31, 0) - round(1000 * 10 / 31, 0) = 322"
    assert worked_out(due) == 600


@pytest.mark.parametrize(
    ("derivation", "formula"),
    [
        (
            of_line(Fraction(1, 3), 2, Decimal("0.33"), "PLN"),
            "round(1 / 3, 2) = 0.33",
        ),
        (
            of_rounded_events(
                [(Decimal("0.10"), 3), (Decimal("0.25"), 2)], 5, Decimal("0.80"), "PLN"
            ),
            "3 * 0.1 + 2 * 0.25 = 0.8",
        ),
        (of_reversal(Decimal("-1.20"), "PLN"), "-1.2"),
    ],
)
def test_lines_of_usage_are_rounded_sums(derivation: object, formula: str) -> None:
    assert derivation.formula == formula  # type: ignore[attr-defined]
    worked_out(formula)


@pytest.mark.parametrize("locale", ["en", "pl", "ru"])
def test_what_a_line_keeps_is_said_again(locale: str) -> None:
    fee = Fee("line", "recurring", Decimal(100), "second")
    active = Days(date(2026, 10, 11), date(2026, 10, 22))
    piece = fee_piece(fee, "PLN", OCTOBER, active, "Europe/Warsaw")
    assert piece is not None
    derivation = of_fee([piece], "second", "PLN")

    kept = from_text(as_text(derivation))

    assert kept.formula == derivation.formula
    assert kept.sentence(locale) == derivation.sentence(locale)
    assert "{" not in kept.sentence(locale)


def test_a_fee_is_explained_in_polish() -> None:
    fee = Fee("line", "recurring", Decimal(100))
    active = Days(date(2026, 10, 11), date(2026, 10, 22))
    piece = fee_piece(fee, "PLN", OCTOBER, active, "Europe/Warsaw")
    assert piece is not None

    said = of_fee([piece], "day", "PLN").sentence("pl")

    assert said == "100 PLN za 31 dni, z czego 11 po pierwszych 10: 35,48 PLN."
