"""Gather what was agreed with customers for a period, from the concepts that keep it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import polars as pl

from settlement.agreements import service as agreements
from settlement.agreements.conditions import service as conditions
from settlement.agreements.contract import Subscriber
from settlement.agreements.leaving_waivers import service as leaving_waivers
from settlement.agreements.payers import service as agreed_payers
from settlement.catalogue import service as catalogue
from settlement.catalogue.products import service as products
from settlement.catalogue.promotions import service as promotions
from settlement.catalogue.tariff import TariffVersion
from settlement.parties.cycle_day import cut_of
from settlement.parties.cycle_days import service as cycle_days
from settlement.parties.standings import service as standings
from settlement.rating.agreed import store
from settlement.rating.commercial import Agreed
from settlement.rating.commitment import Commitment, agreed_terms
from settlement.rating.fee_lines import SharedUnder, Sold
from settlement.rating.fees import Days
from settlement.rating.rated_period import RatedPeriod
from settlement.rating.rebates import Benefit, days_of
from tenants.session import TenantSession


def agreed_for(
    session: TenantSession,
    period: RatedPeriod,
    subscribers: Sequence[Subscriber],
    versions: Sequence[TariffVersion],
    commitments: Mapping[UUID, Sequence[Commitment]],
    shared: pl.DataFrame,
    known_at: dt.datetime | None,
    customer_id: UUID | None = None,
) -> Agreed:
    """What holds in a period for these subscribers, who name these tariff versions.

    They are all there are, or those of a customer, whose charges alone count then. `shared` is a
    frame of agreements' SHARED_PRODUCTS. Promotions are those known at an instant, or today.
    """
    days = period.starts_on, period.ends_on
    payers = agreed_payers.payers_on(session, period.ends_on - dt.timedelta(days=1))
    return Agreed(
        subscribers=subscribers,
        versions=versions,
        sold=_sold(session, shared),
        promotions=promotions.promotions(session, known_at),
        grants=conditions.grants_before(session, period.ends_on),
        commitments=commitments,
        standings=standings.standings_between(session, *days),
        charges=[
            replace(each, party_id=payers.get(each.contract_id, each.party_id))
            for each in conditions.charges_between(session, *days, customer_id)
        ],
        waived=leaving_waivers.waived(session),
        cuts={
            party: cut
            for party, dated in cycle_days.all_cycle_days(session).items()
            for cut in [cut_of(dated, *days)]
            if cut < period.ends_on
        },
    )


def benefits_taken(
    session: TenantSession,
    taken: Collection[tuple[UUID, str]],
    days: tuple[dt.date, dt.date],
) -> dict[tuple[UUID, str], Benefit]:
    """The promotions, by subscription and code, that took something off charges of these days.

    `days` are the first one and the one after the last.
    """
    if not taken:
        return {}
    by_code = {each.code: each for each in promotions.promotions(session)}
    granted = conditions.grants_before(session, days[1])
    begun = {
        each.subscription_id: each.valid_from for each in agreements.subscribers(session, *days)
    }
    found = {}
    for subscription, code in taken:
        given = {each.promotion: each.begins_on for each in granted.get(subscription, ())}
        begins_on = given.get(code, begun.get(subscription, days[0]))
        found[subscription, code] = Benefit(by_code[code], days_of(by_code[code], begins_on))
    return found


def commitments_of(
    session: TenantSession,
    subscribers: Sequence[Subscriber],
    ends_on: dt.date,
    known_at: dt.datetime | None,
) -> dict[UUID, list[Commitment]]:
    """The terms of each subscription that begin before a day, as its own tariff said at the time.

    A term is what the tariff said when it began, so tariff versions reach back to the first one.
    """
    if not subscribers:
        return {}
    begun = min(each.valid_from for each in subscribers)
    with_terms: dict[str, list[TariffVersion]] = defaultdict(list)
    for version in catalogue.tariff_versions(session, begun, ends_on, known_at):
        if version.term is not None:
            with_terms[version.code].append(version)
    further = conditions.commitments_before(session, ends_on) if with_terms else {}
    return {
        each.subscription_id: agreed_terms(
            [each.valid_from, *further.get(each.subscription_id, ())], with_terms[each.tariff]
        )
        for each in subscribers
        if each.tariff in with_terms
    }


def has_changed_since(
    session: TenantSession, period_id: UUID, starts_on: dt.date, ends_on: dt.date, at: dt.datetime
) -> bool:
    """Whether something was agreed after an instant that changes the fees of a period before it.

    A subscription was entered or ended with effect in the period, a promotion granted, an amount
    charged on a day of it, the fee waived of who left early, or the payer changed.
    """
    return store.has_unbilled_charge(session, period_id, starts_on, ends_on) or (
        store.has_changed_since(session, starts_on, ends_on, at)
    )


def _sold(session: TenantSession, shared: pl.DataFrame) -> Sold:
    under: dict[str, list[SharedUnder]] = defaultdict(list)
    columns = ("product", "terms", "valid_from", "valid_until")
    for product, terms, valid_from, valid_until in shared.select(columns).iter_rows():
        under[product].append(SharedUnder(UUID(terms), Days(valid_from, valid_until)))
    return Sold({product.code: product for product in products.products(session)}, under)
