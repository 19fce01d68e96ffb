"""A waiver of the fee for leaving early: for whom, why, who proposed it and who decided."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from i18n.errors import Conflict, NotFound


class NoSuchLeavingWaiver(NotFound):
    """There is no waiver {waiver} of a fee for leaving early. Check its id."""


class LeavingWaivedAlready(Conflict):
    """A waiver of the fee for leaving early is {status} for this subscription already. One is
    enough.
    """


class LeavingWaiverDecided(Conflict):
    """The waiver {waiver} of a fee for leaving early is {status}. Nothing is left to decide."""


@dataclass(frozen=True, slots=True)
class LeavingWaiver:
    """Why a subscription is not charged for leaving early; proposed, approved or rejected."""

    id: UUID
    subscription_id: UUID
    status: str
    reason: str
    proposed_by: str
    proposed_at: dt.datetime
    decided_by: str | None = None
    decided_at: dt.datetime | None = None
