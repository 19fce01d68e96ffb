"""What the two sides agreed on in an exchange, beside what had been booked until then."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from moneyed import Money

from settlement.interconnect.traffic import Direction


@dataclass(frozen=True, slots=True)
class Settlement:
    """One direction of an agreed message: `settled` is agreed, `before` was booked or declared.

    Told from our side; the message is the proposal, counter-proposal or totals that were accepted,
    in words or in silence. `before` is what our declaration states with every variance booked.
    Where an agreement is taken back, the message is the acknowledgement that refused it and the two
    figures change their places; agreed anew, it is an acceptance (`standing`).
    """

    id: UUID
    exchange_message_id: UUID
    declaration_id: UUID
    direction: Direction
    settled: Money
    before: Money
    settled_at: datetime

    @property
    def difference(self) -> Money:
        """What is left to be booked."""
        return self.settled - self.before


def taken_back(settled: Settlement, id: UUID, refusal_id: UUID, at: datetime) -> Settlement:
    """The opposite of a settlement that is agreed no longer: its figures change their places."""
    return replace(
        settled,
        id=id,
        exchange_message_id=refusal_id,
        settled=settled.before,
        before=settled.settled,
        settled_at=at,
    )
