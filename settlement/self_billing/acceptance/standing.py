"""Where the acceptance of a self-billed document stands (rule R88).

The partner answers within a window of days after the day of issue. What happens when it says
nothing is a policy of the tenant, `self_billing_acceptance`:

    deemed     silence accepts: after the last day of the window the document counts as accepted
    explicit   silence is no answer: the document waits until the partner gives one

An objection stands until the partner accepts; what is accepted, or counts so, stays accepted.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from i18n.errors import Conflict, Invalid

DAYS = 14
POLICY, DAYS_POLICY = "self_billing_acceptance", "self_billing_acceptance_days"
VALUES = ("deemed", "explicit")


class Standing(StrEnum):
    """What became of a self-billed document at the partner."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DEEMED_ACCEPTED = "deemed_accepted"
    OBJECTED = "objected"


class AcceptancePolicyUnreadable(Invalid):
    """The tenant's policy {policy} is {value}. Write {known}."""


class AcceptanceOver(Conflict):
    """{number} counts as accepted since {day}. Dispute an amount of it instead."""


class AcceptedAlready(Conflict):
    """{number} is accepted already. Dispute an amount of it instead."""


class ObjectionWithoutReason(Invalid):
    """An objection to {number} needs a reason. Say what is wrong."""


@dataclass(frozen=True, slots=True)
class Window:
    """How long a partner may answer, and whether silence accepts."""

    days: int = DAYS
    is_deemed: bool = True

    def last_on(self, issued_on: dt.date) -> dt.date:
        """The last day to answer; the day of issue is not counted."""
        return issued_on + dt.timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a partner said: who, when, why where it objects; `reference` is its letter, if any."""

    is_accepted: bool
    answered_by: str
    answered_at: dt.datetime
    reason: str = ""
    reference: str = ""


def window_of(policies: Mapping[str, str]) -> Window:
    """The window by the tenant's policies. Raises AcceptancePolicyUnreadable."""
    value, days = policies.get(POLICY, VALUES[0]), policies.get(DAYS_POLICY, str(DAYS))
    if value not in VALUES:
        raise AcceptancePolicyUnreadable(policy=POLICY, value=value, known=" / ".join(VALUES))
    if not days.isdecimal() or len(days) > len("999"):
        raise AcceptancePolicyUnreadable(policy=DAYS_POLICY, value=days, known="0 - 999")
    return Window(int(days), value == "deemed")


def standing_of(
    last_answer: Answer | None, issued_on: dt.date, window: Window, today: dt.date
) -> Standing:
    """Where it stands on a day."""
    if last_answer is not None:
        return Standing.ACCEPTED if last_answer.is_accepted else Standing.OBJECTED
    if window.is_deemed and today > window.last_on(issued_on):
        return Standing.DEEMED_ACCEPTED
    return Standing.WAITING


def check_answer(
    number: str, standing: Standing, *, is_accepted: bool, reason: str, last_on: dt.date
) -> None:
    """Refuse what cannot be answered any more.

    Raises AcceptedAlready, AcceptanceOver or ObjectionWithoutReason.
    """
    if standing is Standing.ACCEPTED:
        raise AcceptedAlready(number=number)
    if standing is Standing.DEEMED_ACCEPTED and not is_accepted:
        raise AcceptanceOver(number=number, day=last_on + dt.timedelta(days=1))
    if not is_accepted and not reason.strip():
        raise ObjectionWithoutReason(number=number)
