"""Take in and send messages of the exchange; an objection of either side opens its dispute.

What the messages agree on is booked by `interconnect.settling`, and what comparisons accepted where
nothing is agreed any more by `interconnect.reconciling`.

A dispute is about our declaration. An objection that comes before we have declared waits, and is
opened by the next message or by the job.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import BinaryIO
from uuid import UUID

from currencies.money import money
from settlement.disputes import service as disputes
from settlement.disputes.dispute import Dispute, Reason, Side
from settlement.disputes.objections import store
from settlement.disputes.objections.objected import buckets_in, variance
from settlement.disputes.service import Counted, Said
from settlement.interconnect import service as interconnect
from settlement.interconnect.exchange import service as exchange
from settlement.interconnect.exchange.keeping import service as keeping
from settlement.interconnect.exchange.messages import ExchangeMessage
from settlement.interconnect.exchange.sending import service as sending
from settlement.interconnect.reconciling import service as reconciling
from statements.exchange.message import MessageKind, Settled
from statements.exchange.reading import read_message
from tenants.session import TenantSession

SIDES = {"ours": Side.US, "theirs": Side.THEM}


def receive(session: TenantSession, carrier_id: UUID, content: BinaryIO) -> bytes:
    """Take in a message of a carrier, as `exchange.receive` does.

    What it objects to is opened, and what it agrees to is booked.
    """
    answer = exchange.receive(session, carrier_id, content)
    reconciling.book_last(session, carrier_id)
    open_objected(session, carrier_id)
    return answer


def settle(
    session: TenantSession,
    agreement: str,
    period: str,
    kind: MessageKind,
    amounts: Sequence[Settled],
    *,
    text: str = "",
    replaces: str | None = None,
) -> ExchangeMessage:
    """Send a proposal or an answer, as `sending.settle` does.

    What we object to is opened, and what we agree to is booked.
    """
    sent = sending.settle(session, agreement, period, kind, amounts, text=text, replaces=replaces)
    reconciling.book_last(session, sent.carrier_id)
    open_objected(session, sent.carrier_id)
    return sent


def open_objected(session: TenantSession, carrier_id: UUID | None = None) -> list[Dispute]:
    """Open the disputes of objections that have none yet, of a carrier or of all.

    One for each direction, over its amount, with the buckets that differ there.
    """
    opened = []
    for message in keeping.objections(session, carrier_id):
        own = session.principal.party_id
        if own is None or message.origin == "theirs":
            opened += _opened(session, message)
    return opened


def buckets(session: TenantSession, dispute_id: UUID) -> list[store.DisputedBucketRow]:
    """The buckets that a dispute is about; none where no objection opened it.

    Raises NoSuchDispute.
    """
    return store.of_dispute(session, disputes.dispute(session, dispute_id).id)


def _opened(session: TenantSession, message: ExchangeMessage) -> list[Dispute]:
    assert message.agreement_id is not None, "an objection that was accepted has its place"
    assert message.period_id is not None, "and its period"
    place = keeping.place_by_ids(session, message.agreement_id, message.period_id)
    ours = interconnect.own_declaration(
        session, message.carrier_id, message.agreement_id, message.period_id
    )
    known = {each.document_line for each in disputes.of_objection(session, message.id)}
    if ours is None:
        return []
    differing = keeping.differing_buckets(session, place)
    words = read_message(BytesIO(keeping.bytes_of(session, message.id))).text
    opened = []
    for objected in message.amounts:
        if not objected.amount or objected.direction in known:
            continue
        found = buckets_in(objected.direction, differing)
        amount = money(variance(objected, found), place.agreement.currency)
        dispute = disputes.dispute_counted(
            session,
            Counted(message.carrier_id, ours.document_id, objected.direction, amount),
            Said(Reason.OTHER, words, SIDES[message.origin]),
            objection_id=message.id,
        )
        store.add(session, dispute.id, found)
        opened.append(dispute)
    return opened
