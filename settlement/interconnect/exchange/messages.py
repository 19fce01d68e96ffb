"""A message of the exchange as it is kept, and where an exchange stands."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from settlement.interconnect.exchange.differing import Differing
from settlement.interconnect.exchange.progress import State, Step
from settlement.interconnect.exchanged import Origin
from statements.exchange.message import MessageKind, RefusedLine, Settled

Outcome = Literal["sent", "accepted", "refused"]


@dataclass(frozen=True, slots=True)
class ExchangeMessage:
    """One message, ours or theirs; amounts are told from our side.

    `verdict` is the receiver's: ours is `sent` until the carrier acknowledges it. A message that
    could not be read so far has no kind, agreement and period. `place` is its place among all
    messages with the carrier; `records_sha256` the file of the records that came or went with it.
    """

    id: UUID
    carrier_id: UUID
    agreement_id: UUID | None
    period_id: UUID | None
    origin: Origin
    kind: MessageKind | None
    message_id: str
    in_reply_to: str | None
    sequence: int
    verdict: Outcome
    replaces: str | None
    amounts: tuple[Settled, ...]
    reasons: tuple[RefusedLine, ...]
    is_signed: bool
    sha256: str
    records_sha256: str | None
    exchanged_on: dt.date
    exchanged_at: dt.datetime
    place: int

    @property
    def counts(self) -> bool:
        """Whether it moved the exchange."""
        return self.verdict != "refused" and self.kind is not MessageKind.ACKNOWLEDGEMENT

    @property
    def step(self) -> Step:
        """The message as far as it moves the exchange."""
        assert self.kind is not None, "what moves the exchange could be read"
        return Step(
            origin=self.origin,
            kind=self.kind,
            message_id=self.message_id,
            on=self.exchanged_on,
            in_reply_to=self.in_reply_to,
            settled=self.amounts,
            replaces=self.replaces,
        )


@dataclass(frozen=True, slots=True)
class ExchangeState:
    """Where the exchange of one agreement and period stands.

    `waits_for` is the side that is to answer, and `deemed_accepted_on` the day on which its silence
    accepts; both None where nothing waits.
    """

    carrier_id: UUID
    agreement_id: UUID
    period_id: UUID
    agreement: str
    currency: str
    state: State
    waits_for: Origin | None
    deemed_accepted_on: dt.date | None
    amounts: tuple[Settled, ...]
    buckets: int
    differing: tuple[Differing, ...]
    messages: tuple[ExchangeMessage, ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A carrier's public certificate; messages of a carrier that has one must be signed."""

    id: UUID
    carrier_id: UUID
    certificate: str
    fingerprint: str
    registered_at: dt.datetime
