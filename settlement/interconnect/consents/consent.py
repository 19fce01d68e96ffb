"""Whether a correction waits for the other side, and what that said (rule R60).

    declared ── waiting ── agreed            by the carrier, in a letter, or by its own declaration
                   │  └─── deemed_accepted   in silence, with the day after the objection window
                   └────── refused           may still be agreed to

A month is accepted when the two-step exchange agreed on it, when the last comparison lies within
the tolerance, or when nobody objected in time. What corrects an accepted month is declared at once
and booked once the other side accepts. The policy `accepted_corrections` of the agreement says
whether silence does that (`agreed_or_silent`), or words only (`agreed`), or nobody is asked
(`at_once`).
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from i18n.errors import Conflict, Invalid
from settlement.interconnect.comparison import Agreement

POLICY: Final = "accepted_corrections"
BY_SILENCE: Final = "agreed_or_silent"
AT_ONCE: Final = "at_once"


class NoConsentAsked(Conflict):
    """Declaration {number} waits for nobody's consent. Only a correction of an accepted month
    does.
    """


class CorrectionDecided(Conflict):
    """Correction {number} is {status}. Only one that waits can be refused."""


class ConsentWithoutLetter(Invalid):
    """Name the letter or message in which the carrier answered correction {number}."""


class CorrectionRefusedWithoutReason(Invalid):
    """Correction {number} is refused without a reason. Say why."""


class Status(StrEnum):
    """What became of a correction that needs consent."""

    WAITING = "waiting"
    AGREED = "agreed"
    DEEMED_ACCEPTED = "deemed_accepted"
    REFUSED = "refused"


ACCEPTED: Final = (Status.AGREED, Status.DEEMED_ACCEPTED)


@dataclass(frozen=True, slots=True)
class Consent:
    """That a correction of ours needs consent, who asked, and who answered what when.

    `reference` names the letter where one of ours noted the answer; `reason` is why it was refused.
    """

    declaration_id: UUID
    status: Status
    asked_by: str
    asked_at: datetime
    answered_by: str | None
    answered_at: datetime | None
    reference: str
    reason: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What has been said of a declaration: in the exchange, by comparison, in a dispute."""

    is_agreed: bool
    is_disputed: bool
    verdict: Agreement | None


def was_accepted(heard: Heard, deemed_on: date, today: date) -> bool:
    """Whether a declaration is accepted by that day, in words or in silence (rule R56)."""
    if heard.is_agreed:
        return True
    if heard.is_disputed:
        return False
    if heard.verdict is not None:
        return heard.verdict is not Agreement.OUT_OF_TOLERANCE
    return today >= deemed_on
