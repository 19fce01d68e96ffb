"""Put a routing table together: prices of this moment, quality of a month, our currency."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl

from currencies import service as currencies
from currencies.conversion import convert_by
from currencies.fx_rate import NoFxRate, RateTable
from currencies.money import money
from i18n.errors import Invalid
from mediation import service as mediation
from settlement.agreements import service as agreements
from settlement.agreements.agreed import Interconnect
from settlement.catalogue import service as catalogue
from settlement.catalogue.decks import service as rate_decks
from settlement.catalogue.plain_values import Place
from settlement.catalogue.public_holidays import public_holidays
from settlement.catalogue.rate_deck import LONGEST_PREFIX, NotAPrefix
from settlement.catalogue.section import Section
from settlement.catalogue.zones import service as zone_plans
from settlement.interconnect.routing.asked_calls import prefixes_under, quoted
from settlement.interconnect.routing.quality import Quality, qualities, shown, tally
from settlement.interconnect.routing.ranking import (
    Policy,
    Quote,
    Ranked,
    is_good_enough,
    ranked,
)
from settlement.interconnect.routing.table import (
    LeftOut,
    Reason,
    Route,
    RoutingTable,
    minutes_of,
    price_shown,
)
from settlement.parties import service as parties
from settlement.parties.validity import holds_on
from settlement.periods import service as periods
from settlement.rating.price_list import unprefixed
from settlement.rating.snapshot import SUBSCRIPTIONS, RatingSnapshot, empty
from tenants.directory.service import own_tenant
from tenants.session import TenantSession

A_DAY = dt.timedelta(days=1)
# The rate of a day is published in its course or, for a holiday, days before.
DAYS_OF_RATES = 10
LONGEST_CALL = 3600
MOST_ROUTES = 20


class AverageCallUnusable(Invalid):
    """A call of {seconds} seconds cannot be priced. Name 1 to 3600 seconds."""


class TooManyRoutes(Invalid):
    """A prefix cannot have {routes} routes. Ask for 1 to 20."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the average call, under which prefix, the month of the quality, the policy."""

    seconds: int = 180
    prefix: str = ""
    period_id: UUID | None = None
    policy: Policy = field(default_factory=Policy)


class _Known(NamedTuple):
    snapshot: RatingSnapshot
    priced: list[pl.DataFrame]


class _Exchanged(NamedTuple):
    """By agreement, the factor into our currency, or why there is none."""

    factors: Mapping[UUID, Fraction]
    reasons: Mapping[UUID, Reason]


def routing_table(session: TenantSession, asked: Question) -> RoutingTable:
    """Rank the outgoing trunks for each prefix that a carrier has a price for, by prices now.

    Raises AverageCallUnusable, TooManyRoutes, NotAPrefix, NoSuchPeriod and what RatingSnapshot
    raises.
    """
    _check(asked)
    at = session.now()
    known = _known(session, at)
    prefixes = prefixes_under(known.priced, asked.prefix)
    quotes = quoted(known.snapshot, prefixes, at, asked.seconds)
    named = _in_force(session, at)
    currency = own_tenant(session).base_currency
    exchanged = _exchanged(session, named, currency, at)
    counted = _qualities(session, asked.period_id, prefixes)
    names = parties.names(session, {each.carrier_id for each in named.values()})
    comparable, left_out = _comparable(quotes, exchanged, counted, asked)
    best = ranked(comparable, asked.policy)
    return RoutingTable(
        at,
        asked.seconds,
        currency,
        tuple(_route(each, named[each.quote.agreement_id], names) for each in best),
        tuple(
            LeftOut(trunk, names[own.carrier_id], own.code, own.currency, reason, count)
            for (trunk, agreement, reason), count in sorted(left_out.items())
            for own in [named[agreement]]
        ),
    )


def _check(asked: Question) -> None:
    if not 1 <= asked.seconds <= LONGEST_CALL:
        raise AverageCallUnusable(seconds=asked.seconds)
    if not 1 <= asked.policy.routes <= MOST_ROUTES:
        raise TooManyRoutes(routes=asked.policy.routes)
    prefix = asked.prefix
    is_digits = prefix.isascii() and prefix.isdigit() and len(prefix) <= LONGEST_PREFIX
    if prefix and not is_digits:
        raise NotAPrefix(where=Place("routes"), prefix=repr(prefix)[:60])


def _known(session: TenantSession, at: dt.datetime) -> _Known:
    """What rating a call to a carrier takes at this instant, by what is published now."""
    starts_on, ends_on = at.date() - A_DAY, at.date() + 2 * A_DAY
    trunks = agreements.trunk_keys(session, starts_on, ends_on)
    trunks = trunks.filter(pl.col("direction") == "outgoing")
    wanted = set(trunks["tariff"])
    published = catalogue.tariff_versions(session, starts_on, ends_on)
    versions = [version for version in published if version.code in wanted]
    voice = [version.sections["voice"] for version in versions if "voice" in version.sections]
    # A deck or plan that another section names is not asked for its prefixes, but has to be there.
    sections = [section for version in versions for section in version.every_section]
    decks = {
        code: rate_decks.deck_rates(session, code, starts_on, ends_on)
        for code in sorted({each.deck for each in sections if each.deck})
    }
    plans = {
        code: zone_plans.zones_between(session, code, starts_on, ends_on)
        for code in sorted({each.zones for each in sections if each.zones})
    }
    snapshot = RatingSnapshot(
        empty(SUBSCRIPTIONS),
        trunks,
        versions,
        decks,
        holidays={
            code: public_holidays(code, starts_on.year, ends_on.year)
            for code in {version.holidays for version in versions if version.holidays}
        },
        zone_plans=plans,
    )
    own = [_prefixes(each, decks, plans) for section in voice for each in section.with_cases]
    return _Known(snapshot, own)


