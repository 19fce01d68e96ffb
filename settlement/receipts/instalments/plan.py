"""A plan of instalments: what is open of an invoice, in parts with due days of their own.

A plan is agreed over exactly what is open then, and never changed; it is withdrawn, or falls away.
What is left of its instalments is not kept but follows from what the invoice asks for and what was
paid: payments fill the instalments in order, what lowers the invoice lowers the last ones first,
what raises it raises the last one, and the disputed part is that of the last ones. What is open
again and was never in the plan, because a payment from before it bounced, is due with the invoice.

    100.00 in 3                          33.34, 33.33, 33.33   (rule R110)
    40.00 are paid, 20.00 credited        0.00, 26.67, 13.33

Policies of the tenant:

    instalment_months   1         months from one instalment to the next, where a plan is proposed
    missed_instalment   nothing   or days, like 14: the plan falls away once an instalment is
                                  overdue for more days, and the whole is due with the invoice
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final
from uuid import UUID

from currencies.allocation import allocate
from currencies.money import Money, money, shown, total
from currencies.rounding import is_payable
from i18n.errors import Conflict, Invalid, NotFound
from i18n.locale import Words, _
from settlement.rating.commitment import months_after
from settlement.receipts.applying import OpenInvoice

MONTHS_POLICY: Final = "instalment_months"
MISSED_POLICY: Final = "missed_instalment"
NOTHING: Final = "nothing"
FEWEST, MOST = 2, 60
MONTHS_MOST, DAYS_MOST = 12, 365


class NoSuchPlan(NotFound):
    """There is no plan of instalments {plan}. Check the identifier."""


class InstalmentCountUnusable(Invalid):
    """{count} instalments cannot be agreed. Agree between {fewest} and {most}."""


class InstalmentAmountUnusable(Invalid):
    """Instalment {number} of {amount} cannot be agreed. Name an amount above zero in whole minor
    units of {currency}.
    """


class InstalmentInThePast(Invalid):
    """The first instalment is due on {day}, before today, {today}. Let it be due today or later."""


class InstalmentsOutOfOrder(Invalid):
    """Instalment {number} is due on {day}, which is not after the one before it. Put instalments in
    the order of their days.
    """


class InstalmentsDoNotTie(Invalid):
    """The instalments come to {found}, and {open} of {document} are still to be paid. Let them come
    to that.
    """


class NothingOpenForInstalments(Conflict):
    """Of document {document} nothing is still to be paid by a customer. Agree instalments of an
    invoice that is open.
    """


class DisputedForInstalments(Conflict):
    """{disputed} of {document} are disputed. Decide the dispute, then agree instalments."""


class InstalmentsAgreedAlready(Conflict):
    """Instalments of {document} are agreed already. Withdraw that plan, then agree another."""


class PlanWithoutReason(Invalid):
    """A plan of instalments is agreed and withdrawn with a reason. Say why."""


class PlanIsOver(Conflict):
    """The plan of instalments of {document} ended on {day} already. Agree another."""


class InstalmentPolicyUnreadable(Invalid):
    """The policy {policy} is {text}. Write {wanted}."""


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of what is open, and the day on which it is due."""

    due_on: dt.date
    amount: Money


