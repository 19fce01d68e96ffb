"""A write-off: waiting records that shall never be charged, who says so and who agrees."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from i18n.errors import Conflict, Invalid, NotFound


class NoSuchWriteOff(NotFound):
    """There is no write-off {write_off}. Check the identifier."""


class NothingToWriteOff(Conflict):
    """No record waits that could be written off. Check the reason, or look at the list again."""


class WriteOffDecided(Conflict):
    """The write-off {write_off} is {status}. Nothing is left to decide."""


class WriteOffWithoutReason(Invalid):
    """A write-off needs a reason. Say why the records will never be charged."""


@dataclass(frozen=True, slots=True)
class WriteOff:
    """Records proposed to be given up; `status` is proposed, approved or rejected.

    `records` counts those proposed, `written_off` those that still waited at the approval.
    """

    id: UUID
    status: str
    why: str
    records: int
    written_off: int
    proposed_by: str
    proposed_by_id: UUID | None
    proposed_at: dt.datetime
    decided_by: str | None
    decided_at: dt.datetime | None
