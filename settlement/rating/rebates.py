"""Promotions take something off what a subscription is charged: negative lines that name them.

Of several promotions the higher priority is taken first, then the code decides. What the second
finds is a named policy of the tariff, `promotions_together`:

- `of_what_is_left`: its percentage is of what the first one left;
- `of_list`: its percentage is of the full charge, as far as anything is left;
- `best_only`: the promotion that takes off most is the only one.

A charge of 100.00 with 20 % and 50 %: 20.00 + 40.00, or 20.00 + 50.00, or 50.00. The amount taken
off is rounded once for each promotion and spread over the lines it applies to by largest remainder,
so nothing falls below zero and partners' shares follow line by line (`borne_by`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from currencies.allocation import allocate
from currencies.money import Money, money, scaled, total
from currencies.rounding import to_minor_unit
from settlement.agreements.condition import Grant
from settlement.catalogue.promotion import Promotion
from settlement.parties.standing import Standing
from settlement.rating.charge_line import ChargeLine
from settlement.rating.commercial_derivation import (
    all_taken_off,
    amount_off,
    percent_off,
    share_off,
)
from settlement.rating.commitment import months_after, overlap
from settlement.rating.derivation import Derivation, Step
from settlement.rating.due import Due
from settlement.rating.fees import Days, prorated
from settlement.rating.line_derivation import as_text

SERVICE = "rebate"


class Benefit(NamedTuple):
    """A promotion of one subscription, and the days on which it holds."""

    promotion: Promotion
    days: Days


def benefits_of(
    promotions: Iterable[Promotion],
    begins_on: date,
    standing: Standing,
    grants: Sequence[Grant],
    currency: str,
) -> list[Benefit]:
    """The promotions of a subscription that began on a day, in the order in which they are taken.

    A granted one begins when the grant says. An amount in another currency takes nothing off.
    """
    granted = {each.promotion: each.begins_on for each in grants}
    found = []
    for each in promotions:
        if each.currency not in (None, currency):
            continue
        if each.code in granted:
            found.append(Benefit(each, days_of(each, granted[each.code])))
        elif each.begins_with(begins_on) and each.entitlement.holds_for(standing):
            found.append(Benefit(each, days_of(each, begins_on)))
    return sorted(found, key=lambda one: (-one.promotion.priority, one.promotion.code))


def rebates(
    dues: Sequence[Due], benefits: Sequence[Benefit], period: Days, together: str
) -> list[ChargeLine]:
    """What the benefits of a subscription take off its charges of a period."""
    open_benefits = [each for each in benefits if overlap(each.days, period) is not None]
    if together == "best_only" and open_benefits:
        most = [_Charged(dues).taken_by(each, period, of_list=True) for each in open_benefits]
        sums = [sum(line.amount for line in lines) for lines in most]
        # The first of equals: lines are negative, so the best is the least.
        return most[sums.index(min(sums))]
    charged = _Charged(dues)
    lines = []
    for benefit in open_benefits:
        lines += charged.taken_by(benefit, period, of_list=together == "of_list")
    return lines


class _Charged:
    """What is left of each line while promotions are taken off."""

    def __init__(self, dues: Sequence[Due]) -> None:
        self._dues = dues
        self._left = [
            [money(max(line.amount, Decimal(0)), line.currency) for line in due.lines]
            for due in dues
        ]

    def taken_by(self, benefit: Benefit, period: Days, *, of_list: bool) -> list[ChargeLine]:
        """Take one promotion off, and return its lines."""
        days = overlap(benefit.days, period)
        assert days is not None, "a promotion that does not hold is left out before"
        bases = []
        for place, due in enumerate(self._dues):
            left = self._left_of(place)
            named = benefit.promotion.applies_to(due.service, due.product)
            if named and left.amount:
                base = due.on_days(days)
                bases.append((place, base if of_list else min(base, left)))
        bases = [(place, base) for place, base in bases if base.amount > 0]
        if not bases:
            return []
        whole = total([base for _, base in bases], _code(bases[0][1]))
        off, why = _taken_off(benefit.promotion, whole, days, period)
        weights = [base.amount for _, base in bases]
        taken: list[_Taken] = []
        parts = allocate(off, weights)
        for number, ((place, _), part) in enumerate(zip(bases, parts, strict=True)):
            left = self._left_of(place)
            taking = min(part, left)
            share = share_off(off.amount, weights, number, taking.amount, _code(whole), left.amount)
            taken += self._take(place, taking, benefit.promotion, [share])
        return _summed(taken, why)

    def _left_of(self, place: int) -> Money:
        lines = self._dues[place].lines
        return total(self._left[place], lines[0].currency)

    def _take(
        self, place: int, amount: Money, promotion: Promotion, steps: Sequence[Step]
    ) -> list["_Taken"]:
        left = self._left[place]
        if not amount.amount:
            return []
        weights = [each.amount for each in left]
        parts = allocate(amount, weights)
        self._left[place] = [had - part for had, part in zip(left, parts, strict=True)]
        return [
            _Taken(
                _line(line, part, promotion),
                part.amount,
                (
                    *steps,
                    share_off(amount.amount, weights, number, part.amount, line.currency),
                ),
            )
            for number, (line, part) in enumerate(zip(self._dues[place].lines, parts, strict=True))
            if part.amount
        ]


class _Taken(NamedTuple):
    """A line, what it takes off, and how that came about."""

    line: ChargeLine
    amount: Decimal
    steps: tuple[Step, ...]


def days_of(promotion: Promotion, begins_on: date) -> Days:
    """The days on which a promotion that begins on a day holds; no end is no end."""
    if promotion.trial_days is not None:
        return Days(begins_on, begins_on + timedelta(promotion.trial_days))
    months = promotion.months
    return Days(begins_on, None if months is None else months_after(begins_on, months))


def _taken_off(promotion: Promotion, whole: Money, days: Days, period: Days) -> tuple[Money, Step]:
    """What a promotion takes off a charge, and how that came about."""
    currency = _code(whole)
    if promotion.amount is not None:
        assert days.until is not None and period.until is not None, "a period has an end"
        edges = [period.first, days.first, days.until, period.until]
        before, during, _after = (
            (later - earlier).days for earlier, later in zip(edges, edges[1:], strict=False)
        )
        price = to_minor_unit(money(promotion.amount, currency))
        month = (period.until - period.first).days
        off = min(prorated(price, [before, during], month)[1], whole)
        of_month = before, during, month
        return off, amount_off(price.amount, of_month, whole.amount, off.amount, currency)
    percent = promotion.percent or Decimal(1)
    off = to_minor_unit(scaled(whole, percent))
    return off, percent_off(percent, whole.amount, off.amount, currency)


def _line(of: ChargeLine, amount: Money, promotion: Promotion) -> ChargeLine:
    off = -amount.amount
    return ChargeLine(
        side=of.side,
        direction=of.direction,
        party_id=of.party_id,
        contract_id=of.contract_id,
        subscription_id=of.subscription_id,
        terms_id=of.terms_id if promotion.borne_by == "partners_too" else None,
        tariff_version_id=of.tariff_version_id,
        service=SERVICE,
        product=of.product,
        tax_category=of.tax_category,
        reason=promotion.code,
        currency=of.currency,
        starts_on=of.starts_on,
        ends_on=of.ends_on,
        events=1,
        quantity=1,
        unit_price=off,
        amount_3600=off * 3600,
        amount=off,
    )


def _summed(taken: Iterable[_Taken], why: Step) -> list[ChargeLine]:
    """One line for each product, terms and version that a promotion takes something off."""
    by_key: dict[tuple[object, ...], list[_Taken]] = {}
    for each in taken:
        by_key.setdefault(each.line.key, []).append(each)
    return [_told(same, why) for same in by_key.values()]


def _told(same: Sequence[_Taken], why: Step) -> ChargeLine:
    line = same[0].line
    total_off = -sum((each.amount for each in same), Decimal(0))
    steps = [why]
    for each in same:
        steps += [step for step in each.steps if step not in steps]
    steps.append(all_taken_off([each.amount for each in same], line.currency))
    return replace(
        line,
        amount=total_off,
        amount_3600=total_off * 3600,
        unit_price=total_off,
        derivation=as_text(Derivation(steps)),
    )


def _code(amount: Money) -> str:
    return str(amount.currency.code)
