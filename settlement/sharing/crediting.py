"""Who is credited what of a period's revenue: charge lines in, one credit per payee out.

Revenue of one product under one version of an agreement is split as a whole (`rounding_level`
statement) or event by event. What is split is what customers are charged, already rounded, so the
credits and the deductions add up to the charge lines to the minor unit (rules R40 to R44).

Late usage is never split by itself: the stored credits are taken back and those of the new total
are given (rule R33).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, NamedTuple
from uuid import UUID

from currencies.money import Money, money, plain, total
from i18n.errors import Invalid
from settlement.agreements.sharing_terms import SharingTerms
from settlement.sharing.brought_forward import BROUGHT, share_after, with_brought
from settlement.sharing.waterfall import NO_FACTS, Share, Shared

OURSELVES = "operator"
# The cause of a credit that is a part of revenue.
SHARE: Final = "share"
# The cause of a fixed amount for each event, minute or unit.
UNIT: Final = "unit"
# Credits that follow from the revenue of one period alone, and are given anew when it changes.
OF_REVENUE: Final = (SHARE, UNIT)


class UnknownPayee(Invalid):
    """The revenue share names {payee}, who is no partner of yours. Register the partner first."""


@dataclass(frozen=True, slots=True)
class Revenue:
    """What customers are charged for one product under one version of an agreement.

    Where terms have rules, it is what one of them splits (empty: what none of them does), and
    `sold_to` are the parties and destinations that it is of.
    """

    agreement_id: UUID
    terms_id: UUID
    product: str
    currency: str
    events: int
    amount: Decimal
    batch_ids: tuple[UUID, ...] = ()
    rule: str = ""
    sold_to: frozenset[tuple[str, str]] | None = None

    def has(
        self, terms_id: UUID, product: str, currency: str, sold_to: tuple[UUID | None, str]
    ) -> bool:
        """Whether a charge line is of it, by the customer and destination of the line."""
        if (terms_id, product, currency) != (self.terms_id, self.product, self.currency):
            return False
        customer, destination = sold_to
        return self.sold_to is None or (str(customer), destination) in self.sold_to


@dataclass(frozen=True, slots=True)
class Credit:
    """One payee's part of a revenue; no party is our own part. `steps` shows the whole split.

    `cause` says what the credit is for; `rule` names the rule of the terms by which the revenue was
    split, or is empty. `fraction` is the exact amount less the one credited, where it is known.
    """

    agreement_id: UUID
    terms_id: UUID
    party_id: UUID | None
    level: int
    position: int
    product: str
    currency: str
    events: int
    gross: Decimal
    base: Decimal
    amount: Decimal
    steps: tuple[Mapping[str, Any], ...]
    batch_ids: tuple[UUID, ...] = ()
    cause: str = SHARE
    rule: str = ""
    fraction: Fraction | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two credits the same payee's for the same revenue."""
        revenue = (self.agreement_id, self.terms_id, self.product, self.currency)
        return (*revenue, self.cause, self.rule, self.position)

    @property
    def is_nothing(self) -> bool:
        """Whether nothing would be taken back."""
        return not (self.gross or self.amount or self.fraction)

    def reversed(self) -> "Credit":
        """The credit that takes this one back."""
        return replace(
            self,
            events=-self.events,
            gross=-self.gross,
            base=-self.base,
            amount=-self.amount,
            steps=tuple(_reversed(step) for step in self.steps),
            fraction=None if self.fraction is None else -self.fraction,
        )


class SplitBy(NamedTuple):
    """What a revenue is split by besides what was charged.

    `difference` makes it the base that the terms name; `facts` are the amounts of deductions by
    their source; `brought` is the base below zero, without its sign, that the period before left.
    """

    difference: Decimal = Decimal(0)
    facts: Mapping[str, Money] = NO_FACTS
    brought: Decimal = Decimal(0)


AS_CHARGED: Final = SplitBy()


