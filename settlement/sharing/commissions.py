"""What agents are due for what they sold: a rate of the charges, an amount per contract, by level.

Level 1 is the agent of a contract, level 2 its superior, and so on; the commission is that of the
agent, or else of the nearest superior who has one. Charges of a month go by the agents of its last
day, a new contract by those of its first day. As everything beside the split of revenue, what is
credited is what is due as everything is known now, less what was credited so far; so refunds, late
usage and contracts that end early take their part back whenever they come.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from uuid import UUID

from currencies.money import Money, money, plain, scaled
from settlement.agreements.agent import Network
from settlement.agreements.commission_terms import CommissionTerms
from settlement.agreements.partner_terms import OURSELVES
from settlement.agreements.sharing_terms import SharingTerms
from settlement.parties.validity import holds_on
from settlement.sharing.facts import fact
from settlement.sharing.parts import exact, payable
from settlement.sharing.waterfall import Shared, share

COMMISSION: Final = "commission"
NEW_CONTRACT: Final = "new_contract"
OF_SALES: Final = (COMMISSION, NEW_CONTRACT)


class AgreedCommission(NamedTuple):
    """One version of a commission, by local days, half-open; amounts are in its currency."""

    agreement_id: UUID
    terms_id: UUID
    agent_id: UUID
    currency: str
    terms: CommissionTerms
    valid_from: dt.date
    valid_until: dt.date | None


class Charged(NamedTuple):
    """What a contract is charged for a product of a month, refunds taken off."""

    month: dt.date
    last_day: dt.date
    contract_id: UUID
    customer_id: UUID
    product: str
    amount: Money


class Signed(NamedTuple):
    """A contract that began on a day of a month, and when it ended, if it did so far."""

    month: dt.date
    contract_id: UUID
    number: str
    valid_from: dt.date
    ended_on: dt.date | None


class Due(NamedTuple):
    """Whom something is due for what; a credit of the same is set off against it."""

    cause: str
    agreement_id: UUID
    terms_id: UUID
    agent_id: UUID
    level: int
    product: str
    currency: str
    month: dt.date


NONE_KNOWN: Final[Mapping[Due, Fraction]] = MappingProxyType({})


class Commission(NamedTuple):
    """What is credited now, and how it came about; exact, it is more by the fraction."""

    due: Due
    amount: Money
    facts: tuple[Mapping[str, Any], ...]
    fraction: Fraction = Fraction(0)


@dataclass(slots=True)
class _Sold:
    """Sales that one amount is due for, while they are added up."""

    agreed: AgreedCommission
    amount: Decimal = Decimal(0)
    customers: set[UUID] = field(default_factory=set)
    contracts: list[Signed] = field(default_factory=list)


def commissions(
    agreed: Sequence[AgreedCommission],
    network: Network,
    charged: Iterable[Charged],
    signed: Iterable[Signed],
    credited: Mapping[Due, Money],
    fractions: Mapping[Due, Fraction] = NONE_KNOWN,
) -> list[Commission]:
    """What agents are credited now, in a fixed order; `credited` is everything so far.

    `fractions` are those of what is credited, where all of them are known.
    """
    found: dict[Due, Commission] = {}
    for due, sold in _charges(agreed, network, charged).items():
        found[due] = _of_charges(due, sold)
    for due, sold in _contracts(agreed, network, signed).items():
        found[due] = _of_contracts(due, sold)
    given = []
    for due in sorted({*found, *credited}, key=_in_order):
        nothing = money(0, due.currency)
        before = credited.get(due, nothing)
        each = found.get(due, Commission(due, nothing, ()))
        known = fractions.get(due, each.fraction if due in credited else Fraction(0))
        if each.amount == before and each.fraction == known:
            continue
        facts = each.facts
        if before.amount:
            facts = (*facts, fact("credited", scaled(before, -1)))
        given.append(
            each._replace(
                amount=each.amount - before,
                facts=facts,
                fraction=each.fraction - fractions.get(due, 0),
            )
        )
    return given


def due_anew(
    due: Due, terms: CommissionTerms, facts: Sequence[Mapping[str, Any]]
) -> tuple[Money, Fraction]:
    """What a credit's own facts (its base, its contracts) come to by the terms, and its fraction.

    It is all that is due, whatever was credited before.
    """
    told = {each["fact"]: each for each in facts}
    if due.cause == COMMISSION:
        if "commission_base" not in told:
            return money(0, due.currency), Fraction(0)
        base = money(told["commission_base"]["money"], due.currency)
        return _of_rate(due, terms, _less_deductions(terms, base).shares[-1].amount)
    kept = sum(each["fact"] == "new_contract" for each in facts)
    if "new_contracts" in told:
        kept = int(told["new_contracts"]["count"])
    return _of_count(due, terms, kept)


def sale_amounts(terms: CommissionTerms, product: str, charged: Money) -> list[Money]:
    """What each level gets of one charge for a product, level 1 first; empty where no rate is."""
    left = _less_deductions(terms, charged).shares[-1].amount
    return [_level_amount(left, rate) for rate in terms.levels_of(product)]


def _less_deductions(terms: CommissionTerms, base: Money) -> Shared:
    return share(base, SharingTerms(owner=OURSELVES, deductions=terms.deductions))


def _level_amount(left: Money, rate: Decimal) -> Money:
    return payable(exact(left) * Fraction(rate), str(left.currency.code))


def _charges(
    agreed: Sequence[AgreedCommission], network: Network, charged: Iterable[Charged]
) -> dict[Due, _Sold]:
    found: dict[Due, _Sold] = {}
    for each in charged:
        sellers = network.sellers(each.contract_id, each.last_day)
        by = _agreed_on(agreed, sellers, each.last_day)
        if by is None:
            continue
        rates = by.terms.levels_of(each.product)
        code = str(each.amount.currency.code)
        for level, (agent, _) in enumerate(zip(sellers, rates, strict=False), 1):
            due = Due(
                COMMISSION, by.agreement_id, by.terms_id, agent, level, each.product, code,
                each.month,
            )  # fmt: skip
            sold = found.setdefault(due, _Sold(by))
            sold.amount += each.amount.amount
            sold.customers.add(each.customer_id)
    return found


def _contracts(
    agreed: Sequence[AgreedCommission], network: Network, signed: Iterable[Signed]
) -> dict[Due, _Sold]:
    found: dict[Due, _Sold] = {}
    for each in signed:
        sellers = network.sellers(each.contract_id, each.valid_from)
        by = _agreed_on(agreed, sellers, each.valid_from)
        if by is None:
            continue
        for level, (agent, _) in enumerate(zip(sellers, by.terms.per_contract, strict=False), 1):
            due = Due(
                NEW_CONTRACT, by.agreement_id, by.terms_id, agent, level, "", by.currency,
                each.month,
            )  # fmt: skip
            found.setdefault(due, _Sold(by)).contracts.append(each)
    return found


def _agreed_on(
    agreed: Sequence[AgreedCommission], sellers: Sequence[UUID], day: dt.date
) -> AgreedCommission | None:
    """The commission by which a sale is paid: of the seller, or the nearest above who has one."""
    held = {
        each.agent_id: each for each in agreed if holds_on(day, each.valid_from, each.valid_until)
    }
    return next((held[agent] for agent in sellers if agent in held), None)


def _of_charges(due: Due, sold: _Sold) -> Commission:
    terms = sold.agreed.terms
    base = money(sold.amount, due.currency)
    split = _less_deductions(terms, base)
    left = split.shares[-1].amount
    rate = terms.levels_of(due.product)[due.level - 1]
    amount, fraction = _of_rate(due, terms, left)
    customers = str(len(sold.customers))
    facts = [fact("commission_base", base, level=str(due.level), count=customers)]
    facts += [
        fact("commission_less", scaled(taken.amount, -1), name=taken.name)
        for taken in split.deductions
    ]
    facts.append(fact("commission", amount, rate=plain(rate), of=plain(left.amount)))
    return Commission(due, amount, tuple(facts), fraction)


def _of_rate(due: Due, terms: CommissionTerms, left: Money) -> tuple[Money, Fraction]:
    """A level's part of what deductions leave, and what rounding made of it."""
    rate = terms.levels_of(due.product)[due.level - 1]
    amount = _level_amount(left, rate)
    return amount, exact(left) * Fraction(rate) - exact(amount)


