"""What is sold under the margin scheme, and for how much after all that changed the invoice.

The invoice shows no tax for such a line, names the scheme, and never the cost (VAT directive, art.
226 (14) and 325). So the cost is kept beside the document, by its line.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from currencies.money import Money, money, scaled, total
from i18n.errors import Conflict, Invalid
from settlement.billing.invoice_lines import Charge
from settlement.billing.manual_lines import ManualLine
from settlement.catalogue.product import MARGIN
from settlement.taxation.margin_tax import tax_on_margin
from statements.document import Document, Kind, Line

CATEGORY = MARGIN


class MarginCostMissing(Invalid):
    """Line {line} is under the margin scheme. Say what its goods were bought for, with tax."""


class CostWithoutMargin(Invalid):
    """Line {line} names a purchase cost but is not under the margin scheme. Leave the cost out."""


class MarginBesideExempt(Invalid):
    """What is exempt cannot stand beside the margin scheme: an invoice gives one reason for both.
    Issue two invoices.
    """


class MarginOfCharge(Conflict):
    """What was charged for {product} is under the margin scheme, and what it cost is not known.
    Take it off, and charge it individually with the cost.
    """


@dataclass(frozen=True, slots=True)
class MarginSale:
    """A line under the scheme: what all its goods cost, and the rate of the day of supply."""

    line: str
    cost: Money
    rate: Decimal


def margin_sales(
    asked: Sequence[ManualLine],
    lines: Sequence[Line],
    currency: str,
    rate_of: Callable[[], Decimal],
) -> list[MarginSale]:
    """The sales among lines written by hand, by the ids of their lines.

    `rate_of` is asked only where there is one. Raises MarginCostMissing, CostWithoutMargin,
    MarginBesideExempt and what `rate_of` raises.
    """
    sales = []
    for number, each in enumerate(asked, start=1):
        is_margin, cost = each.tax_category == CATEGORY, each.purchase_cost
        if not is_margin and cost is not None:
            raise CostWithoutMargin(line=number)
        if is_margin and (cost is None or cost < 0):
            raise MarginCostMissing(line=number)
        if is_margin:
            sales.append(MarginSale(f"M{number}", money(cost or 0, currency), rate_of()))
    if sales:
        check_one_reason(lines)
    return sales


def check_one_reason(lines: Sequence[Line]) -> None:
    """Refuse what is exempt beside the scheme. Raises MarginBesideExempt."""
    if len({line.tax.reason_code for line in lines if line.tax.category == "E"}) > 1:
        raise MarginBesideExempt


def check_costs(charges: Iterable[Charge], costs: Mapping[str, Decimal]) -> bool:
    """Whether any charge is under the scheme. Raises MarginOfCharge where its cost is not known."""
    found = [each for each in charges if each.tax_category == CATEGORY]
    for each in found:
        if each.id not in costs or each.amount < 0:
            raise MarginOfCharge(product=each.product)
    return bool(found)


def charged_sales(
    by_line: Mapping[str, Sequence[Charge]], costs: Mapping[str, Decimal], rate: Decimal
) -> list[MarginSale]:
    """The sales among charges of a bill, each on a line of its own."""
    return [
        MarginSale(line, money(costs[charge.id], charge.currency), rate)
        for line, charges in by_line.items()
        for charge in charges
        if charge.tax_category == CATEGORY
    ]


def sold_by_line(chain: Iterable[Document]) -> dict[str, Money]:
    """What each line of an invoice comes to with all that changed it, the invoice among them."""
    found: dict[str, list[Money]] = defaultdict(list)
    currency = ""
    for document in chain:
        currency = document.currency
        sign = -1 if document.kind.is_credit else 1
        for line in document.lines:
            place = line.id if document.kind is Kind.CORRECTED_INVOICE else line.corrects or line.id
            found[place].append(scaled(line.net, sign))
        for line in document.replaced.lines if document.replaced else ():
            found[line.id].append(scaled(line.net, -1))
    return {line: total(amounts, currency) for line, amounts in found.items()}


def margin_tax(sales: Iterable[MarginSale], sold: dict[str, Money]) -> Money | None:
    """The tax on the margins of all sales of an invoice, each for itself; None where none is sold.

    What was taken back whole bears none: the goods are there again, with what they cost.
    """
    taxes = [
        tax_on_margin(sold[each.line], each.cost, each.rate) for each in sales if each.line in sold
    ]
    return total(taxes, str(taxes[0].currency.code)) if taxes else None
