"""A balance is paid from the threshold on, or carried forward (rules R48, R100).

The threshold itself is paid. A balance below zero is set off against later statements; money is
never fetched. After the end of the agreement any balance above zero is paid.
"""

from collections.abc import Mapping

from currencies.money import Money, money, parse_amount
from i18n.errors import Invalid
from statements.document import BalanceForward


class ThresholdUnreadable(Invalid):
    """The policy payout_threshold is {text}. Write amounts like 25.00 PLN; 20.00 EUR."""


def threshold_for(policies: Mapping[str, str], currency: str) -> Money | None:
    """The least that is paid in a currency, from the tenant's policy; None where there is none.

    Raises ThresholdUnreadable.
    """
    text = policies.get("payout_threshold", "")
    for part in filter(None, (each.strip() for each in text.split(";"))):
        amount, _blank, code = part.partition(" ")
        if not code:
            raise ThresholdUnreadable(text=text)
        if code == currency:
            return money(parse_amount(amount), currency)
    return None


def is_below(balance: Money, threshold: Money | None) -> bool:
    """Whether a balance is less than what is paid."""
    return threshold is not None and balance.amount < threshold.amount


def balance_forward(brought: Money, stated: Money, threshold: Money | None) -> BalanceForward:
    """What is payable and what is carried of a balance and what a statement adds to it.

        -15.00 brought, 25.00 stated             -> 10.00 payable
        -15.00 brought, 12.00 stated             -> -3.00 carried
         24.99 brought,  0.01 stated, from 25.00 -> 25.00 payable

    Args:
        threshold: the least that is paid; none where the partner's agreement has ended.
    """
    balance, nothing = brought + stated, money(0, str(stated.currency.code))
    if balance.amount < 0 or is_below(balance, threshold):
        return BalanceForward(brought, stated, nothing, balance, threshold)
    return BalanceForward(brought, stated, balance, nothing, threshold)
