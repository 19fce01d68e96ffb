"""A check of a VAT number, and what may be issued because of it.

Reverse charge rests on the buyer's VAT number, so it needs a check that called the number valid,
not too long ago. A service that does not answer proves nothing, neither way: a valid check that is
still fresh stands, and without one the document waits. It is never issued at 0 % on hope (R87).
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from i18n.errors import Conflict, Invalid
from i18n.locale import Words, _, outside

# A monthly cycle, and the days in which it is billed.
FRESH_DAYS = 45

_PERIOD = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)


class VatNumberUnchecked(Conflict):
    """The VAT number {number} of {party} was not called valid in the last {days} days. Check it,
    then issue again.
    """


class VatNumberInvalid(Conflict):
    """{service} called the VAT number {number} of {party} invalid on {day}. Correct it, or decide
    to charge domestic VAT.
    """


class VatCheckUnanswered(Conflict):
    """The VAT number {number} of {party} could not be checked on {day}: {detail}. Check it again,
    then issue.
    """


class CheckUnclear(Invalid):
    """A check needs {field}. Write what the service said, word for word."""


class DecisionUnclear(Invalid):
    """A decision needs {field}. Write {wanted}."""


class Answer(StrEnum):
    """What came of asking."""

    VALID = "valid"
    INVALID = "invalid"
    NO_ANSWER = "no_answer"
    NOT_CONFIGURED = "not_configured"

    @property
    def is_an_answer(self) -> bool:
        """Whether the service said anything of the number."""
        return self in (Answer.VALID, Answer.INVALID)


@dataclass(frozen=True, slots=True)
class Told:
    """What a service told: its answer, its name for the request, whose number it is."""

    answer: Answer
    request_identifier: str = ""
    name: str = ""
    address: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class NumberCheck:
    """One check as it is kept: what was asked, of whom, when, by whom, and what was told."""

    id: UUID
    party_id: UUID
    number: str
    requester: str
    service: str
    told: Told
    checked_at: dt.datetime
    checked_by: str


@dataclass(frozen=True, slots=True)
class DomesticDecision:
    """A person's word that a customer is charged domestic VAT for a month, and why."""

    party_id: UUID
    period: str
    reason: str
    decided_at: dt.datetime
    decided_by: str


@dataclass(frozen=True, slots=True)
class Numbered:
    """A party and the VAT number it has now."""

    party_id: UUID
    name: str
    number: str


@dataclass(frozen=True, slots=True)
class CheckedNumbers:
    """The newest check of every number that said something, the newest that did not, decisions."""

    answered: Mapping[tuple[UUID, str], NumberCheck]
    unanswered: Mapping[tuple[UUID, str], NumberCheck]
    decided: frozenset[tuple[UUID, str]] = frozenset()
    fresh_days: int = FRESH_DAYS

    def evidence(self, of: Numbered, on: dt.date) -> NumberCheck:
        """The check that carries reverse charge on a day.

        Raises VatNumberInvalid, VatCheckUnanswered or VatNumberUnchecked.
        """
        check = self.answered.get((of.party_id, of.number))
        if check is not None and check.told.answer is Answer.INVALID:
            raise VatNumberInvalid(
                service=check.service, number=of.number, party=of.name, day=_day(check)
            )
        if check is not None and self.is_fresh(check, on):
            return check
        silent = self.unanswered.get((of.party_id, of.number))
        if silent is not None and (check is None or silent.checked_at > check.checked_at):
            raise VatCheckUnanswered(
                number=of.number,
                party=of.name,
                day=_day(silent),
                detail=outside(silent.service, silent.told.detail),
            )
        raise VatNumberUnchecked(number=of.number, party=of.name, days=self.fresh_days)

    def is_fresh(self, check: NumberCheck, on: dt.date) -> bool:
        """Whether a check still counts on a day: its own day and so many days after it."""
        return (on - check.checked_at.date()).days <= self.fresh_days

    def is_decided(self, party_id: UUID, period: str) -> bool:
        """Whether somebody decided that the party is charged domestic VAT for the month."""
        return (party_id, period) in self.decided


def checked_numbers(
    checks: Iterable[NumberCheck],
    decisions: Iterable[DomesticDecision] = (),
    fresh_days: int = FRESH_DAYS,
) -> CheckedNumbers:
    """What counts of checks, in any order: the newest of each number, answered or not."""
    answered: dict[tuple[UUID, str], NumberCheck] = {}
    unanswered: dict[tuple[UUID, str], NumberCheck] = {}
    for check in sorted(checks, key=lambda each: each.checked_at):
        kept = answered if check.told.answer.is_an_answer else unanswered
        kept[check.party_id, check.number] = check
    decided = frozenset((each.party_id, each.period) for each in decisions)
    return CheckedNumbers(answered, unanswered, decided, fresh_days)


def checked_decision(decision: DomesticDecision) -> DomesticDecision:
    """The decision as it may be kept. Raises DecisionUnclear."""
    if not _PERIOD.fullmatch(decision.period):
        raise DecisionUnclear(field=Words(_("a month")), wanted=Words(_("it like 2026-10")))
    if not decision.reason.strip() or not decision.reason.isprintable():
        raise DecisionUnclear(
            field=Words(_("a reason")), wanted=Words(_("why the number is not to be trusted"))
        )
    return decision


def _day(check: NumberCheck) -> str:
    return check.checked_at.date().isoformat()
