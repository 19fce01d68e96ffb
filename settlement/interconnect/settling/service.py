"""Book what an exchange has agreed: what is settled less what was declared, once for each message.

An agreement closes a month: it counts instead of what a comparison accepted before, and what is
compared afterwards books nothing (`is_settled`). It waits for our declaration where it comes first.
An acceptance of ours that the carrier refuses agrees to nothing: what it booked is taken back by
entries of their own (`standing`).
"""

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from currencies.money import Money, money, total
from settlement.interconnect import service as interconnect
from settlement.interconnect.exchange.keeping import service as keeping
from settlement.interconnect.exchange.messages import ExchangeMessage
from settlement.interconnect.exchanged import Exchanged
from settlement.interconnect.posting import accepted_variance
from settlement.interconnect.settling import store
from settlement.interconnect.settling.settlement import Settlement, taken_back
from settlement.interconnect.settling.standing import (
    Standing,
    agreed_no_longer,
    naming,
    standing,
)
from settlement.interconnect.traffic import DIRECTIONS, Direction
from settlement.ledger import service as ledger
from settlement.periods.service import NoSuchPeriod
from tenants.session import TenantSession

OWED: Final[dict[Direction, str]] = {
    "incoming": "carrier_receivable",
    "outgoing": "carrier_payable",
}


def book_agreed(session: TenantSession, agreement_id: UUID, period_id: UUID) -> list[Settlement]:
    """Book what an exchange has agreed by now; again, nothing. Returns what is newly settled.

    What is agreed no longer is taken back first.

    Raises NoSuchAgreementBetweenUs and, where a difference has no open period to bear it,
    NoSuchPeriod.
    """
    place = keeping.place_by_ids(session, agreement_id, period_id)
    keeping.hold_carrier(session, place.carrier.id)
    ours = interconnect.own_declaration(session, place.carrier.id, agreement_id, period_id)
    if ours is None:
        return []
    messages = keeping.messages_at(session, place)
    agreed = keeping.agreed_messages(session, place)
    settled = _take_back(session, ours, messages, {each.id for each in agreed})
    known = {each.agreed.id for each in _standing(session, ours, messages)}
    named = {each.exchange_message_id for each in store.settlements(session, ours.id)}
    for message in agreed:
        if message.id not in known:
            cause_id = naming(messages, message, named)
            settled += _settle(session, ours, message, agreed[0], cause_id)
    return settled


def book_last(session: TenantSession, carrier_id: UUID) -> list[Settlement]:
    """Book what the exchange that moved last with a carrier has agreed by now.

    A carrier's message stands whether or not we have a month open to book it in: without one this
    books nothing, and `book_unsettled` does later.
    """
    last = keeping.last_place(session, carrier_id)
    try:
        return [] if last is None else book_agreed(session, *last)
    except NoSuchPeriod:
        return []


def book_unsettled(session: TenantSession) -> list[Settlement]:
    """Book every exchange that silence has agreed, or that waited for our declaration."""
    return [
        each
        for agreement_id, period_id in store.unsettled(session)
        for each in book_agreed(session, agreement_id, period_id)
    ]


def is_settled(session: TenantSession, ours: Exchanged) -> bool:
    """Whether an exchange has agreed on what a declaration of ours states; what it has is booked.

    Exchanges are of months: a correction is never settled by one.
    """
    if ours.corrects_id is not None:
        return False
    book_agreed(session, ours.agreement_id, ours.period_id)
    return _is_standing(session, ours)


def booked_beyond(session: TenantSession, document_id: UUID, direction: Direction) -> Money | None:
    """What the book holds beyond what a declaration of ours states, once an exchange has agreed.

    None where none has agreed on that month, and for a document that declares none.
    """
    ours = interconnect.declared_in(session, document_id)
    if ours is None or not _is_standing(session, ours):
        return None
    added = store.variances(session, ours.id, document_id, ours.currency)
    return money(added.get(OWED[direction], 0), ours.currency)


def _is_standing(session: TenantSession, ours: Exchanged) -> bool:
    place = keeping.place_by_ids(session, ours.agreement_id, ours.period_id)
    return bool(_standing(session, ours, keeping.messages_at(session, place)))


def _standing(
    session: TenantSession, ours: Exchanged, messages: Sequence[ExchangeMessage]
) -> list[Standing]:
    return standing(messages, store.settlements(session, ours.id))


def _take_back(
    session: TenantSession,
    ours: Exchanged,
    messages: Sequence[ExchangeMessage],
    agreed: Collection[UUID],
) -> list[Settlement]:
    """Book the opposite of what is agreed no longer, the last first; nothing stored is changed."""
    back: list[Settlement] = []
    for settled, refusal in agreed_no_longer(messages, _standing(session, ours, messages), agreed):
        opposite = [
            taken_back(each, session.ids.new(), refusal.id, session.now()) for each in settled
        ]
        _book(session, ours, refusal.id, opposite)
        store.add(session, opposite)
        back += opposite
    return back


def _settle(
    session: TenantSession,
    ours: Exchanged,
    message: ExchangeMessage,
    first: ExchangeMessage,
    cause_id: UUID,
) -> list[Settlement]:
    before = _before(session, ours, message, first)
    settlements = [
        Settlement(
            id=session.ids.new(),
            exchange_message_id=cause_id,
            declaration_id=ours.id,
            direction=direction,
            settled=money(each.amount, ours.currency),
            before=before[direction],
            settled_at=session.now(),
        )
        for direction in DIRECTIONS
        for each in message.amounts
        if each.direction == direction
    ]
    _book(session, ours, cause_id, settlements)
    store.add(session, settlements)
    return settlements


def _before(
    session: TenantSession, ours: Exchanged, message: ExchangeMessage, first: ExchangeMessage
) -> dict[Direction, Money]:
    """What is declared and booked of a month, by direction.

    The first agreement is about our declaration. One that replaces it is also about what we have
    declared since as corrections of the month, whether or not they are booked yet (R60).
    """
    declared = [ours, *(
        each for each in interconnect.corrections_to(session, ours)
        if first.exchanged_at < each.declared_at <= message.exchanged_at
    )]  # fmt: skip
    added = store.variances(session, ours.id, ours.document_id, ours.currency)
    stated = [interconnect.payable(session, each) for each in declared]
    booked = {each: money(added.get(OWED[each], 0), ours.currency) for each in DIRECTIONS}
    return {
        direction: total([booked[direction], *(each[direction] for each in stated)], ours.currency)
        for direction in DIRECTIONS
    }


def _book(
    session: TenantSession, ours: Exchanged, cause_id: UUID, settlements: Sequence[Settlement]
) -> None:
    differing = [each for each in settlements if each.difference.amount]
    if not differing:
        return
    cause = interconnect.booking(
        session, "exchange_message", cause_id, ours.carrier_id, ours.message_id
    )
    entries = [accepted_variance(each.direction, each.difference, cause) for each in differing]
    ledger.post(session, [entry for entry in entries if entry is not None])
