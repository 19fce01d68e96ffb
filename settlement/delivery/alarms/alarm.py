"""What somebody is to be told by e-mail, and how far the telling is."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

# So often a mail server is asked before a message is given up.
TRIES_MOST: Final = 5
# So many alarms stand in one message; the others are in the next.
IN_A_MESSAGE: Final = 100


class Kind(StrEnum):
    """What the alarm is about."""

    CREDIT_LIMIT = "credit_limit"
    GUARANTEE_ENDS = "guarantee_ends"
    MISSING_FILE = "missing_file"
    DEFAULT_RATE = "default_rate"
    FAILED_RUN = "failed_run"
    SILENT_SOURCE = "silent_source"


class MailState(StrEnum):
    """How far the telling is; `sending` that no worker does any more is of unknown end."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm: `key` tells it from others of its kind, `facts` are texts that its words need."""

    kind: Kind
    key: str
    raised_at: dt.datetime
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told, in which language, of which kinds that are raised from `recorded_at` on."""

    id: UUID
    email: str
    language: str
    recorded_at: dt.datetime
    recorded_by: str
    kinds: tuple[Kind, ...] = tuple(Kind)

    def is_told_of(self, alarm: Alarm) -> bool:
        """Whether an alarm is one that the address is told of."""
        return alarm.kind in self.kinds and alarm.raised_at >= self.recorded_at


@dataclass(frozen=True, slots=True)
class AlarmMail:
    """An alarm on its way to one address, and what the mail server said last."""

    kind: Kind
    facts: Mapping[str, str]
    raised_at: dt.datetime
    email: str
    state: MailState
    detail: str
    changed_at: dt.datetime


def after_failure(tries: int, *, is_final: bool) -> MailState:
    """Where a message stands that the server did not take, by how often it was asked."""
    return MailState.GIVEN_UP if is_final or tries >= TRIES_MOST else MailState.WAITING
