"""A delivery: one document on one channel, and the steps it went through.

    waiting     lined up, to be sent
    held        cannot be sent yet, for a reason that is told: nothing is configured, no address
    sending     taken up by a worker; whether it has left is written next
    unclear     the worker died while it was sending, and the other side cannot be asked
    sent        the other side has taken it
    delivered   whom it is for has it
    failed      not taken; it is tried again
    bounced     taken, and sent back later
    given_up    not taken at the last try, or refused for good

What is unclear is never sent again by itself: a person decides. A delivery that was sent,
delivered or bounced is not sent again but by a person either, and only after a bounce.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from i18n.errors import Invalid

# Minutes to the second try, to the third and so on; after the last one it is given up.
RETRY_POLICY: Final = "delivery_retry_minutes"
RETRY_MINUTES: Final = "5, 30, 120, 720, 1440"
TRIES_MOST: Final = 20
# A worker silent for so long has died.
LEASE: Final = dt.timedelta(minutes=15)
LONGEST_ANSWER: Final = 1000


class RetriesUnreadable(Invalid):
    """The policy delivery_retry_minutes is {text}. Write minutes with commas, like 5, 30, 120."""


class Channel(StrEnum):
    """How a document goes to whom it is for."""

    EMAIL = "email"
    PORTAL = "portal"
    SFTP = "sftp"
    PRINT = "print"
    PEPPOL = "peppol"
    KSEF = "ksef"


class State(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    HELD = "held"
    SENDING = "sending"
    UNCLEAR = "unclear"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    BOUNCED = "bounced"
    GIVEN_UP = "given_up"


# What a person may send once more; `unclear` may have arrived, and the person has found out.
RETRIED: Final = (State.HELD, State.FAILED, State.GIVEN_UP, State.BOUNCED, State.UNCLEAR)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a delivery: the state it led to, when, and what the other side said.

    `receipt` is the SHA-256 of the document with which it confirms that.
    """

    state: State
    attempt: int
    address: str
    answer: str
    reference: str
    due_at: dt.datetime | None
    happened_at: dt.datetime
    told_by: str
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One document on one channel; the steps are in their order, the first is `waiting`."""

    id: UUID
    document_id: UUID
    number: str
    party_id: UUID
    channel: Channel
    steps: tuple[Step, ...]

    @property
    def last(self) -> Step:
        """The step that says where it stands."""
        return self.steps[-1]

    @property
    def state(self) -> State:
        """Where it stands."""
        return self.last.state

    @property
    def tried_at_place(self) -> int:
        """The place of the step that sent it last, counted from 1; 0 where none did."""
        places = [place for place, step in enumerate(self.steps, 1) if step.state is State.SENDING]
        return places[-1] if places else 0

    @property
    def receipt(self) -> str:
        """The SHA-256 of the last receipt that the other side gave; empty where it gave none."""
        return next((step.receipt for step in reversed(self.steps) if step.receipt), "")

    @property
    def may_be_retried(self) -> bool:
        """Whether a person may send it once more."""
        return self.state in RETRIED


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a try; `reference` is the other side's own name for it, or our message id.

    A failure that `is_final` is not tried again. `receipt` is a document that confirms it.
    """

    state: State
    text: str
    reference: str = ""
    is_final: bool = False
    receipt: bytes = b""


def waits_of(text: str) -> tuple[dt.timedelta, ...]:
    """The waits between tries. Raises RetriesUnreadable."""
    try:
        minutes = [int(part) for part in text.split(",")]
    except ValueError:
        raise RetriesUnreadable(text=text) from None
    if not 0 < len(minutes) <= TRIES_MOST or not all(0 < each <= 100_000 for each in minutes):
        raise RetriesUnreadable(text=text)
    return tuple(dt.timedelta(minutes=each) for each in minutes)


def followed(
    before: Step, answer: Answer, waits: tuple[dt.timedelta, ...], now: dt.datetime, by: str
) -> Step:
    """The step that an answer leads to.

    A failure is due again after the wait of its attempt; without one, or for good, it is given up.
    """
    state, due_at = answer.state, None
    if state is State.FAILED:
        if answer.is_final or before.attempt > len(waits):
            state = State.GIVEN_UP
        else:
            due_at = now + waits[max(before.attempt, 1) - 1]
    reference = answer.reference or before.reference
    text = answer.text[:LONGEST_ANSWER]
    return Step(state, before.attempt, before.address, text, reference, due_at, now, by)


def begun(before: Step, address: str, now: dt.datetime, by: str) -> Step:
    """The step with which a worker takes a delivery up."""
    return Step(State.SENDING, before.attempt + 1, address, "", "", now + LEASE, now, by)


def retried(before: Step, now: dt.datetime, by: str, why: str) -> Step:
    """The step with which a person sends a delivery once more; its tries are counted anew."""
    return Step(State.WAITING, 0, before.address, why[:LONGEST_ANSWER], "", now, now, by)


def is_due(last: Step, now: dt.datetime) -> bool:
    """Whether a worker is to take it up; `sending` only when whoever took it up has died."""
    if last.state is State.HELD:
        return True
    timed = (State.WAITING, State.FAILED, State.SENDING)
    return last.state in timed and (last.due_at is None or last.due_at <= now)
