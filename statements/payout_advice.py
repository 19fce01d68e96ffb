"""What a partner is told when it is paid: the amount, the account, and what it is made of."""

from dataclasses import dataclass
from datetime import date

from moneyed import Money

from currencies.money import total
from statements.document import Party


@dataclass(frozen=True, slots=True)
class AdviceItem:
    """One document that is settled; `paid` is its amount less what was withheld and netted."""

    document: str
    issued_on: date
    amount: Money
    withheld: Money
    netted: Money

    @property
    def paid(self) -> Money:
        """What is paid of it; below zero where more is netted than was owed."""
        return self.amount - self.withheld - self.netted


@dataclass(frozen=True, slots=True)
class PayoutAdvice:
    """The advice of one payment of `payer` to `payee`, whose `bank` is the account paid into."""

    number: str
    locale: str
    currency: str
    payer: Party
    payee: Party
    paid_on: date
    payment_reference: str
    items: tuple[AdviceItem, ...]

    def __post_init__(self) -> None:
        assert self.items, "a payment is of something"

    @property
    def paid(self) -> Money:
        """What is paid in all."""
        return total((item.paid for item in self.items), self.currency)
