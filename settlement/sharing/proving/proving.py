"""Hold credits against those that the stored facts and the terms give when computed again."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple
from uuid import UUID

from currencies.money import Money, money
from currencies.units import minor_unit
from settlement.agreements.commission_terms import CommissionTerms
from settlement.agreements.sharing_terms import SharingTerms
from settlement.sharing.commissions import Due, due_anew
from settlement.sharing.crediting import Credit
from settlement.sharing.fractions import fraction_of
from settlement.sharing.parts import payable

NOT_DUE: Final = "is not due"
LEFT_OUT: Final = "is due and was left out"
OF_NO_TERMS: Final = "is of terms that are not there"
# The hundredths of a minute that a credit tells are rounded by half a hundredth at most.
TOLD_WITHIN: Final = Fraction(1, 200)

TermsOf = Callable[[Credit], SharingTerms]


class Placed(NamedTuple):
    """A credit, and the period it corrects, if it does."""

    corrects_period_id: UUID | None
    credit: Credit


class Told(NamedTuple):
    """What a credit is of, and what it comes to; exact, the amount is more by the fraction."""

    corrects_period_id: UUID | None
    agreement_id: UUID
    terms_id: UUID
    party_id: UUID | None
    cause: str
    product: str
    rule: str
    currency: str
    amount: Decimal
    fraction: Fraction | None


class CreditFault(NamedTuple):
    """A credit that is not what is due."""

    fault: str
    told: Told


def told_of(placed: Placed) -> Told:
    """What is told of a credit that has a fault."""
    credit = placed.credit
    return Told(
        placed.corrects_period_id, credit.agreement_id, credit.terms_id, credit.party_id,
        credit.cause, credit.product, credit.rule, credit.currency, credit.amount, credit.fraction,
    )  # fmt: skip


def unlike(booked: Iterable[Placed], anew: Iterable[Placed]) -> Iterator[CreditFault]:
    """Credits that are not due, and those that are and were not given.

    Where the fraction of a booked one is not known, amounts alone are compared.
    """
    had, due = [told_of(each) for each in booked], [told_of(each) for each in anew]
    unknown = {told[:-2] for told in had if told.fraction is None}

    def comparable(told: Told) -> Told:
        return told._replace(fraction=None) if told[:-2] in unknown else told

    kept, found = Counter(map(comparable, had)), Counter(map(comparable, due))
    for fault, left in ((NOT_DUE, kept - found), (LEFT_OUT, found - kept)):
        for told in sorted(left.elements(), key=repr):
            yield CreditFault(fault, told)


def commissions_anew(
    booked: Iterable[Placed],
    agreed: Mapping[UUID, CommissionTerms],
    months: Mapping[UUID | None, dt.date],
    before: tuple[Mapping[Due, Money], Mapping[Due, Fraction]],
) -> Iterator[Placed]:
    """What the facts of agents' credits come to, less what was credited `before`; and our part.

    `months` are the first days of the periods of the sales, the period's own under None.
    """
    credited, fractions = before
    for corrects, credit in booked:
        if credit.party_id is None:
            continue
        due = Due(
            credit.cause, credit.agreement_id, credit.terms_id, credit.party_id, credit.level,
            credit.product, credit.currency, months[corrects],
        )  # fmt: skip
        amount, fraction = due_anew(due, agreed[credit.terms_id], credit.steps)
        amount -= credited.get(due, money(0, credit.currency))
        fraction -= fractions.get(due, Fraction(0))
        agents = replace(credit, amount=amount.amount, fraction=fraction)
        ours = replace(credit, party_id=None, amount=-amount.amount, fraction=-fraction)
        yield from (Placed(corrects, agents), Placed(corrects, ours))


def units_otherwise(booked: Iterable[Placed], terms_of: TermsOf) -> Iterator[CreditFault]:
    """Credits for units that are not the count that they tell, times the amount of the terms."""
    for each in booked:
        credit = each.credit
        unit = terms_of(credit).units[credit.position // 2]
        sign = -1 if credit.position % 2 else 1
        due = sign * Fraction(unit.amount) * Fraction(credit.steps[0]["count"])
        within = Fraction(unit.amount) * TOLD_WITHIN if unit.per == "minute" else Fraction(0)
        if credit.fraction is None:
            within += Fraction(1, 10 ** minor_unit(credit.currency))
        exact = Fraction(credit.amount) + (credit.fraction or 0)
        if abs(exact - due) > within or payable(exact, credit.currency).amount != credit.amount:
            yield CreditFault(NOT_DUE, told_of(each))


def shares_otherwise(booked: Iterable[Placed], terms_of: TermsOf) -> Iterator[CreditFault]:
    """Parts of revenue whose fraction is not what the terms give for the split that they show."""
    for each in booked:
        credit = each.credit
        if credit.fraction is None:
            continue
        if credit.fraction != fraction_of(credit, terms_of(credit)):
            yield CreditFault(NOT_DUE, told_of(each))
