"""A numbered resource: a number, line or port, of which there is one, and what became of it when.

It is busy while a subscription has it, reserved while somebody is to get it, in quarantine after a
subscription gave it back, and free on every other day. Reservations and quarantines are over on the
day they are due, whether or not anybody writes that down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from i18n.errors import Conflict, Invalid, NotFound
from settlement.parties.validity import holds_on

KINDS: Final = ("number", "line", "port")
STATES: Final = ("free", "busy", "reserved", "quarantine")
LARGEST_RANGE: Final = 1_000_000
LONGEST_CODE: Final = 80
LONGEST_QUARANTINE: Final = 3650

State = Literal["free", "busy", "reserved", "quarantine"]


class RangeUnclear(Invalid):
    """The range from {first} to {last} is unclear. Write two numbers of 1 to 17 digits and equal
    length, the smaller first, at most a million apart.
    """


class CodeUnusable(Invalid):
    """The code {code} is not usable. Write 1 to 80 printable characters without blanks."""


class QuarantineUnclear(Invalid):
    """A quarantine of {days} days is not possible. Take 0 to 3650."""


class ResourcesExist(Conflict):
    """{count} of these are there already, for example {code}. Import only what is new."""


class NoSuchResource(NotFound):
    """There is no number, line or port {resource}. Import it first."""


class ResourceNotFree(Conflict):
    """{code} is {state} from {valid_from} until {valid_until}. Free it first, or take another
    one.
    """


class NothingToFree(Conflict):
    """{code} is {state} on {on}. Only what is reserved or in quarantine can be freed; what is busy
    is given back with its subscription.
    """


class ReservationUnclear(Invalid):
    """A reservation from {valid_from} until {due_on} is not possible. It ends on a later day than
    it begins, and says for what.
    """


@dataclass(frozen=True, slots=True)
class Stay:
    """What a resource is from one local day until another; no end is no end.

    `due_on` is the day on which a reservation or quarantine is over. `subscription_id` is whose it
    is, or was before its quarantine; `held_for` whose it is to be.
    """

    state: State
    valid_from: date
    valid_until: date | None = None
    due_on: date | None = None
    subscription_id: UUID | None = None
    party_id: UUID | None = None
    held_for: str = ""

    @property
    def ends_on(self) -> date | None:
        """The first day on which it is no longer so."""
        return self.valid_until or self.due_on

    def holds_on(self, day: date) -> bool:
        """Whether it is so on a day."""
        return holds_on(day, self.valid_from, self.ends_on)

    def meets(self, first: date, until: date | None) -> bool:
        """Whether it is so on some day of [first, until)."""
        if self.ends_on is not None and self.ends_on <= max(first, self.valid_from):
            return False
        return until is None or self.valid_from < until


@dataclass(frozen=True, slots=True)
class ResourceRange:
    """Resources that were taken into stock together, and the days they rest."""

    id: UUID
    name: str
    kind: str
    quarantine_days: int
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class Resource:
    """One number, line or port, and what it is on the day asked for."""

    id: UUID
    kind: str
    code: str
    state: State
    since: date | None = None
    until: date | None = None
    subscription_id: UUID | None = None
    held_for: str = ""


@dataclass(frozen=True, slots=True)
class Occupation:
    """A subscription that is given what usage names it by, on local days of its customer."""

    code: str
    subscription_id: UUID
    customer_id: UUID
    valid_from: date
    valid_until: date | None = None


def numbers_between(first: str, last: str) -> list[str]:
    """All numbers of a range, both ends included. Raises RangeUnclear."""
    for end in (first, last):
        if not isinstance(end, str) or not (end.isascii() and end.isdigit() and len(end) <= 17):
            raise RangeUnclear(first=repr(first)[:40], last=repr(last)[:40])
    if len(first) != len(last) or not 0 <= int(last) - int(first) < LARGEST_RANGE:
        raise RangeUnclear(first=first, last=last)
    return [str(number).zfill(len(first)) for number in range(int(first), int(last) + 1)]


def checked_codes(codes: Sequence[str]) -> list[str]:
    """Codes of lines or ports, each once, in order. Raises CodeUnusable."""
    for code in codes:
        short = isinstance(code, str) and 0 < len(code) <= LONGEST_CODE
        if not short or not code.isprintable() or any(letter.isspace() for letter in code):
            raise CodeUnusable(code=repr(code)[:90])
    return sorted(set(codes))


def checked_quarantine(days: int) -> int:
    """How many days a resource rests after it was given back. Raises QuarantineUnclear."""
    if isinstance(days, bool) or not isinstance(days, int) or not 0 <= days <= LONGEST_QUARANTINE:
        raise QuarantineUnclear(days=repr(days)[:20])
    return days