@dataclass(frozen=True, slots=True)
class PlanEnd:
    """When, by whom and why a plan ended; the invoice is due on its own day from then on."""

    ended_on: dt.date
    fell_away: bool
    reason: str
    recorded_by: str
    recorded_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as agreed; `asked` and `paid` are of the invoice as it stood then."""

    id: UUID
    document_id: UUID
    party_id: UUID
    number: str
    asked: Money
    paid: Money
    agreed_on: dt.date
    reason: str
    recorded_by: str
    recorded_at: dt.datetime
    instalments: tuple[Instalment, ...]
    end: PlanEnd | None = None


@dataclass(frozen=True, slots=True)
class InstalmentLeft:
    """An instalment with all that happened since: what it asks for now, paid and disputed of it."""

    number: int
    due_on: dt.date
    amount: Money
    paid: Money
    disputed: Money

    @property
    def open(self) -> Money:
        """What is still to be paid of it."""
        return self.amount - self.paid


@dataclass(frozen=True, slots=True)
class Standing:
    """An invoice as it stands: what is open of it, what it asks for by now, and what was paid."""

    invoice: OpenInvoice
    asked: Money
    paid: Money


@dataclass(frozen=True, slots=True)
class PartDue:
    """What is open of a planned invoice and due on one day, and what that part asked for.

    `instalments` are those of its plan; 0 where no plan covers the part.
    """

    invoice: OpenInvoice
    amount: Money
    instalments: int = 0


def months_apart(policies: Mapping[str, str]) -> int:
    """How many months lie between proposed instalments. Raises InstalmentPolicyUnreadable."""
    text = policies.get(MONTHS_POLICY, "1")
    return _number(MONTHS_POLICY, text, MONTHS_MOST, Words(_("a number of months from 1 to 12")))


def days_missed(policies: Mapping[str, str]) -> int | None:
    """After how many days overdue a plan falls away; None: never. InstalmentPolicyUnreadable."""
    text = policies.get(MISSED_POLICY, NOTHING)
    if text == NOTHING:
        return None
    wanted = Words(_("nothing, or a number of days from 1 to 365"))
    return _number(MISSED_POLICY, text, DAYS_MOST, wanted)


def proposed(open_: Money, count: int, first_on: dt.date, months: int) -> tuple[Instalment, ...]:
    """Equal parts some months apart, larger ones first. Raises InstalmentCountUnusable."""
    _check_count(count)
    amounts = allocate(open_, [Decimal(1)] * count)
    return tuple(
        Instalment(months_after(first_on, step * months), amount)
        for step, amount in enumerate(amounts)
    )


def check_instalments(
    instalments: Sequence[Instalment], open_: Money, document: str, today: dt.date
) -> None:
    """Refuse what cannot be agreed of an amount that is open.

    Raises InstalmentCountUnusable, InstalmentAmountUnusable, InstalmentInThePast,
    InstalmentsOutOfOrder or InstalmentsDoNotTie.
    """
    _check_count(len(instalments))
    currency = str(open_.currency.code)
    for number, each in enumerate(instalments, start=1):
        is_usable = each.amount.currency == open_.currency and each.amount.amount > 0
        if not is_usable or not is_payable(each.amount):
            raise InstalmentAmountUnusable(
                number=number, amount=shown(each.amount), currency=currency
            )
    if instalments[0].due_on < today:
        raise InstalmentInThePast(day=instalments[0].due_on, today=today)
    for number in range(1, len(instalments)):
        if instalments[number].due_on <= instalments[number - 1].due_on:
            raise InstalmentsOutOfOrder(number=number + 1, day=instalments[number].due_on)
    found = total((each.amount for each in instalments), currency)
    if found != open_:
        raise InstalmentsDoNotTie(found=shown(found), open=shown(open_), document=document)


def left(plan: Plan, asked: Money, paid: Money, disputed: Money) -> tuple[InstalmentLeft, ...]:
    """The instalments of a plan, where the invoice asks for so much by now and so much is paid."""
    nothing = money(0, str(asked.currency.code))
    lowered = plan.asked - asked
    taken = from_last([each.amount for each in plan.instalments], max(lowered, nothing))
    amounts = [each.amount - off for each, off in zip(plan.instalments, taken, strict=True)]
    amounts[-1] += max(-lowered, nothing)
    fills = from_first(amounts, max(paid - plan.paid, nothing))
    opens = [amount - fill for amount, fill in zip(amounts, fills, strict=True)]
    doubted = from_last(opens, disputed)
    return tuple(
        InstalmentLeft(number, each.due_on, amounts[at], fills[at], doubted[at])
        for at, (number, each) in enumerate(enumerate(plan.instalments, start=1))
    )


def parts_due(plan: Plan, now: Standing) -> Iterator[PartDue]:
    """What is open of a planned invoice, part by part; the parts add up to what is open of it."""
    invoice = now.invoice
    found = left(plan, now.asked, now.paid, invoice.disputed)
    for each in found:
        if each.open.amount > 0:
            part = replace(
                invoice,
                due_on=each.due_on,
                open=each.open,
                disputed=each.disputed,
                plan_id=plan.id,
                instalment=each.number,
            )
            yield PartDue(part, each.amount, len(found))
    currency = str(now.asked.currency.code)
    outside = invoice.open - total((each.open for each in found), currency)
    if outside.amount > 0:
        doubted = invoice.disputed - total((each.disputed for each in found), currency)
        yield PartDue(replace(invoice, open=outside, disputed=doubted), outside)


def is_missed(plan: Plan, parts: Iterable[PartDue], days: int, today: dt.date) -> bool:
    """Whether an undisputed instalment of a plan is overdue for more than so many days."""
    return any(
        each.invoice.plan_id == plan.id
        and each.invoice.undisputed.amount > 0
        and (today - each.invoice.due_on).days > days
        for each in parts
    )


def from_first(amounts: Sequence[Money], taken: Money) -> list[Money]:
    """What is taken of each amount, the first before the others; no more than there is."""
    parts, rest = [], taken
    for each in amounts:
        part = min(each, rest)
        parts.append(part)
        rest -= part
    return parts


def from_last(amounts: Sequence[Money], taken: Money) -> list[Money]:
    """What is taken of each amount, the last before the others; no more than there is."""
    return from_first(amounts[::-1], taken)[::-1]


def _check_count(count: int) -> None:
    if not FEWEST <= count <= MOST:
        raise InstalmentCountUnusable(count=count, fewest=FEWEST, most=MOST)


def _number(policy: str, text: str, most: int, wanted: Words) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(most))
    if not is_number or not 1 <= int(text) <= most:
        raise InstalmentPolicyUnreadable(policy=policy, text=text, wanted=wanted)
    return int(text)
