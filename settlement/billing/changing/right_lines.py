"""What the lines of an invoice should have said, given only what was wrong in them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from currencies.money import EXACT, Money, money, parse_amount
from currencies.rounding import to_minor_unit
from i18n.errors import Invalid
from statements.document import Document, Line, Tax
from statements.totals import TotalPolicies


class NoSuchLineToCorrect(Invalid):
    """Invoice {number} has no line {line}. Name one of its lines."""


@dataclass(frozen=True, slots=True)
class RightLine:
    """What was wrong in a line; None leaves it as it was.

    A quantity or a price makes the net anew; a net alone stands for itself. `is_out` leaves the
    whole line out.
    """

    line: str
    description: str | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    net: Decimal | None = None
    tax_category: str | None = None
    is_out: bool = False


def right_lines(
    invoice: Document, wrong: Mapping[str, RightLine], tax_of: Callable[[str], Tax]
) -> tuple[Line, ...]:
    """All lines of the invoice as they should be. Raises NoSuchLineToCorrect."""
    known = {line.id for line in invoice.lines}
    for line_id in wrong:
        if line_id not in known:
            raise NoSuchLineToCorrect(number=invoice.number, line=line_id)
    policies = TotalPolicies.named(invoice.policies)
    return tuple(
        _right(line, wrong[line.id], policies, tax_of) if line.id in wrong else line
        for line in invoice.lines
        if line.id not in wrong or not wrong[line.id].is_out
    )


def decimal_of(text: str) -> Decimal | None:
    """A figure as a person wrote it; None where nothing was written."""
    return parse_amount(text) if text else None


def _right(
    line: Line, wrong: RightLine, policies: TotalPolicies, tax_of: Callable[[str], Tax]
) -> Line:
    found = line
    if wrong.description is not None:
        found = replace(found, description=wrong.description)
    if wrong.tax_category is not None:
        found = replace(found, tax=tax_of(wrong.tax_category))
    figures = (wrong.net, wrong.quantity, wrong.unit_price)
    if all(each is None for each in figures):
        return found
    quantity = line.quantity if wrong.quantity is None else wrong.quantity
    price = line.unit_price if wrong.unit_price is None else wrong.unit_price
    net = _net(line, wrong, quantity, price, policies)
    if wrong.net is not None and wrong.unit_price is None:
        price = None
    # Its details added up to the wrong figure.
    return replace(found, quantity=quantity, unit_price=price, net=net, net_exact=None, details=())


def _net(
    line: Line,
    wrong: RightLine,
    quantity: Decimal,
    price: Decimal | None,
    policies: TotalPolicies,
) -> Money:
    code = str(line.net.currency.code)
    if wrong.net is not None:
        return money(wrong.net, code)
    if price is None:
        return line.net
    return to_minor_unit(money(EXACT.multiply(quantity, price), code), policies.rounding)
