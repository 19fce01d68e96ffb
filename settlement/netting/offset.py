"""An offset on its way: proposed by us, agreed to by every party in it, booked by a second person.

proposed ── agreed ── booked
    └──────────┴───── refused   by a party or by us, with the reason

Where the netting agreement says `agreed_or_silent`, who has not refused on the last of so many days
after the day of the proposal agrees in silence the day after.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from currencies.fixing import Fixing
from currencies.money import Money, total
from i18n.errors import Conflict, Invalid, NotFound
from settlement.netting.netting import OffsetLine


class NoSuchNettingAgreement(NotFound):
    """There is no netting agreement {agreement}. Check the identifier."""


class NoSuchOffset(NotFound):
    """There is no offset {offset}. Check the identifier."""


class NettingAgreementExists(Conflict):
    """There is a netting agreement {code} already. Choose another code."""


class NettedElsewhere(Conflict):
    """{party} is in netting agreement {code}. End that one first."""


class NettingAgreementEnded(Conflict):
    """Netting agreement {code} has ended. Declare a new one."""


class NotNetted(Invalid):
    """{party} is a {kind}. Netting is agreed with partners and carriers."""


class ThresholdMissing(Invalid):
    """The agreement nets in {currency} without a threshold for it. Name one; 0 is a threshold."""


class NegativeThreshold(Invalid):
    """The threshold {threshold} is below zero. Name 0 or more."""


class FixingIncomplete(Invalid):
    """Currencies meet only by a currency and a fixing. Name both or neither."""


class SilenceUnclear(Invalid):
    """Silence agrees after a number of days. Name {acceptance} with 1 day or more, or neither."""


class NothingToNet(Conflict):
    """{code}: in no currency do both sides reach the threshold. Nothing is set off."""


class OffsetWaiting(Conflict):
    """Offset {number} of {code} is {status}. Book or refuse it, then propose again."""


class OffsetNotOpen(Conflict):
    """Offset {number} is {status}. Only a proposed one can be agreed to."""


class OffsetNotAgreed(Conflict):
    """Offset {number} is {status}. It is booked once every party in it has agreed."""


class NotInOffset(Invalid):
    """The party has nothing in offset {number}. Only parties with a line in it agree to it."""


class OffsetOutdated(Conflict):
    """Offset {number} takes more than is free now: {what}. Refuse it and propose again."""


class RefusalWithoutReason(Invalid):
    """Offset {number} is refused without a reason. Say why."""


class ConsentWithoutReference(Invalid):
    """Name the letter or message by which the party agreed to offset {number}."""


class Acceptance(StrEnum):
    """How a party agrees to an offset."""

    AGREED = "agreed"
    AGREED_OR_SILENT = "agreed_or_silent"


class Status(StrEnum):
    """How far an offset is."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    BOOKED = "booked"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class NettingAgreement:
    """Who nets with us and from which amounts on.

    Thresholds are by currency. With `currency` and `fixing` all balances are set off in that
    currency; without, each currency by itself. Silence agrees after `silence_days`, if at all.
    """

    id: UUID
    code: str
    party_ids: tuple[UUID, ...]
    thresholds: Mapping[str, Money]
    currency: str | None
    fixing: Fixing | None
    declared_by: str
    declared_at: dt.datetime
    ended_at: dt.datetime | None = None
    acceptance: Acceptance = Acceptance.AGREED
    silence_days: int | None = None

    @property
    def net_from(self) -> list[Money]:
        """The thresholds, by currency."""
        return [self.thresholds[code] for code in sorted(self.thresholds)]

    @property
    def currencies(self) -> list[str]:
        """The currencies in which it sets off."""
        return [self.currency] if self.currency else sorted(self.thresholds)


@dataclass(frozen=True, slots=True)
class Consent:
    """That a party agreed: its own user, one of ours with the reference of its letter, or nobody,
    where the party was silent for as long as was agreed.
    """

    party_id: UUID
    agreed_by: str
    agreed_at: dt.datetime
    reference: str
    is_silent: bool = False


@dataclass(frozen=True, slots=True)
class Offset:
    """One offset with its lines and who agreed to it.

    `payable` and `receivable` are both sides as they stood when it was proposed. `silent_from` is
    the day on which silence agrees to it, None where it never does.
    """

    id: UUID
    agreement_id: UUID
    number: str
    status: Status
    payable: Money
    receivable: Money
    amount: Money
    netted_on: dt.date
    lines: tuple[OffsetLine, ...]
    consents: tuple[Consent, ...]
    proposed_by: str
    proposed_at: dt.datetime
    booked_by: str | None = None
    booked_at: dt.datetime | None = None
    reason: str = ""
    silent_from: dt.date | None = None

    @property
    def party_ids(self) -> set[UUID]:
        """The parties that have to agree."""
        return {line.party_id for line in self.lines}

    @property
    def waits_for(self) -> set[UUID]:
        """The parties that have not agreed yet."""
        return self.party_ids - {each.party_id for each in self.consents}

    def seen_by(self, party_id: UUID) -> "Offset":
        """The same for a party of it: its own lines and consent, and the sides of these lines."""
        lines = tuple(each for each in self.lines if each.party_id == party_id)
        code = str(self.amount.currency.code)
        ours = total((each.counted for each in lines if each.is_ours_to_pay), code)
        theirs = total((each.counted for each in lines if not each.is_ours_to_pay), code)
        return replace(
            self,
            lines=lines,
            consents=tuple(each for each in self.consents if each.party_id == party_id),
            payable=ours,
            receivable=theirs,
            amount=max(ours, theirs),
        )


def checked_silence(acceptance: Acceptance, days: int | None) -> None:
    """Days are named where silence agrees, and only there. Raises SilenceUnclear."""
    is_named = days is not None and days >= 1
    if is_named != (acceptance is Acceptance.AGREED_OR_SILENT) or (days is not None) != is_named:
        raise SilenceUnclear(acceptance=Acceptance.AGREED_OR_SILENT.value)


def silent_from(proposed_on: dt.date, days: int | None) -> dt.date | None:
    """The day after the last of so many days; the day of the proposal is not counted."""
    return None if days is None else proposed_on + dt.timedelta(days=days + 1)


def offset_number(code: str, currency: str, on: dt.date, earlier: int) -> str:
    """The number of an offset: NET-ATLAS-20261110-EUR-01."""
    return f"NET-{code}-{on:%Y%m%d}-{currency}-{earlier + 1:02}"
