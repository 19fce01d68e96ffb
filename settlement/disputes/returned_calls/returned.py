"""A RAP file that a roaming partner sent us, and what it returns of our TAP files."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from i18n.errors import NotFound


class NoSuchRapFile(NotFound):
    """There is no RAP file {file}. Choose one that is listed."""


class ReturnKind(StrEnum):
    """What is returned: one event, a whole file, files that never came, files from now on."""

    SEVERE = "severe"
    FATAL = "fatal"
    MISSING = "missing"
    STOP = "stop"


class Between(NamedTuple):
    """Who sends RAP files to whom, under numbers of their own, and which carrier that is."""

    carrier_id: UUID
    sender: str
    recipient: str

    @property
    def stream(self) -> str:
        """What stands before the number in the names of the files."""
        return f"RC{self.sender}{self.recipient}"


@dataclass(frozen=True, slots=True)
class RapFile:
    """A RAP file taken in; `amount` is what it returns of our charges, at six decimals.

    `currency` is None where nothing is returned that has an amount.
    """

    id: UUID
    carrier_id: UUID
    sender: str
    recipient: str
    sequence: int
    returns: int
    amount: Decimal
    currency: str | None
    sha256: str
    taken_in_at: dt.datetime

    @property
    def name(self) -> str:
        """The name that networks exchange it under: returned data, from, to, number."""
        return f"RC{self.sender}{self.recipient}{self.sequence:05}"

    @property
    def acknowledgement_name(self) -> str:
        """The name of our word that it came."""
        return f"AC{self.recipient}{self.sender}{self.sequence:05}"


@dataclass(frozen=True, slots=True)
class ReturnedFile:
    """What one RAP file returns of one TAP file: what a dispute is about."""

    id: UUID
    rap_file_id: UUID
    tap_file_id: UUID
    reason: str
    calls: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ReturnedCall:
    """One return, by its place in the RAP file.

    `place` is that of the event in the TAP file, `began` its start as it was told there;
    `error_code` and `item` say what is wrong, the item by its TAP tag number, 0 where none is
    named. Files that never came, or are to stop, have numbers instead.
    """

    line: int
    kind: ReturnKind
    amount: Decimal
    tap_file_id: UUID | None = None
    place: int | None = None
    began: str | None = None
    error_code: int | None = None
    item: int | None = None
    first_number: int | None = None
    last_number: int | None = None
