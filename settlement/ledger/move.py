"""What an entry of the book moved on the accounts of one party."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from currencies.money import Money


@dataclass(frozen=True, slots=True)
class Move:
    """What an entry moved on a party's accounts, debits above zero.

    The source of a reversal is that of the entry it reverses.
    """

    booked_on: dt.date
    source_type: str
    source_id: UUID
    narrative: str
    is_reversal: bool
    amount: Money