def _prefixes(
    section: Section, decks: Mapping[str, pl.DataFrame], plans: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    if section.zones is not None and section.is_by_zone:
        return plans[section.zones]
    if section.deck is not None:
        return decks[section.deck]
    # A flat price is one for every number.
    return unprefixed([], section.destination) if section.rates is None else section.rates


def _in_force(session: TenantSession, at: dt.datetime) -> dict[UUID, Interconnect]:
    """The agreements whose terms hold at the instant, by the clocks of each."""
    found = agreements.interconnects(session, at.date() - A_DAY, at.date() + 2 * A_DAY)
    holding = {}
    for each in found:
        today = at.astimezone(ZoneInfo(each.time_zone)).date()
        if holds_on(today, each.valid_from, each.valid_until):
            holding[each.agreement_id] = each
    return holding


def _exchanged(
    session: TenantSession, named: Mapping[UUID, Interconnect], currency: str, at: dt.datetime
) -> _Exchanged:
    first, until = at.date() - DAYS_OF_RATES * A_DAY, at.date() + 2 * A_DAY
    rates = currencies.rate_table(session, None, first, until)
    factors: dict[UUID, Fraction] = {}
    reasons: dict[UUID, Reason] = {}
    for agreement_id, each in named.items():
        factor = _factor(each, currency, rates, at)
        if isinstance(factor, Fraction):
            factors[agreement_id] = factor
        else:
            reasons[agreement_id] = factor
    return _Exchanged(factors, reasons)


def _factor(
    agreement: Interconnect, currency: str, rates: RateTable, at: dt.datetime
) -> Fraction | Reason:
    """What one of the agreement's currency is of ours, by the latest rate that is published."""
    if agreement.currency == currency:
        return Fraction(1)
    if agreement.fixing is None:
        return "no_fixing"
    one, today = money(1, agreement.currency), at.astimezone(ZoneInfo(agreement.time_zone)).date()
    for days in range(DAYS_OF_RATES - 1):
        try:
            return convert_by(one, currency, rates, agreement.fixing, today - days * A_DAY).factor
        except NoFxRate:
            continue
    return "no_rate"


def _qualities(
    session: TenantSession, period_id: UUID | None, prefixes: Sequence[str]
) -> Mapping[tuple[str, str], Quality]:
    """The quality in a month, read day by day so that a month need not fit into memory."""
    if period_id is None:
        return {}
    span = periods.period_by_id(session, period_id).span
    tallies, begins = [], span.starts_at
    while begins < span.ends_at:
        ends = min(begins + A_DAY, span.ends_at)
        tallies.append(tally(mediation.landed_usage(session, begins, ends), prefixes))
        begins = ends
    return qualities(tallies)


def _comparable(
    quotes: pl.DataFrame,
    exchanged: _Exchanged,
    counted: Mapping[tuple[str, str], Quality],
    asked: Question,
) -> tuple[list[Quote], Counter[tuple[str, UUID, Reason]]]:
    """The quotes in our currency, and for each trunk how many were left out for which reason."""
    kept: list[Quote] = []
    left_out: Counter[tuple[str, UUID, Reason]] = Counter()
    ids = {text: UUID(text) for text in quotes["agreement"].unique()}
    by = {key: minutes_of(asked.seconds, factor) for key, factor in exchanged.factors.items()}
    for row in quotes.iter_rows(named=True):
        agreement_id, trunk = ids[row["agreement"]], row["trunk"]
        reason: Reason | None = exchanged.reasons.get(agreement_id)
        if row["by_tiers"]:
            reason = "tiers"
        if reason is None:
            price = Fraction(row["amount_3600"]) * by[agreement_id]
            quality = counted.get((trunk, row["prefix"]))
            named = row["prefix"], trunk, agreement_id, row["destination"]
            quote = Quote(*named, price, quality)
            kept.append(quote)
            reason = None if is_good_enough(quote, asked.policy) else "quality"
        if reason is not None:
            left_out[trunk, agreement_id, reason] += 1
    return kept, left_out


def _route(best: Ranked, agreement: Interconnect, names: Mapping[UUID, str]) -> Route:
    quote = best.quote
    quality = quote.quality
    return Route(
        prefix=quote.prefix,
        rank=best.rank,
        trunk=quote.trunk,
        carrier=names[agreement.carrier_id],
        agreement=agreement.code,
        destination=quote.destination,
        price_per_minute=price_shown(quote.price),
        asr=None if quality is None else shown(quality.asr),
        acd=None if quality is None else shown(quality.acd),
        attempts=None if quality is None or not quality.knows_attempts else quality.attempts,
        answered=None if quality is None else quality.answered,
    )
