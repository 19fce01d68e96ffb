"""A deposit: money of a carrier that we hold as security, and what became of it."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from currencies.money import Money, shown
from i18n.errors import Conflict, NotFound


class NoSuchDeposit(NotFound):
    """There is no deposit {deposit}. Check the identifier."""


class DepositToldDifferently(Conflict):
    """Deposit {reference} is kept with {amount} of {day}. Give each deposit its own reference."""


class MoreThanIsLeft(Conflict):
    """{amount} cannot be taken from deposit {reference}: {left} is left of it. Name an amount above
    zero in whole minor units, and no more than that.
    """


class MoreThanIsOwed(Conflict):
    """{amount} cannot be set off: the carrier owes {owed} without dispute. Set off that much at
    most.
    """


class Use(StrEnum):
    """What a part of a deposit was used for."""

    SET_OFF = "set_off"
    GIVEN_BACK = "given_back"


@dataclass(frozen=True, slots=True)
class Deposit:
    """What a carrier left with us; `left` is what was neither set off nor given back."""

    id: UUID
    carrier_id: UUID
    reference: str
    amount: Money
    received_on: dt.date
    recorded_at: dt.datetime
    recorded_by: str
    left: Money

    def must_be(self, amount: Money, received_on: dt.date) -> None:
        """Refuse other facts under the same reference. Raises DepositToldDifferently."""
        if (self.amount, self.received_on) != (amount, received_on):
            raise DepositToldDifferently(
                reference=self.reference, amount=shown(self.amount), day=self.received_on
            )
