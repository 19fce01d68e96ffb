"""Lines that a person writes: what, how many, at what price, under which tax.

Their ids begin with M, so that the books can tell them from lines over charges.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from currencies.money import EXACT, money
from currencies.rounding import to_minor_unit
from i18n.errors import Invalid
from statements.document import Line, Tax


class ManualLineUnusable(Invalid):
    """Line {line} needs a description, a quantity that is not zero, and a price. Complete it."""


@dataclass(frozen=True, slots=True)
class ManualLine:
    """One line as asked for; `unit_code` is of UN/ECE Recommendation 20.

    `purchase_cost` is what all goods of a line under the margin scheme were bought for, with tax.
    """

    description: str
    quantity: Decimal
    unit_price: Decimal
    tax_category: str = "standard"
    unit_code: str = "C62"
    purchase_cost: Decimal | None = None


def manual_lines(
    asked: Sequence[ManualLine], currency: str, tax_of: Callable[[str], Tax]
) -> tuple[Line, ...]:
    """The lines, rounded to the minor unit. Raises ManualLineUnusable and what `tax_of` raises."""
    return tuple(
        _line(number, line, currency, tax_of) for number, line in enumerate(asked, start=1)
    )


def _line(number: int, asked: ManualLine, currency: str, tax_of: Callable[[str], Tax]) -> Line:
    if not asked.description.strip() or not asked.quantity or not asked.unit_code:
        raise ManualLineUnusable(line=number)
    return Line(
        id=f"M{number}",
        description=asked.description.strip(),
        quantity=asked.quantity,
        unit_code=asked.unit_code,
        net=to_minor_unit(money(EXACT.multiply(asked.quantity, asked.unit_price), currency)),
        tax=tax_of(asked.tax_category),
        unit_price=asked.unit_price,
    )