def credits_of(
    revenue: Revenue,
    terms: SharingTerms,
    parties: Mapping[str, UUID],
    by_event: Shared | None,
    split_by: SplitBy = AS_CHARGED,
) -> list[Credit]:
    """Split one revenue; `by_event` is the sum of the splits of its events, where terms ask so.

    Raises UnknownPayee.
    """
    gross = money(revenue.amount, revenue.currency)
    based = money(revenue.amount + split_by.difference, revenue.currency)
    brought = money(split_by.brought, revenue.currency)
    if by_event is None:
        shared = share_after(based, terms, split_by.facts, brought)
    else:
        shared = with_brought(_closed(by_event, based), terms, brought)
    base = total([each.amount for each in shared.shares], revenue.currency)
    steps = (*_basis(terms, split_by), *_steps(shared))
    return [
        Credit(
            agreement_id=revenue.agreement_id,
            terms_id=revenue.terms_id,
            party_id=party_of(each.payee, parties),
            level=position + 1 if terms.chain else 1,
            position=position,
            product=revenue.product,
            currency=revenue.currency,
            events=revenue.events,
            gross=gross.amount,
            base=base.amount,
            amount=each.amount.amount,
            steps=steps,
            batch_ids=revenue.batch_ids,
            rule=revenue.rule,
        )
        for position, each in enumerate(shared.shares)
    ]


def late_credits(stored: Iterable[Credit], anew: Sequence[Credit]) -> list[Credit]:
    """Take the stored credits back and give the new ones, where they differ.

    Stored credits of other causes than OF_REVENUE stay: what they depend on is more than a period.
    """
    before: dict[tuple[object, ...], Credit] = {}
    for credit in (each for each in stored if each.cause in OF_REVENUE):
        earlier = before.get(credit.key)
        before[credit.key] = credit if earlier is None else _added(earlier, credit)
    given = []
    for credit in anew:
        was = before.pop(credit.key, None)
        if was is not None and _is_same(was, credit):
            continue
        given += [credit] if was is None or was.is_nothing else [was.reversed(), credit]
    return given + [left.reversed() for left in before.values() if not left.is_nothing]


def _closed(by_event: Shared, gross: Money) -> Shared:
    """Give what lies between the rounded events and the charged lines to the last payee."""
    taken = [each.amount for each in by_event.deductions]
    taken += [each.amount for each in by_event.shares]
    difference = gross - by_event.carried - total(taken, _code(gross))
    last = by_event.shares[-1]
    return by_event._replace(
        shares=[*by_event.shares[:-1], Share(last.payee, last.amount + difference)]
    )


def _basis(terms: SharingTerms, split_by: SplitBy) -> tuple[Mapping[str, Any], ...]:
    if not split_by.difference:
        return ()
    return ({"base": terms.share_base, "amount": plain(-split_by.difference)},)


def _steps(shared: Shared) -> tuple[Mapping[str, Any], ...]:
    steps = [
        {
            "brought" if each.name == BROUGHT else "takes": each.name,
            "amount": plain(each.amount.amount),
        }
        for each in shared.deductions
    ]
    steps += [{"payee": each.payee, "amount": plain(each.amount.amount)} for each in shared.shares]
    if shared.carried.amount:
        steps.append({"carried": "", "amount": plain(shared.carried.amount)})
    return tuple(steps)


def party_of(payee: str, parties: Mapping[str, UUID]) -> UUID | None:
    """The party of a payee, none for ourselves. Raises UnknownPayee."""
    if payee == OURSELVES:
        return None
    if payee not in parties:
        raise UnknownPayee(payee=payee)
    return parties[payee]


def _added(one: Credit, other: Credit) -> Credit:
    return replace(
        other,
        events=one.events + other.events,
        gross=one.gross + other.gross,
        base=one.base + other.base,
        amount=one.amount + other.amount,
        batch_ids=tuple(sorted({*one.batch_ids, *other.batch_ids})),
        fraction=_summed(one.fraction, other.fraction),
    )


def _is_same(was: Credit, credit: Credit) -> bool:
    """Whether a stored credit may stay; what is not known of it does not change."""
    is_known = credit.cause == UNIT and was.fraction is not None
    return (was.amount, was.gross) == (credit.amount, credit.gross) and (
        not is_known or was.fraction == credit.fraction
    )


def _summed(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None else one + other


def _reversed(step: Mapping[str, Any]) -> Mapping[str, Any]:
    """A step with its amount, or the count of its units, the other way."""
    return {**step} | {key: _negated(step[key]) for key in ("amount", "count") if key in step}


def _negated(amount: str) -> str:
    return plain(-Decimal(amount))


def _code(amount: Money) -> str:
    return str(amount.currency.code)
