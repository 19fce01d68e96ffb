"""A TAP file that we wrote, as it is kept."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class TapFile:
    """A file for one home network and month; `sequence` has no gaps for each of them.

    `amount` is the audited total: what is charged, each event rounded by itself.
    """

    id: UUID
    carrier_id: UUID
    agreement_id: UUID
    period_id: UUID
    sender: str
    recipient: str
    sequence: int
    events: int
    amount: Decimal
    currency: str
    sha256: str
    written_at: dt.datetime

    @property
    def name(self) -> str:
        """The name that networks exchange it under: charging data, from, to, number."""
        return f"CD{self.sender}{self.recipient}{self.sequence:05}"
