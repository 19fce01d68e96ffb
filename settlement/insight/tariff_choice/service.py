"""What a month costs at tariffs, one that was or one that is described: the cost calculator.

It is the rating itself, of the customer's side alone and with another tariff for one subscription;
nothing is kept. So the own tariff comes to what its month is charged, promotions, terms and shared
allowances included. A tariff that has no price for some of the usage is no cheap one: it stands
behind those that price everything.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import polars as pl

from currencies.money import Money, money, total
from i18n.errors import Conflict, NotFound
from settlement.agreements import service as agreements
from settlement.agreements.contract import Subscriber, checked_identifier
from settlement.catalogue import service as catalogue
from settlement.insight.tariff_choice.described import ACCOUNT, Line, usage_of
from settlement.periods import service as periods
from settlement.periods.calendar import month as month_of
from settlement.periods.service import Period
from settlement.rating import service as rating
from settlement.rating.charge_line import NOT_USAGE, ChargeLine
from settlement.rating.knowledge.service import Described
from settlement.rating.rated_period import RatedPeriod
from settlement.rating.snapshot import SUBSCRIPTIONS
from tenants.directory.service import own_tenant
from tenants.session import TenantSession

REBATE = "rebate"


class NothingToCompare(NotFound):
    """{what} has no subscription in {period}. Choose another month, or check the number."""


class TariffInOtherCurrency(Conflict):
    """Tariff {tariff} has prices in {other}, but the contract is in {currency}. Compare tariffs of
    one currency.
    """


@dataclass(frozen=True, slots=True)
class Offer:
    """What the month comes to at a tariff, before tax; rebates are below zero.

    `unpriced` are the events for which this tariff has no price.
    """

    tariff: str
    name: str
    is_own: bool
    usage: Money
    fees: Money
    rebates: Money
    unpriced: int

    @property
    def amount(self) -> Money:
        """All of it."""
        return self.usage + self.fees + self.rebates


def compare_tariffs(
    session: TenantSession,
    code: str,
    subscription_id: UUID,
    tariffs: Sequence[str] | None = None,
) -> list[Offer]:
    """Price a month's usage and fees of a subscription at tariffs, the cheapest first.

    Without tariffs it is compared with all that customers have in that month and currency; its own
    is always among them. Raises NoSuchPeriod, NothingToCompare, NoSuchTariff,
    TariffInOtherCurrency, and what rating raises.
    """
    period = periods.period(session, code)
    all_subscribers = _subscribers(session, period)
    own = _one(all_subscribers, subscription_id, code)
    alike = {each.tariff for each in all_subscribers if each.currency == own.currency}
    wanted = {own.tariff, *(alike if tariffs is None else tariffs)}
    heads = catalogue.tariffs_by_code(session, wanted)
    for head in heads.values():
        if head.currency != own.currency:
            raise TariffInOtherCurrency(
                tariff=head.code, other=head.currency, currency=own.currency
            )
    offers = [_offer(session, period, own, each, heads[each].name) for each in sorted(wanted)]
    return sorted(offers, key=_cheapest)


def subscription_of(session: TenantSession, code: str, identifier: str) -> UUID:
    """Whose an identifier was in a month, the last one's where it went from hand to hand.

    Raises NoSuchPeriod, BadIdentifier, NothingToCompare.
    """
    month = periods.period(session, code).month
    wanted = checked_identifier(identifier)
    keys = agreements.subscription_keys(session, month.starts_on, month.ends_on)
    for name, subscription in keys.select("identifier", "subscription").reverse().iter_rows():
        if name == wanted:
            return UUID(subscription)
    raise NothingToCompare(what=identifier, period=code)


def compare_described(
    session: TenantSession,
    code: str,
    currency: str,
    lines: Sequence[Line],
    tariffs: Sequence[str] | None = None,
    time_zone: str | None = None,
) -> list[Offer]:
    """Price described usage of a month at tariffs, the cheapest first; nothing is kept.

    It is the first month of a new subscription of somebody who has no other: fees that are charged
    once, and promotions for everybody, are in it. Without tariffs it is compared with all that
    customers of that currency have in the month. `code` is any month; days and times are those of
    the time zone, by default our own. Raises NotAMonth, NothingToCompare, NoSuchTariff,
    TariffInOtherCurrency, TooManyEvents, DescribedUnusable, and what rating raises.
    """
    tenant = own_tenant(session)
    described, zone = month_of(code), time_zone or tenant.time_zone
    days = described.starts_on, described.ends_on
    have = {each.tariff for each in agreements.subscribers(session, *days)}
    wanted = have if tariffs is None else set(tariffs)
    heads = catalogue.tariffs_by_code(session, wanted)
    if tariffs is None:
        heads = {each: head for each, head in heads.items() if head.currency == currency}
    for head in heads.values():
        if head.currency != currency:
            raise TariffInOtherCurrency(tariff=head.code, other=head.currency, currency=currency)
    if not heads:
        raise NothingToCompare(what=currency, period=code)
    usage = usage_of(lines, described, zone, tenant.country)
    period = RatedPeriod(session.ids.new(), *days, *described.span(tenant.time_zone))
    offers = []
    for head in heads.values():
        asked = _described(session, head.code, currency, zone, described.starts_on)
        priced, rated = rating.priced_as_described(session, period, asked, usage)
        unpriced = rated.suspended.select("batch_id", "line").unique().height
        offers.append(_summed(priced, head.code, head.name, currency, unpriced, is_own=False))
    return sorted(offers, key=_cheapest)


def _described(
    session: TenantSession, tariff: str, currency: str, zone: str, begins_on: dt.date
) -> Described:
    """A subscription of a customer of its own, which begins with the month."""
    subscription, contract, customer = (session.ids.new() for _ in range(3))
    keys = {
        "identifier": ACCOUNT,
        "subscription": str(subscription),
        "contract": str(contract),
        "customer": str(customer),
        "tariff": tariff,
        "zone": zone,
        "valid_from": begins_on,
        "valid_until": None,
    }
    return Described(
        Subscriber(
            subscription_id=subscription,
            contract_id=contract,
            customer_id=customer,
            product="",
            tariff=tariff,
            currency=currency,
            time_zone=zone,
            valid_from=begins_on,
            valid_until=None,
            payer_id=customer,
        ),
        pl.DataFrame([keys], schema=SUBSCRIPTIONS),
    )


def _subscribers(session: TenantSession, period: Period) -> list[Subscriber]:
    month = period.month
    return agreements.subscribers(session, month.starts_on, month.ends_on)


def _one(subscribers: Iterable[Subscriber], subscription_id: UUID, code: str) -> Subscriber:
    for each in subscribers:
        if each.subscription_id == subscription_id:
            return each
    raise NothingToCompare(what=subscription_id, period=code)


def _offer(
    session: TenantSession, period: Period, own: Subscriber, tariff: str, name: str
) -> Offer:
    instead = {own.subscription_id: tariff}
    priced, unpriced = periods.priced_for_customer(session, period, own.customer_id, instead)
    lines = [each for each in priced if each.subscription_id == own.subscription_id]
    is_own = tariff == own.tariff
    return _summed(lines, tariff, name, own.currency, unpriced, is_own=is_own)


def _cheapest(offer: Offer) -> tuple[bool, Money, str]:
    """What has no price for some usage is no cheap one, however little it comes to."""
    return offer.unpriced > 0, offer.amount, offer.tariff


def _summed(
    lines: Sequence[ChargeLine],
    tariff: str,
    name: str,
    currency: str,
    unpriced: int,
    *,
    is_own: bool,
) -> Offer:
    fees = [each for each in lines if each.service in NOT_USAGE and each.service != REBATE]

    def summed(some: Iterable[ChargeLine]) -> Money:
        return total((money(line.amount, line.currency) for line in some), currency)

    return Offer(
        tariff=tariff,
        name=name,
        is_own=is_own,
        usage=summed(line for line in lines if line.service not in NOT_USAGE),
        fees=summed(fees),
        rebates=summed(line for line in lines if line.service == REBATE),
        unpriced=unpriced,
    )
