"""A change of a revenue share, interconnect or commission: a first version, a next one, or its end.

Draft, reviewed, approved by a second person, or rejected. What is approved holds from its day on:
it waits, is in force, was replaced by a later version, or has ended.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Literal
from uuid import UUID

from i18n.errors import Conflict, Invalid, NotFound
from settlement.agreements.agreed import AgreedTerms

NO_TERMS: Final[Mapping[str, Any]] = {}


DIRECTED: Final = ("incoming", "outgoing", "transit")
AgreementKind = Literal["revenue_share", "interconnect", "commission"]


class Kind(StrEnum):
    """What changes: terms are agreed, or the agreement ends."""

    TERMS = "terms"
    END = "end"


class Status(StrEnum):
    """How far a change has come."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    REJECTED = "rejected"


class Standing(StrEnum):
    """What an approved change is on a day."""

    WAITING = "waiting"
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    ENDED = "ended"


class NoSuchAmendment(NotFound):
    """There is no amendment {amendment}. Check its id."""


class AmendmentNotDraft(Conflict):
    """The amendment of agreement {code} is {status}. Only a draft is changed and reviewed; draft
    another one.
    """


class AmendmentNotReviewed(Conflict):
    """The amendment of agreement {code} is {status}. Only what was reviewed is approved; review it,
    or draft another one.
    """


class AmendmentDecided(Conflict):
    """The amendment of agreement {code} is {status}. Nothing is left to decide; draft another
    one.
    """


class AmendmentFaulty(Conflict):
    """The amendment of agreement {code} has faults: {faults}. Correct the draft, then review it."""


class NoticeTooShort(Invalid):
    """Agreement {code} asks for {days} days of notice: what is announced on {announced_on} holds
    from {earliest}, not from {valid_from}. Choose {earliest} or a later day.
    """


@dataclass(frozen=True, slots=True)
class Drafted:
    """What is to be agreed: for an end, `valid_from` is the first day without and terms are empty.

    Terms are kept as they were written, faulty ones too, so that their faults can be shown. Trunks
    are of interconnect only: those that carry its traffic, beside the ones it has already.
    """

    kind: Kind
    code: str
    party_id: UUID
    currency: str
    valid_from: dt.date
    valid_until: dt.date | None = None
    terms: Mapping[str, Any] = field(default_factory=lambda: NO_TERMS)
    policies: Mapping[str, str] | None = None
    agreement_kind: AgreementKind = "revenue_share"
    trunks: tuple[str, ...] = ()

    @property
    def products(self) -> list[str]:
        """The products that it says are shared, as far as they can be read."""
        named = self.terms.get("products")
        return [each for each in named if isinstance(each, str)] if isinstance(named, list) else []

    @property
    def tariffs(self) -> list[str]:
        """The tariffs that interconnect terms name, as far as they can be read."""
        named = [self.terms.get(direction) for direction in DIRECTED]
        return [each for each in named if isinstance(each, str)]


@dataclass(frozen=True, slots=True)
class Amendment:
    """A change, who drafted, reviewed and decided it, and the version it became."""

    id: UUID
    drafted: Drafted
    status: Status
    proposed_by: str
    proposed_at: dt.datetime
    reviewed_by: str | None = None
    reviewed_at: dt.datetime | None = None
    decided_by: str | None = None
    decided_at: dt.datetime | None = None
    terms_id: UUID | None = None
    standing: Standing | None = None

    @property
    def code(self) -> str:
        """The code of the agreement."""
        return self.drafted.code


def require_notice(before: AgreedTerms | None, code: str, today: dt.date, day: dt.date) -> None:
    """Refuse a change that holds before its notice ends; a first version needs none.

    The day of the announcement plus N is the first day. Raises NoticeTooShort.
    """
    days = before.notice_days if before else 0
    earliest = today + dt.timedelta(days=days)
    if days and day < earliest:
        raise NoticeTooShort(
            code=code, days=days, announced_on=today, earliest=earliest, valid_from=day
        )


def version_before(versions: Iterable[AgreedTerms], day: dt.date) -> AgreedTerms | None:
    """The last version that began before a day."""
    return next((each for each in reversed(list(versions)) if each.valid_from < day), None)


def standing_on(version: AgreedTerms, versions: Iterable[AgreedTerms], today: dt.date) -> Standing:
    """What a version that was agreed is on a day."""
    if today < version.valid_from:
        return Standing.WAITING
    if version.valid_until is None or today < version.valid_until:
        return Standing.IN_FORCE
    later = any(version.valid_until == each.valid_from for each in versions)
    return Standing.REPLACED if later else Standing.ENDED
