"""How far the exchange of one agreement and period has come, and which message may come next.

    open -> totals exchanged -> records exchanged -> proposed -> agreed
                                                              -> objected
                                                              -> deemed accepted

Nothing of this is stored: it follows from the messages of both sides in the order in which they
were taken in. A proposal that nobody answers is accepted in silence with the day after the
objection window (rule R56); so are the totals of one side where the other never sends its own.
What was agreed is opened again only by a proposal that names it, for example because of a rate
changed backwards (rule R60); that one needs an acceptance, and silence leaves things as they were.

Amounts and directions are told from our side.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from settlement.interconnect.acceptance import ObjectionWindow
from settlement.interconnect.exchanged import Origin
from statements.exchange.message import MessageKind, MessageRefused, Settled, refused


class State(StrEnum):
    """How far an exchange has come."""

    OPEN = "open"
    TOTALS_EXCHANGED = "totals_exchanged"
    RECORDS_EXCHANGED = "records_exchanged"
    PROPOSED = "proposed"
    AGREED = "agreed"
    DEEMED_ACCEPTED = "deemed_accepted"
    OBJECTED = "objected"


@dataclass(frozen=True, slots=True)
class Step:
    """A message as far as it moves the exchange; `on` is the receiver's day."""

    origin: Origin
    kind: MessageKind
    message_id: str
    on: date
    in_reply_to: str | None = None
    settled: tuple[Settled, ...] = ()
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the exchange stands. `standing` waits for an answer, `agreed` has had it."""

    totals: frozenset[Origin] = frozenset()
    requests: frozenset[tuple[Origin, str]] = frozenset()
    has_records: bool = False
    standing: Step | None = None
    agreed: Step | None = None
    is_silent: bool = False
    is_objected: bool = False

    @property
    def state(self) -> State:
        """The one word for it."""
        if self.is_objected:
            return State.OBJECTED
        if self.agreed is not None and self.standing is None:
            return State.DEEMED_ACCEPTED if self.is_silent else State.AGREED
        if self.standing is not None and self.standing.kind in PROPOSALS:
            return State.PROPOSED
        if self.has_records:
            return State.RECORDS_EXCHANGED
        return State.TOTALS_EXCHANGED if len(self.totals) == len(BOTH) else State.OPEN

    def deemed_accepted_on(self, window: ObjectionWindow) -> date | None:
        """The first day on which silence has accepted what stands; None where it never does."""
        if self.standing is None or self.standing.replaces is not None:
            return None
        return window.deemed_accepted_on(self.standing.on)


BOTH: Final[tuple[Origin, ...]] = ("ours", "theirs")
PROPOSALS: Final = (MessageKind.PROPOSAL, MessageKind.COUNTER_PROPOSAL)
ANSWERS: Final = (MessageKind.COUNTER_PROPOSAL, MessageKind.ACCEPTANCE, MessageKind.OBJECTION)
OTHER: Final[dict[Origin, Origin]] = {"ours": "theirs", "theirs": "ours"}


def progress_of(steps: Iterable[Step], window: ObjectionWindow, today: date) -> Progress:
    """Where these messages have led by today. Each was allowed when it was taken in."""
    progress = Progress()
    for step in steps:
        progress = after(progress, step, window)
    return in_silence(progress, window, today)


def agreements_of(steps: Iterable[Step], window: ObjectionWindow, today: date) -> list[Step]:
    """Whatever was agreed by today, in words or in silence, in its order: what replaces follows."""
    progress, agreed = Progress(), []
    for step in steps:
        progress = after(progress, step, window)
        agreed.append(progress.agreed)
    agreed.append(in_silence(progress, window, today).agreed)
    return list({_named(each): each for each in agreed if each is not None}.values())


def in_silence(progress: Progress, window: ObjectionWindow, today: date) -> Progress:
    """What silence has made of it by that day (rule R56)."""
    accepted_on = progress.deemed_accepted_on(window)
    if accepted_on is None or today < accepted_on:
        return progress
    return replace(progress, agreed=progress.standing, standing=None, is_silent=True)


def after(progress: Progress, step: Step, window: ObjectionWindow) -> Progress:
    """Where a message leads. Raises MessageRefused where it is not its turn."""
    progress = in_silence(progress, window, step.on)
    if step.kind is MessageKind.ACKNOWLEDGEMENT:
        return progress
    _require_not_over(progress, step)
    if step.kind in ANSWERS:
        return _answered(progress, step)
    if step.kind is MessageKind.PROPOSAL:
        return _proposed(progress, step)
    return _exchanged(progress, step)


def _require_not_over(progress: Progress, step: Step) -> None:
    if progress.is_objected:
        raise _out_of_order("there is an objection; it is dealt with as a dispute")
    if progress.agreed is None or progress.standing is not None:
        return
    if step.kind is not MessageKind.PROPOSAL or step.replaces != progress.agreed.message_id:
        how = "accepted by silence" if progress.is_silent else "agreed"
        reason = f"the period is {how} by {progress.agreed.message_id}; name it in Replaces"
        raise _out_of_order(reason)


def _exchanged(progress: Progress, step: Step) -> Progress:
    """Totals, requests and records, as long as nobody has proposed."""
    if progress.standing is not None and progress.standing.kind in PROPOSALS:
        raise _out_of_order(f"proposal {progress.standing.message_id} waits for its answer")
    if step.kind is MessageKind.BUCKET_TOTALS:
        totals = progress.totals | {step.origin}
        # The totals of one side alone wait for those of the other, or for its silence.
        standing = step if len(totals) == 1 else None
        return replace(progress, totals=totals, has_records=False, standing=standing)
    _require_totals(progress)
    if step.kind is MessageKind.RECORD_REQUEST:
        asked = progress.requests | {(step.origin, step.message_id)}
        return replace(progress, requests=asked)
    if (OTHER[step.origin], step.in_reply_to) not in progress.requests:
        raise _out_of_order("records are sent in reply to a request for them")
    return replace(progress, has_records=True)


def _proposed(progress: Progress, step: Step) -> Progress:
    _require_totals(progress)
    if progress.standing is not None:
        reason = f"{progress.standing.message_id} stands already; answer it with a CounterProposal"
        raise _out_of_order(reason)
    known = None if progress.agreed is None else progress.agreed.message_id
    if step.replaces != known:
        raise _out_of_order("Replaces names no agreed proposal of this period")
    if progress.agreed is not None:
        before = _amounts(progress.agreed.settled)
        if {each.direction: each.before for each in step.settled} != before:
            raise refused("wrong-before", "the amounts before are not those that were agreed")
    return replace(progress, standing=step)


def _answered(progress: Progress, step: Step) -> Progress:
    standing = progress.standing
    if standing is None or standing.origin == step.origin:
        raise _out_of_order("there is nothing of the other side that waits for an answer")
    if step.in_reply_to != standing.message_id:
        raise _out_of_order(f"it does not answer {standing.message_id}, which is what stands")
    if step.kind is MessageKind.COUNTER_PROPOSAL:
        if standing.kind not in PROPOSALS:
            raise _out_of_order("there is no proposal yet; send your totals, then a Proposal")
        return replace(progress, standing=replace(step, replaces=standing.replaces))
    if step.kind is MessageKind.OBJECTION:
        # What was agreed before stays agreed where only its replacement is objected to.
        return replace(progress, standing=None, is_objected=progress.agreed is None)
    if _amounts(step.settled) != _amounts(standing.settled):
        reason = f"the amounts are not those of {standing.message_id}"
        raise refused("wrong-amounts", reason)
    return replace(progress, standing=None, agreed=standing, is_silent=False)


def _named(step: Step) -> tuple[Origin, str]:
    return step.origin, step.message_id


def _require_totals(progress: Progress) -> None:
    if len(progress.totals) < len(BOTH):
        raise _out_of_order("the totals of both sides come first")


def _amounts(settled: Iterable[Settled]) -> dict[str, object]:
    return {each.direction: each.amount for each in settled}


def _out_of_order(reason: str) -> MessageRefused:
    return refused("out-of-order", reason)
