"""What is paid to whom: a payee's balance becomes a payout, or a reason not to pay it now.

A balance reaches the threshold of its currency or is carried forward; the threshold itself is paid,
and after the end of the agreement any balance is (rules R48, R100). A negative balance is carried
against later earnings; money is never fetched. The disputed part is held and the rest is paid, of
what carriers are owed as it falls due (R56). No account, or one that was changed a moment ago,
holds everything (R103).

Every line is listed, also those that move no money, so a batch accounts for every payee.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from currencies.money import Money, shown
from i18n.locale import Words, _
from settlement.self_billing.carrying.balance import is_below
from tenants.digest import digest


class Outcome(StrEnum):
    """What becomes of an amount in a batch."""

    PAID = "paid"
    CARRIED = "carried"
    HELD = "held"


class Status(StrEnum):
    """How far a batch is."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Account:
    """The account of a payee in the currency; `usable_from` is set while a change cools off."""

    id: UUID
    holder: str
    iban: str
    bic: str
    usable_from: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """What a payee is owed and is due after the day of the batch."""

    due_on: dt.date
    amount: Money


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a payee when a batch is proposed; `balance` above zero is owed to it.

    `later` is the part of it that is not due yet, the oldest due first.
    """

    party_id: UUID
    code: str
    balance: Money
    disputed: Money
    account: Account | None
    has_ended: bool = False
    later: tuple[Later, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """An amount of a payee and what becomes of it, with the reason where it is not paid."""

    party_id: UUID
    amount: Money
    outcome: Outcome
    account_id: UUID | None = None
    reason: str = ""


def decide(candidate: Candidate, threshold: Money | None, pays_on: dt.date) -> list[Decision]:
    """What becomes of a payee's balance on that day; nothing for a balance of zero."""
    if not candidate.balance.amount:
        return []
    if candidate.balance.amount < 0:
        return [_carried(candidate, candidate.balance, Words(_("negative balance, set off later")))]
    held = _held(candidate)
    free = candidate.balance - held
    decisions = [_as_held(candidate, held, Words(_("disputed")))] if held.amount else []
    # What is due last waits first, so that the rest is due.
    for each in reversed(candidate.later):
        waits = min(each.amount, free)
        if waits.amount:
            decisions.append(_carried(candidate, waits, Words(_("due on {day}"), day=each.due_on)))
            free -= waits
    if free.amount:
        decisions.append(_of_free(candidate, free, threshold, pays_on))
    return decisions


def content_hash(
    currency: str, own_iban: str, pays_on: dt.date, lines: Sequence[Mapping[str, object]]
) -> str:
    """The digest of all that an approver approves: who is paid what, where to, from where, when."""
    return digest(
        {"currency": currency, "from": own_iban, "pays_on": pays_on, "lines": list(lines)}
    )


def _held(candidate: Candidate) -> Money:
    """The disputed part, at most the balance."""
    return min(candidate.disputed, candidate.balance)


def _of_free(
    candidate: Candidate, free: Money, threshold: Money | None, pays_on: dt.date
) -> Decision:
    if threshold is not None and not candidate.has_ended and is_below(free, threshold):
        return _carried(
            candidate,
            free,
            Words(_("below the threshold of {threshold}"), threshold=shown(threshold)),
        )
    account = candidate.account
    if account is None:
        return _as_held(
            candidate, free, Words(_("no bank account in {currency}"), currency=free.currency.code)
        )
    if account.usable_from is not None and pays_on < account.usable_from:
        changed = _("bank account changed; it is paid from {day}")
        return _as_held(candidate, free, Words(changed, day=account.usable_from))
    return Decision(candidate.party_id, free, Outcome.PAID, account.id)


def _carried(candidate: Candidate, amount: Money, reason: Words) -> Decision:
    return Decision(candidate.party_id, amount, Outcome.CARRIED, None, str(reason))


def _as_held(candidate: Candidate, amount: Money, reason: Words) -> Decision:
    return Decision(candidate.party_id, amount, Outcome.HELD, None, str(reason))
