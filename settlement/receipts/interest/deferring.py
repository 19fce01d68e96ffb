"""Interest where instalments were agreed: what a plan puts off bears none until it is due.

A plan takes what was open then off what is due, from the day on which it was agreed or the invoice
was due, whichever is later; each instalment is due on its own day. Interest on the days before is
owed as ever. Once a plan has ended, all that is left of it is due from that day on, though not
before the invoice was: the time that had been granted stays free of interest.

What lowers the invoice while a plan holds lowers the last instalments first, and what raises it
raises the last one; the disputed part is that of the last ones (`instalments.plan`).
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from currencies.money import Money, money, scaled
from settlement.receipts.instalments.plan import Plan, from_last
from settlement.receipts.interest.late_interest import Move


@dataclass(frozen=True, slots=True)
class Change:
    """What changed an invoice by another document or a write-off, from a day on."""

    on: dt.date
    at: dt.datetime
    amount: Money


def deferred(
    due_on: dt.date, plans: Sequence[Plan], changes: Sequence[Change], disputed: Money
) -> tuple[list[Move], Money]:
    """The moves of plans, the earliest first, and of changes; and what is disputed beside them."""
    first = plans[0].recorded_at if plans else None
    before = [each for each in changes if first is None or each.at <= first]
    moves = [Move(each.on, each.amount) for each in before]
    untils = [*(each.recorded_at for each in plans[1:]), None]
    for plan, until in zip(plans, untils, strict=False):
        during = [
            each
            for each in changes
            if each.at > plan.recorded_at and (until is None or each.at <= until)
        ]
        days = _days(plan, due_on)
        kept = [each.amount for each in plan.instalments]
        moves += _put_off(plan, due_on, days)
        for change in during:
            moves += _changed(change, days, kept)
        if plan.end is None:
            taken = from_last(kept, disputed)
            moves += _lowered(days, taken)
            disputed -= sum(taken, money(0, str(disputed.currency.code)))
    return moves, disputed


def _days(plan: Plan, due_on: dt.date) -> list[dt.date]:
    """The days on which the instalments of a plan are due in the end."""
    if plan.end is None:
        return [each.due_on for each in plan.instalments]
    ended_on = plan.end.ended_on
    return [
        each.due_on if each.due_on <= ended_on else max(ended_on, due_on)
        for each in plan.instalments
    ]


def _put_off(plan: Plan, due_on: dt.date, days: Sequence[dt.date]) -> Iterator[Move]:
    yield Move(max(due_on, plan.agreed_on), plan.paid - plan.asked)
    for day, each in zip(days, plan.instalments, strict=True):
        yield Move(day, each.amount)


def _changed(change: Change, days: Sequence[dt.date], kept: list[Money]) -> list[Move]:
    """A change while a plan holds; `kept` are its amounts, and are by this change what is left."""
    if change.amount.amount > 0:
        kept[-1] += change.amount
        return [Move(max(change.on, days[-1]), change.amount)]
    nothing = money(0, str(change.amount.currency.code))
    taken = from_last(kept, scaled(change.amount, -1))
    kept[:] = [amount - off for amount, off in zip(kept, taken, strict=True)]
    beyond = change.amount + sum(taken, nothing)
    lowered = _lowered([max(change.on, day) for day in days], taken)
    return [*lowered, Move(change.on, beyond)]


def _lowered(days: Sequence[dt.date], taken: Sequence[Money]) -> list[Move]:
    return [Move(day, scaled(each, -1)) for day, each in zip(days, taken, strict=True)]
