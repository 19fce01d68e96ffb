"""What a message of the two-step exchange says, whoever wrote it.

Directions are told from the side that sends the message, as in its XML; who keeps a message turns
them round once. Amounts are exact, in the currency of the header. Records are columns (`RECORDS`),
everything else is small enough for values. The schema is `schemas/saldo-exchange-1.0.xsd`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final, Literal, NamedTuple

import polars as pl

from currencies.amounts import AMOUNT
from i18n.errors import Invalid
from statements.document import Period

NAMESPACE: Final = "urn:saldo:exchange:1.0"
VERSION: Final = "1.0"
Q: Final = f"{{{NAMESPACE}}}"

Verdict = Literal["accepted", "refused"]


class MessageKind(StrEnum):
    """The kinds of messages, by the names of their root elements."""

    BUCKET_TOTALS = "BucketTotals"
    RECORD_REQUEST = "RecordRequest"
    RECORDS = "Records"
    ACKNOWLEDGEMENT = "Acknowledgement"
    PROPOSAL = "Proposal"
    COUNTER_PROPOSAL = "CounterProposal"
    ACCEPTANCE = "Acceptance"
    OBJECTION = "Objection"


# One row for each record; `day` and what follows say its bucket, `corrects` the month corrected.
RECORDS: Final = pl.Schema(
    {
        "record_id": pl.String(),
        "calling": pl.String(),
        "called": pl.String(),
        "started_at": pl.Datetime("us", "UTC"),
        "seconds": pl.Int64(),
        "amount": AMOUNT,
        "direction": pl.String(),
        "trunk": pl.String(),
        "destination": pl.String(),
        "day": pl.Date(),
        "corrects": pl.String(),
    }
)


class BucketKey(NamedTuple):
    """What is counted together."""

    day: date
    direction: str
    trunk: str
    destination: str


class Figures(NamedTuple):
    """How many records, their billed seconds and their exact amount."""

    records: int
    seconds: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BucketTotal:
    """The control totals of a bucket; `corrects` is the month (`2026-09`) it takes back from."""

    key: BucketKey
    figures: Figures
    hash: str
    corrects: str | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """An amount for one direction; `before` is what had been agreed where that is replaced."""

    direction: str
    amount: Decimal
    before: Decimal | None = None


class RefusedLine(NamedTuple):
    """Why a line of a message is refused; number 0 is the message as a whole."""

    number: int
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Header:
    """Who says it to whom, about which agreement and period, and in which place of the order."""

    id: str
    in_reply_to: str | None
    sender: str
    receiver: str
    agreement: str
    period: Period
    time_zone: str
    currency: str
    created_at: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class Message:
    """One message. Fields that its kind does not have are empty.

    `totals` of a Records message are not written: they are what its records come to.
    """

    kind: MessageKind
    header: Header
    totals: tuple[BucketTotal, ...] = ()
    requested: tuple[BucketKey, ...] = ()
    settled: tuple[Settled, ...] = ()
    replaces: str | None = None
    text: str = ""
    verdict: Verdict = "accepted"
    received: str = ""
    lines: tuple[RefusedLine, ...] = ()


class MessageRefused(Invalid):
    """The message is refused: {reason}. Correct it and send it again."""

    def __init__(self, lines: tuple[RefusedLine, ...]) -> None:
        self.lines = lines
        first = lines[0]
        where = f"line {first.number}: " if first.number else ""
        more = f", and {len(lines) - 1} more" if len(lines) > 1 else ""
        super().__init__(reason=f"{where}{first.reason}{more}")


def refused(code: str, reason: str, number: int = 0) -> MessageRefused:
    """A refusal for one reason, of the message as a whole where no line is named."""
    return MessageRefused((RefusedLine(number, code, reason),))
