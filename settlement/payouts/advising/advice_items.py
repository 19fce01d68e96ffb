"""What a payment is made of: the statements it settles, and all else that moved the account.

    1,000.00 of a statement, 100.00 withheld, 850.00 paid -> the statement 900.00,
                                                             other movements -50.00

Credits are below zero. The items add up to what is paid, always: what offsets, refunds, disputes
and balances of earlier months add or take is one item, where there is any.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from currencies.money import Money, money, scaled, total
from i18n.locale import _
from statements.payout_advice import AdviceItem

REST = _("Other movements of your account")


@dataclass(frozen=True, slots=True)
class SettledStatement:
    """A statement that a payment is for; a credit says its amounts above zero."""

    number: str
    issued_on: date
    is_credit: bool
    gross: Money
    withheld: Money


def advice_items(
    paid: Money, paid_on: date, settled: Sequence[SettledStatement], say: Callable[..., str]
) -> tuple[AdviceItem, ...]:
    """The items of an advice over an amount, in the order of the statements."""
    currency = str(paid.currency.code)
    nothing = money(0, currency)
    items = [_item(each, nothing) for each in settled]
    rest = paid - total((item.paid for item in items), currency)
    if rest or not items:
        items.append(AdviceItem(say(REST), paid_on, rest, nothing, nothing))
    return tuple(items)


def _item(settled: SettledStatement, nothing: Money) -> AdviceItem:
    sign = -1 if settled.is_credit else 1
    return AdviceItem(
        document=settled.number,
        issued_on=settled.issued_on,
        amount=scaled(settled.gross, sign),
        withheld=scaled(settled.withheld, sign),
        netted=nothing,
    )
