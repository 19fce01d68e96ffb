"""Which agreements of an exchange the book holds, and which of those are agreed no longer.

    proposal P, our acceptance A of it          agreed: P     booked, caused by P
    acknowledgement R, which refuses A          agreed: -     taken back, caused by R
    another acceptance B of P, or silence       agreed: P     booked, caused by B, or by A

A cause is booked once, so what is agreed anew is caused by an acceptance that has booked nothing
yet. What was taken back is the last that stood: nothing is refused that later messages build on.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from settlement.interconnect.exchange.messages import ExchangeMessage
from settlement.interconnect.exchange.progress import OTHER
from settlement.interconnect.settling.settlement import Settlement
from statements.exchange.message import MessageKind


class Standing(NamedTuple):
    """An agreed message whose amounts are booked, and how they were."""

    agreed: ExchangeMessage
    settled: tuple[Settlement, ...]


def standing(
    messages: Sequence[ExchangeMessage], settlements: Sequence[Settlement]
) -> list[Standing]:
    """What is booked and not taken back, the earliest first; settlements in their order."""
    by_id = {each.id: each for each in messages}
    found: list[Standing] = []
    for cause_id, settled in groupby(settlements, lambda each: each.exchange_message_id):
        cause = by_id[cause_id]
        if cause.kind is MessageKind.ACKNOWLEDGEMENT:
            found.pop()
        else:
            found.append(Standing(_agreed_to(messages, cause), tuple(settled)))
    return found


def agreed_no_longer(
    messages: Sequence[ExchangeMessage], booked: Sequence[Standing], agreed: Collection[UUID]
) -> Iterator[tuple[tuple[Settlement, ...], ExchangeMessage]]:
    """What to take back, the last first, each with the acknowledgement that refused it."""
    for each in reversed(booked):
        refusal = None if each.agreed.id in agreed else _refusal(messages, each.agreed)
        if refusal is None:
            return
        yield each.settled, refusal


def naming(
    messages: Sequence[ExchangeMessage], agreed: ExchangeMessage, named: Collection[UUID]
) -> UUID:
    """The cause of booking an agreed message: itself, or an acceptance of it after that."""
    acceptances = [each.id for each in reversed(messages) if _accepts(each, agreed)]
    return next(each for each in (agreed.id, *acceptances) if each not in named)


def _agreed_to(messages: Sequence[ExchangeMessage], cause: ExchangeMessage) -> ExchangeMessage:
    if cause.kind is not MessageKind.ACCEPTANCE:
        return cause
    return next(each for each in messages if _accepts(cause, each))


def _accepts(message: ExchangeMessage, proposal: ExchangeMessage) -> bool:
    is_its_answer = message.in_reply_to == proposal.message_id
    is_by_the_other = message.origin == OTHER[proposal.origin]
    return message.kind is MessageKind.ACCEPTANCE and is_its_answer and is_by_the_other


def _refusal(
    messages: Sequence[ExchangeMessage], agreed: ExchangeMessage
) -> ExchangeMessage | None:
    """The last acknowledgement that refused our acceptance of it."""
    refused = {
        each.message_id
        for each in messages
        if each.verdict == "refused" and each.origin == "ours" and _accepts(each, agreed)
    }
    for each in reversed(messages):
        is_theirs = each.origin == "theirs" and each.verdict == "accepted"
        is_acknowledgement = each.kind is MessageKind.ACKNOWLEDGEMENT
        if is_theirs and is_acknowledgement and each.in_reply_to in refused:
            return each
    return None
