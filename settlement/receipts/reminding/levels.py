"""Which reminder an overdue item is due: by how late it is, and by what was sent for it before.

Policies of the tenant:

    reminder_days       7, 21, 35      days overdue at which the first, second ... reminder is due;
                                       none: nobody is reminded
    reminder_pay_days   7              days from the letter in which it asks to be paid
    reminder_interest   none           with_last: an interest note goes out with the last reminder
    reminder_fees       none           what each level costs, by currency (`fees`)

No item skips a level: one that is 60 days late and was never reminded is due the first. Between
two reminders of an item lie at least as many days as between their levels, so what begins late is
not hurried.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from currencies.money import Money
from i18n.errors import Invalid
from i18n.locale import Words, _
from settlement.receipts.applying import OpenInvoice
from settlement.receipts.reminding.fees import FEES_POLICY, NO_FEES, fees_of

LEVELS_POLICY: Final = "reminder_days"
PAY_POLICY: Final = "reminder_pay_days"
INTEREST_POLICY: Final = "reminder_interest"
LEVELS: Final = "7, 21, 35"
PAY_DAYS: Final = "7"
NO_REMINDERS: Final = "none"
WITH_LAST: Final = "with_last"
LEVELS_MOST, DAYS_MOST = 9, 3650


class ReminderPolicyUnreadable(Invalid):
    """The policy {policy} is {text}. Write {wanted}."""


@dataclass(frozen=True, slots=True)
class Reminding:
    """The policies, read: the days overdue of each level, and what a letter asks for."""

    days: tuple[int, ...]
    pay_days: int
    charges_interest: bool
    fees: Mapping[str, tuple[Money, ...]]

    def fee(self, level: int, currency: str) -> Money | None:
        """What a letter of a level costs in a currency; None where it costs nothing."""
        fees = self.fees.get(currency)
        return fees[level - 1] if fees and fees[level - 1].amount else None


@dataclass(frozen=True, slots=True)
class Overdue:
    """An item past its due date; `level` is of the last reminder of it, 0 where there was none.

    `is_fee` says that it asks for the costs of a reminder; reminding of it costs nothing more.
    Of an invoice in instalments it is one of so many `instalments`.
    """

    party_id: UUID
    invoice: OpenInvoice
    amount: Money
    level: int = 0
    reminded_on: dt.date | None = None
    is_fee: bool = False
    instalments: int = 0


def reminding(policies: Mapping[str, str]) -> Reminding:
    """The policies of reminders, by default where they are silent.

    Raises ReminderPolicyUnreadable and ReminderFeesUnreadable.
    """
    interest = policies.get(INTEREST_POLICY, NO_REMINDERS)
    if interest not in (NO_REMINDERS, WITH_LAST):
        raise _unreadable(INTEREST_POLICY, interest, Words("none, with_last"))
    text = policies.get(PAY_POLICY, PAY_DAYS)
    [pay_days] = _days(PAY_POLICY, text, 1, Words(_("a number of days, like 7")))
    text = policies.get(LEVELS_POLICY, LEVELS)
    wanted = Words(_("days that grow, with commas, like 7, 21, 35; or none"))
    days = [] if text == NO_REMINDERS else _days(LEVELS_POLICY, text, LEVELS_MOST, wanted)
    if days != sorted(set(days)):
        raise _unreadable(LEVELS_POLICY, text, wanted)
    fees = fees_of(policies.get(FEES_POLICY, NO_FEES), len(days))
    return Reminding(tuple(days), pay_days, interest == WITH_LAST, fees)


def next_level(item: Overdue, days: Sequence[int], today: dt.date) -> int | None:
    """The level of the reminder that an item is due today; None where it is due none.

    What is wholly disputed is due none.
    """
    level = item.level + 1
    if level > len(days) or item.invoice.undisputed.amount <= 0:
        return None
    if (today - item.invoice.due_on).days < days[level - 1]:
        return None
    if item.reminded_on is not None:
        apart = days[level - 1] - days[level - 2]
        if (today - item.reminded_on).days < apart:
            return None
    return level


def _days(policy: str, text: str, most: int, wanted: Words) -> list[int]:
    parts = [part.strip() for part in text.split(",")]
    if len(parts) > most or not all(part.isascii() and part.isdigit() for part in parts):
        raise _unreadable(policy, text, wanted)
    days = [int(part) for part in parts]
    if not all(0 < each <= DAYS_MOST for each in days):
        raise _unreadable(policy, text, wanted)
    return days


def _unreadable(policy: str, text: str, wanted: Words) -> ReminderPolicyUnreadable:
    return ReminderPolicyUnreadable(policy=policy, text=text, wanted=wanted)
