"""The taking back of a return: who asks for it and why, who agrees."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from i18n.errors import Conflict, Invalid, NotFound


class NoSuchTakeBack(NotFound):
    """No return is to be taken back as {take_back}. Choose one that is listed."""


class TakeBackDecided(Conflict):
    """Taking back {take_back} is {status}. Nothing is left to decide."""


class TakenBackBefore(Conflict):
    """{file} is taken back already, or waits for somebody to approve that it is."""


class NothingToTakeBack(Conflict):
    """{file} says which files never came, and gave nothing back. Waive their numbers instead."""


class TakeBackWithoutReason(Invalid):
    """A return is taken back for a reason. Say what the network answered."""


@dataclass(frozen=True, slots=True)
class TakeBack:
    """A RAP file of ours that somebody wants taken back; proposed, approved or rejected."""

    id: UUID
    sent_rap_file_id: UUID
    status: str
    why: str
    proposed_by: str
    proposed_by_id: UUID | None
    proposed_at: dt.datetime
    decided_by: str | None
    decided_at: dt.datetime | None
