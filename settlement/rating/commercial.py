"""Everything a subscription is charged besides the price of its usage, for one period.

Fees come first, by the versions of its tariff; then promotions take something off fees and usage;
then what terms give and leaving early costs, and what was charged individually, which no promotion
touches.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import NamedTuple
from uuid import UUID

from currencies.money import Money, money, total
from currencies.rounding import round_fraction
from currencies.units import minor_unit
from settlement.agreements.condition import Grant, IndividualCharge
from settlement.agreements.contract import Subscriber
from settlement.catalogue.promotion import COMBINATIONS, Promotion
from settlement.catalogue.tariff import TariffVersion
from settlement.parties.standing import DatedStanding, Standing
from settlement.parties.validity import holds_on
from settlement.rating.charge_line import ChargeLine
from settlement.rating.commercial_derivation import of_individual
from settlement.rating.commitment import Commitment, overlap
from settlement.rating.cuts import part_with
from settlement.rating.due import Due
from settlement.rating.fee_lines import Sold, bonus_line, fee_dues, leaving_line
from settlement.rating.fees import Days
from settlement.rating.line_derivation import as_text
from settlement.rating.rebates import Benefit, benefits_of, rebates

INDIVIDUAL = "individual"
NOWHERE: Mapping[UUID, date] = {}

# Subscription, kind, product: the exact amounts, times 3600, of each local day.
DailyUsage = Mapping[tuple[UUID, str, str], Mapping[date, Decimal]]


class Agreed(NamedTuple):
    """What was agreed with whom, as far as a period needs it.

    `waived` are the subscriptions that are not charged for leaving early; `cuts` say by payer where
    the month is cut.
    """

    subscribers: Sequence[Subscriber]
    versions: Sequence[TariffVersion]
    sold: Sold
    promotions: Sequence[Promotion]
    grants: Mapping[UUID, Sequence[Grant]]
    commitments: Mapping[UUID, Sequence[Commitment]]
    standings: Mapping[UUID, Sequence[DatedStanding]]
    charges: Sequence[IndividualCharge]
    waived: Collection[UUID] = frozenset()
    cuts: Mapping[UUID, date] = NOWHERE


def commercial_lines(
    agreed: Agreed, period: Days, usage: Iterable[ChargeLine], daily: DailyUsage
) -> Iterator[ChargeLine]:
    """The lines of all subscriptions besides their usage; `usage` is what they are charged for it.

    Only for subscriptions of `with_benefits` is `usage` needed, for those of `broken_by_benefits`
    also `daily`.
    """
    by_subscription: dict[UUID | None, list[ChargeLine]] = defaultdict(list)
    for line in usage:
        if line.side == "customer":
            by_subscription[line.subscription_id].append(line)
    by_code = _by_code(agreed.versions)
    for subscriber in agreed.subscribers:
        versions = by_code.get(subscriber.tariff, [])
        committed = agreed.commitments.get(subscriber.subscription_id, ())
        cut_on = agreed.cuts.get(subscriber.payer_id)
        dues = [*fee_dues(subscriber, versions, committed, period, agreed.sold, cut_on)]
        for due in dues:
            yield from due.lines
        benefits = _benefits(subscriber, agreed, period)
        if benefits:
            dues += _usage_dues(by_subscription[subscriber.subscription_id], period, daily)
            yield from rebates(dues, benefits, period, _together(versions, period))
        bonus = bonus_line(subscriber, committed, period, agreed.sold, cut_on)
        if bonus is not None:
            yield bonus
        leaving = leaving_line(subscriber, committed, period, agreed.sold, cut_on)
        if leaving is not None and subscriber.subscription_id not in agreed.waived:
            yield leaving
    yield from (_individual(charge, period, agreed) for charge in agreed.charges)


def with_benefits(agreed: Agreed, period: Days) -> set[UUID]:
    """Subscriptions with a promotion in a period, which takes something off their usage."""
    return {
        subscriber.subscription_id
        for subscriber in agreed.subscribers
        if _benefits(subscriber, agreed, period)
    }


def broken_by_benefits(agreed: Agreed, period: Days) -> set[UUID]:
    """Subscriptions with a promotion on some days of a period only, whose usage is told by day."""
    return {
        subscriber.subscription_id
        for subscriber in agreed.subscribers
        for benefit in _benefits(subscriber, agreed, period)
        if overlap(benefit.days, period) != period
    }


def _by_code(versions: Sequence[TariffVersion]) -> Mapping[str, list[TariffVersion]]:
    by_code: dict[str, list[TariffVersion]] = defaultdict(list)
    for version in sorted(versions, key=lambda each: each.valid_from):
        by_code[version.code].append(version)
    return by_code


def _benefits(subscriber: Subscriber, agreed: Agreed, period: Days) -> list[Benefit]:
    day = max(period.first, subscriber.valid_from)
    dated = agreed.standings.get(subscriber.customer_id, ())
    standing = next((each.standing for each in dated if each.holds_on(day)), Standing())
    found = benefits_of(
        agreed.promotions,
        subscriber.valid_from,
        standing,
        agreed.grants.get(subscriber.subscription_id, ()),
        subscriber.currency,
    )
    return [each for each in found if overlap(each.days, period) is not None]


def _together(versions: Sequence[TariffVersion], period: Days) -> str:
    """The policy of the version that holds last in a period."""
    held = [each for each in versions if overlap(Days(each.valid_from, each.valid_until), period)]
    return held[-1].promotions_together if held else COMBINATIONS[0]


def _usage_dues(lines: Sequence[ChargeLine], period: Days, daily: DailyUsage) -> Iterator[Due]:
    grouped: dict[tuple[str, str], list[ChargeLine]] = defaultdict(list)
    for line in lines:
        grouped[line.service, line.product].append(line)
    for (service, product), same in sorted(grouped.items()):
        of_days = daily.get((_subscription(same[0]), service, product), {})
        yield Due(service, product, tuple(same), partial(_used_on, same, of_days, period))


def _used_on(
    lines: Sequence[ChargeLine], of_days: Mapping[date, Decimal], period: Days, days: Days
) -> Money:
    """What usage of some days cost, rounded once; never more than its lines."""
    currency = lines[0].currency
    whole = total((money(line.amount, line.currency) for line in lines), currency)
    if overlap(days, period) == period:
        return whole
    exact = sum(
        (
            Fraction(amount)
            for day, amount in of_days.items()
            if holds_on(day, days.first, days.until)
        ),
        Fraction(0),
    )
    used = money(round_fraction(exact / 3600, minor_unit(currency)), currency)
    return min(used, whole)


def _subscription(line: ChargeLine) -> UUID:
    assert line.subscription_id is not None, "a customer's line names its subscription"
    return line.subscription_id


def _individual(charge: IndividualCharge, period: Days, agreed: Agreed) -> ChargeLine:
    period = part_with(charge.charged_on, period, agreed.cuts.get(charge.party_id))
    assert period.until is not None, "a period that is charged has an end"
    return ChargeLine(
        side="customer",
        direction="receivable",
        party_id=charge.party_id,
        contract_id=charge.contract_id,
        subscription_id=charge.subscription_id,
        service=INDIVIDUAL,
        product=charge.product,
        tax_category=agreed.sold.tax_category(charge.product),
        reason=charge.reason,
        charge_id=charge.id,
        unit_price=charge.amount,
        currency=charge.currency,
        starts_on=period.first,
        ends_on=period.until,
        events=1,
        quantity=1,
        amount_3600=charge.amount * 3600,
        amount=charge.amount,
        derivation=as_text(of_individual(charge.amount, charge.currency)),
    )
