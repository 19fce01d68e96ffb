"""The undoing of a batch: who asks for it and why, who agrees."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from i18n.errors import Conflict, Invalid, NotFound


class NoSuchUndo(NotFound):
    """There is no undoing {undo}. Check the identifier."""


class UndoDecided(Conflict):
    """The undoing {undo} is {status}. Nothing is left to decide."""


class UndoWaiting(Conflict):
    """The file {file} waits already for somebody to approve that it is undone."""


class UndoWithoutReason(Invalid):
    """A file is undone for a reason. Say what is wrong with it."""


class NotLoaded(Conflict):
    """The file {file} is {status}. Only a file that was loaded can be undone."""


@dataclass(frozen=True, slots=True)
class Undo:
    """A batch that somebody wants taken back; `status` is proposed, approved or rejected."""

    id: UUID
    batch_id: UUID
    status: str
    why: str
    proposed_by: str
    proposed_by_id: UUID | None
    proposed_at: dt.datetime
    decided_by: str | None
    decided_at: dt.datetime | None


class PartReturned(Conflict):
    """Records of the file {file} were given back as {returned_as}. Take that return back first."""


class TemplatesNeeded(Conflict):
    """Flows of {others} were read by what {file} told of their exporter. Undo those files first."""
