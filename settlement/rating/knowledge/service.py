"""Put together what rating a period takes: agreements, tariffs and decks as they were known.

An open period is rated by what is known today. A closed one keeps the knowledge of its last run, so
that late usage is priced as it would have been in time; only a re-rating that somebody ordered
changes that, for what it concerns (rule R23).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

import polars as pl

from settlement.agreements import service as agreements
from settlement.agreements.agreed import Interconnect
from settlement.agreements.contract import Subscriber
from settlement.agreements.payers import service as agreed_payers
from settlement.catalogue import service as catalogue
from settlement.catalogue.decks import service as rate_decks
from settlement.catalogue.porting import service as porting
from settlement.catalogue.public_holidays import public_holidays
from settlement.catalogue.tariff import TariffVersion
from settlement.catalogue.zones import service as zone_plans
from settlement.rating.agreed.service import agreed_for, commitments_of
from settlement.rating.commercial import Agreed
from settlement.rating.cuts import cuts_of
from settlement.rating.orders import service as orders
from settlement.rating.orders.re_rating import Orders, ReRating
from settlement.rating.rated_period import RatedPeriod
from settlement.rating.rollover import service as rollover
from settlement.rating.rollover.service import Opening
from settlement.rating.snapshot import TRUNKS, RatingSnapshot, empty
from tenants.digest import digest
from tenants.session import TenantSession

# A tariff may have been valid on the day before by another zone's clocks.
A_DAY = dt.timedelta(days=1)


class Described(NamedTuple):
    """A subscription that somebody asks about and nobody has: who it is, and by what usage names it
    (a frame of SUBSCRIPTIONS).
    """

    subscriber: Subscriber
    keys: pl.DataFrame


class Known(NamedTuple):
    """What the kernel takes, and what the lines say besides; `tariffs` are codes by version id.

    `asking_callers` are the agreements that name a share of calls without a calling number, `cuts`
    the subscriptions whose month is cut (`cuts.CUTS`).
    """

    kernel: RatingSnapshot
    subscriptions: dict[UUID, Subscriber]
    digest: str
    shared: pl.DataFrame
    agreed: Agreed
    opening: Opening
    tariffs: Mapping[str, str]
    asking_callers: Mapping[str, Interconnect]
    cuts: pl.DataFrame


def known_of(
    session: TenantSession,
    period: RatedPeriod,
    known_at: dt.datetime | None,
    also: Sequence[ReRating] = (),
    customer_id: UUID | None = None,
    instead: Mapping[UUID, str] | None = None,
    described: Described | None = None,
) -> Known:
    """What rating the period takes, by the tariffs known at an instant, or today.

    `also` are orders that are not kept, for a preview. With a customer it is what rating this
    customer's side takes: nobody else's subscriptions, and no carrier. `instead` are tariffs that
    subscriptions are priced by for once, other than their own. `described` is a subscription that
    is not there, rated alone as that of a customer. Raises what RatingSnapshot raises.
    """
    if described is not None:
        customer_id = described.subscriber.customer_id
    starts_on, ends_on = period.starts_on - A_DAY, period.ends_on + A_DAY
    standing = Orders([*orders.ordered(session, period.id), *also], known_at)
    # Whoever pays on the last day of the month is sent its invoice.
    payers = agreed_payers.payers_on(session, period.ends_on - A_DAY)
    subscribers = [
        _paid_by(each, payers.get(each.contract_id, each.payer_id))
        for each in agreements.subscribers(session, starts_on, ends_on, customer_id)
    ]
    subscriptions = agreements.subscription_keys(session, starts_on, ends_on, customer_id)
    if described is not None:
        subscribers, subscriptions = [described.subscriber], described.keys
    if instead:
        subscribers, subscriptions = _instead(subscribers, subscriptions, instead)
    if customer_id is None:
        only, trunks = None, agreements.trunk_keys(session, starts_on, ends_on)
    else:
        # A subscription may have fees and no identifier.
        only, trunks = frozenset(each.tariff for each in subscribers), empty(TRUNKS)
    sources = [Prices(None, known_at, only=only), *_ordered(standing, subscriptions, trunks)]
    versions, decks, plans = [], {}, {}
    tariffs: dict[str, str] = {}
    names: dict[str, str] = {}
    for each in sources:
        own = each.versions(session, starts_on, ends_on)
        versions += [each.renamed(version) for version in own]
        tariffs |= {version.id: version.code for version in own}
        names |= {each.name(version.code): version.code for version in own}
        wanted = {section.deck for one in own for section in one.every_section if section.deck}
        for code in sorted(wanted):
            rates = rate_decks.deck_rates(session, code, starts_on, ends_on, each.known_at)
            decks[each.name(code)] = rates
        wanted = {section.zones for one in own for section in one.every_section if section.zones}
        for code in sorted(wanted):
            plan = zone_plans.zones_between(session, code, starts_on, ends_on, each.known_at)
            plans[each.name(code)] = plan
    ported = _ported(session, period, sources)
    holidays = _holidays(versions, starts_on, ends_on)
    subscriptions = standing.assigned(subscriptions, "customer")
    trunks = standing.assigned(trunks, "carrier")
    began_with = rollover.opening(session, period, versions, names, known_at)
    shared = agreements.shared_products(session, starts_on, ends_on)
    ordered = [_as_ordered(each, standing) for each in subscribers]
    committed = commitments_of(session, subscribers, period.ends_on, known_at)
    agreed = agreed_for(
        session, period, ordered, versions, committed, shared, known_at, customer_id
    )
    seen = digest(
        {
            "tariffs": sorted(f"{version.code} {version.id}" for version in versions),
            "decks": _hashes(decks),
            "zones": _hashes(plans),
            "ported": _hashes(ported),
            "holidays": {
                code: sorted(day.isoformat() for day in days) for code, days in holidays.items()
            },
            "subscriptions": subscriptions.height,
            "trunks": trunks.height,
            "openings": began_with.digest,
            "cuts": sorted(f"{party} {day}" for party, day in agreed.cuts.items()),
        }
    )
    return Known(
        RatingSnapshot(
            subscriptions,
            trunks,
            versions,
            decks,
            began_with.left,
            holidays=holidays,
            zone_plans=plans,
            ported=ported,
        ),
        {each.subscription_id: each for each in ordered},
        seen,
        shared,
        agreed,
        began_with,
        tariffs,
        {} if trunks.is_empty() else _asking_callers(session, period),
        cuts_of(ordered, agreed.cuts),
    )


def _asking_callers(session: TenantSession, period: RatedPeriod) -> dict[str, Interconnect]:
    """By identifier, the last terms of each agreement that say what missing callers cost."""
    found = agreements.interconnects(session, period.starts_on, period.ends_on)
    latest = {
        str(each.agreement_id): each for each in sorted(found, key=lambda each: each.valid_from)
    }
    return {key: each for key, each in latest.items() if each.missing_caller_share is not None}


def _instead(
    subscribers: Sequence[Subscriber], keys: pl.DataFrame, instead: Mapping[UUID, str]
) -> tuple[list[Subscriber], pl.DataFrame]:
    """Subscriptions and their identifiers, with other tariffs."""
    named = {str(subscription): tariff for subscription, tariff in instead.items()}
    other = pl.col("subscription").replace_strict(named, default=None, return_dtype=pl.String)
    return (
        [
            replace(each, tariff=instead.get(each.subscription_id, each.tariff))
            for each in subscribers
        ],
        keys.with_columns(tariff=pl.coalesce(other, "tariff")),
    )


def _ported(
    session: TenantSession, period: RatedPeriod, sources: Sequence["Prices"]
) -> dict[str, pl.DataFrame]:
    """Ported numbers by the tariff that an order is about, and under "" for all others."""
    return {
        each.name(each.tariff) if each.tariff else "": porting.ported_between(
            session, period.starts_at, period.ends_at, each.known_at
        )
        for each in sources
    }


def _holidays(
    versions: Sequence[TariffVersion], starts_on: dt.date, ends_on: dt.date
) -> dict[str, frozenset[dt.date]]:
    """The holidays that the tariffs look at; a call may run into the next year."""
    return {
        code: public_holidays(code, starts_on.year, ends_on.year + 1)
        for code in sorted({each.holidays for each in versions if each.holidays})
    }


def _hashes(frames: Mapping[str, pl.DataFrame]) -> dict[str, int]:
    return {code: int(frame.hash_rows(seed=0).sum()) for code, frame in frames.items()}


class Prices(NamedTuple):
    """Where prices come from: all that was known at an instant, or what an order means by one."""

    order: ReRating | None
    known_at: dt.datetime | None
    tariff: str = ""
    only: frozenset[str] | None = None

    def versions(
        self, session: TenantSession, starts_on: dt.date, ends_on: dt.date
    ) -> list[TariffVersion]:
        """The tariff versions that hold on some of the days, by their own codes."""
        if self.order is not None and self.order.version is not None:
            named = catalogue.numbered_version(session, self.tariff, self.order.version)
            return [replace(named, valid_from=starts_on, valid_until=ends_on)]
        known = catalogue.tariff_versions(session, starts_on, ends_on, self.known_at)
        wanted = self.only if self.order is None else {self.tariff}
        return [each for each in known if wanted is None or each.code in wanted]

    def name(self, code: str) -> str:
        """The name of a tariff or deck in the snapshot."""
        return code if self.order is None else self.order.alias(code)

    def renamed(self, version: TariffVersion) -> TariffVersion:
        """The version under its name in the snapshot, with its decks under theirs."""
        sections = {
            name: section.with_decks(self.name) for name, section in version.sections.items()
        }
        return replace(version, code=self.name(version.code), sections=sections)


def _ordered(standing: Orders, subscriptions: pl.DataFrame, trunks: pl.DataFrame) -> list[Prices]:
    """What the orders mean by the tariffs that they concern, in an order that no run changes."""
    meant = set()
    for keys, party in ((subscriptions, "customer"), (trunks, "carrier")):
        for tariff, of in keys.select("tariff", party).unique().iter_rows():
            order = standing.order_for(tariff, of)
            if order is not None:
                meant.add(Prices(order, order.ordered_at, tariff))
    return sorted(meant, key=lambda each: each.name(each.tariff))


# Of nearly all subscribers nothing changes, and to make values anew takes longer than to look.
def _as_ordered(subscriber: Subscriber, standing: Orders) -> Subscriber:
    named = standing.tariff_for(subscriber.tariff, str(subscriber.customer_id))
    return subscriber if named == subscriber.tariff else replace(subscriber, tariff=named)


def _paid_by(subscriber: Subscriber, payer_id: UUID) -> Subscriber:
    return subscriber if payer_id == subscriber.payer_id else replace(subscriber, payer_id=payer_id)
