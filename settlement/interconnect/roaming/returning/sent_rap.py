"""A RAP file that we wrote, and what is wrong with what it returns."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from i18n.errors import Conflict, Invalid, NotFound
from mediation.formats.rap import ReturnError

# What a reason of suspense is in RAP: the code, and the item by its TAP tag number.
SEVERE: Final[Mapping[str, tuple[int, int]]] = {
    "AMOUNT_TOO_LARGE": (20, 62),
    "BAD_DURATION": (20, 223),
    "BAD_NUMBER": (10, 407),
    "BAD_QUANTITY": (20, 250),
    "BAD_TIME": (10, 44),
    "MISSING_TIME": (30, 44),
    "NO_AMOUNT": (30, 62),
    "NO_DURATION": (30, 223),
    "NO_SUBSCRIPTION": (200, 129),
    "NO_TIME": (30, 44),
    "NO_VOLUME": (30, 250),
    "UNKNOWN_CURRENCY": (20, 210),
    "UNKNOWN_EXCHANGE_RATE": (20, 105),
    "UNKNOWN_UTC_OFFSET": (20, 232),
}
# What a file that was refused as a whole is in RAP, by how its reason begins.
FATAL: Final[Mapping[str, ReturnError]] = {
    "BROKEN_BER": ReturnError(10, (1,)),
    "NOT_TAP": ReturnError(10, (1,)),
    "INCOMPLETE_FILE": ReturnError(30, (1,)),
    "UNSUPPORTED_VERSION": ReturnError(20, (1, 4, 201)),
    "BAD_DECIMAL_PLACES": ReturnError(20, (1, 5, 244)),
    "SEQUENCE_TAKEN": ReturnError(201, (1, 4, 109)),
}
TOTALS: Final[Mapping[str, int]] = {
    "records": 43,
    "total charge refund": 355,
    "total charge": 415,
    "total tax refund": 353,
    "total tax": 226,
    "total discount refund": 354,
    "total discount": 225,
    "earliest start": 101,
    "latest start": 133,
}


class NoSuchSentRapFile(NotFound):
    """There is no RAP file {file} of ours. Choose one that is listed."""


class NotFromANetwork(Invalid):
    """{file} is no TAP file. Return what came from a source of format tap."""


class NothingToReturn(Conflict):
    """Nothing of {file} waits or was refused that is not returned yet. Choose another file."""


class ErrorNotNamed(Invalid):
    """There is no usual error code for {reason}. Name error_code and item, as RAP has them."""


class TooLateToReturn(Conflict):
    """{file} came more than {days} days ago (policy rap_days). Agree with the network instead."""


class NotItsAcknowledgement(Invalid):
    """The file does not acknowledge {file}. Send the acknowledgement of this very RAP file."""


class NetworkNotNamed(Invalid):
    """{file} cannot be read, and its name does not say which network sent which number. Name it
    as networks do, as CDDEUT1POLKM00042.
    """


@dataclass(frozen=True, slots=True)
class SentRapFile:
    """A RAP file of ours; `write_off_id` proposes to give up the records that it returns.

    `amount` is the charge of the events with their tax; a whole file has none in RAP. One of no
    batch says which numbers of TAP files are `missing`.
    """

    id: UUID
    batch_id: UUID | None
    sender: str
    recipient: str
    sequence: int
    tap_sequence: int | None
    returns: int
    amount: Decimal
    currency: str | None
    sha256: str
    write_off_id: UUID | None
    written_at: dt.datetime
    acknowledged_at: dt.datetime | None = None
    missing: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """The name that networks exchange it under: returned data, from, to, number."""
        return f"RC{self.sender}{self.recipient}{self.sequence:05}"


def fatal_error(reason: str) -> ReturnError | None:
    """What a file is returned for that was refused for this reason; None where no code is usual."""
    word, _, told = reason.partition(": ")
    if word != "CONTROL_TOTALS":
        return FATAL.get(word)
    item = next((tag for total, tag in TOTALS.items() if told.startswith(f"{total} ")), None)
    return ReturnError(100, (1, 15) if item is None else (1, 15, item))


def severe_error(reason: str) -> tuple[int, int] | None:
    """Code and item of what a record waits for; None where no code is usual."""
    return SEVERE.get(reason)