def _of_count(due: Due, terms: CommissionTerms, kept: int) -> tuple[Money, Fraction]:
    """A level's amount for as many contracts, and what rounding made of it."""
    earned = exact(money(terms.per_contract[due.level - 1], due.currency)) * kept
    amount = payable(earned, due.currency)
    return amount, earned - exact(amount)


def _of_contracts(due: Due, sold: _Sold) -> Commission:
    each_amount = money(sold.agreed.terms.per_contract[due.level - 1], due.currency)
    months = sold.agreed.terms.clawback_months
    kept = [each for each in sold.contracts if not _ended_early(each, months)]
    amount, fraction = _of_count(due, sold.agreed.terms, len(kept))
    level = str(due.level)
    if due.level > 1:
        # Whose customers they are is known to the agent who sold to them alone.
        facts = [fact("new_contracts", amount, level=level, count=str(len(kept)))]
        return Commission(due, amount, tuple(facts), fraction)
    facts = []
    for each in sorted(sold.contracts, key=lambda signed: signed.number):
        if each in kept:
            facts.append(fact("new_contract", each_amount, level=level, contract=each.number))
        elif each.ended_on is not None:
            facts.append(
                fact(
                    "ended_contract",
                    money(0, due.currency),
                    level=level,
                    contract=each.number,
                    day=each.ended_on.isoformat(),
                )
            )
    return Commission(due, amount, tuple(facts), fraction)


def _ended_early(signed: Signed, months: int) -> bool:
    """Whether a contract ended before as many months were over as it had to last."""
    return signed.ended_on is not None and signed.ended_on < whole_months_after(
        signed.valid_from, months
    )


def whole_months_after(day: dt.date, months: int) -> dt.date:
    """The first day after as many whole months: a month too short ends with its last day."""
    number = day.year * 12 + day.month - 1 + months
    first = dt.date(number // 12, number % 12 + 1, 1)
    try:
        return first.replace(day=day.day)
    except ValueError:
        return dt.date((number + 1) // 12, (number + 1) % 12 + 1, 1)


def _in_order(due: Due) -> tuple[object, ...]:
    return (due.month, str(due.agreement_id), *map(str, due))
