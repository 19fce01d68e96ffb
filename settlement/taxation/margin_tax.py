"""Tax on the margin of a dealer in used goods (VAT directive, art. 312 to 315).

    margin   what the buyer pays less what the dealer paid, both with tax
    tax      the tax inside of the margin: margin - margin / (1 + rate)

Bought for 600.00 and sold for 1,000.00 at 23 %: margin 400.00, without tax 325.20, tax 74.80. A
loss bears no tax, and does not lessen that of another sale.
"""

from decimal import Decimal

from currencies.money import Money, money
from statements.document import Tax
from statements.totals import net_of


def tax_on_margin(sold: Money, cost: Money, rate: Decimal) -> Money:
    """The tax that the dealer owes on a sale, rounded to the minor unit; never below zero."""
    margin = sold - cost
    if margin.amount <= 0:
        return money(0, str(sold.currency.code))
    return margin - net_of(margin, Tax("S", rate))
