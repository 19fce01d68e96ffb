"""What an agreement entitles its payees to beyond the split of a month (rules R45, R46).

Tiers, caps, guarantees, advances and fees count in periods of their own. All work alike: what is
due so far, as everything is known now, less what was credited so far. So refunds and late usage
lower or raise what they belong to whenever they come, no order of runs changes the sum, and a
correction is the new figure less the stored one over the whole period.

Each builds on the ones before: the tiers decide what is earned, the caps limit it, a guarantee and
an advance look at what was earned in the end. A fee is beside all of that.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, NamedTuple
from uuid import UUID

from currencies.money import Money, money, plain, scaled, total
from settlement.agreements.entitlement_terms import Promise
from settlement.agreements.share_parts import Part
from settlement.agreements.sharing_terms import SharingTerms
from settlement.sharing.crediting import SHARE, UNIT
from settlement.sharing.facts import fact
from settlement.sharing.guarantees import recouped, top_up
from settlement.sharing.own_periods import OwnPeriod, own_period
from settlement.sharing.parts import exact, payable
from settlement.sharing.refunding.mirroring import CAUSES as REFUNDED
from settlement.sharing.tiers import exact_tiered_share, reached, tiered_share

# Causes of credits that are parts of revenue, or take them back; the base of a tier is theirs.
OF_BASE: Final = (SHARE, *REFUNDED)
# What is found here, and anew with each run.
OF_PERIODS: Final = ("tier", "cap", "guarantee", "advance", "fee")
# What a payee has earned, net of refunds; what it is promised beside is no part of it.
OF_CAP: Final = (*OF_BASE, UNIT, "tier")
EARNED: Final = (*OF_CAP, "cap")
# The facts that say which months counted, and for which days of its period a fee is owed.
OWN_PERIOD: Final = "own_period"
FEE_DAYS: Final = "fee_days"


class Version(NamedTuple):
    """One version of an agreement's terms, by local days, half-open."""

    terms_id: UUID
    terms: SharingTerms
    valid_from: dt.date
    valid_until: dt.date | None


class Credited(NamedTuple):
    """Credits of one payee, cause and month of usage under one version, in one currency.

    Exact, the amount is more by the fraction, where that is known.
    """

    terms_id: UUID
    payee: str
    rule: str
    cause: str
    month: dt.date
    base: Money
    amount: Money
    fraction: Fraction | None = None


class Entitlement(NamedTuple):
    """What is credited now; `month` is the first day of the month of usage it belongs to.

    `facts` say how it came about, as steps of a credit do. Exact, it is more by the fraction.
    """

    cause: str
    terms_id: UUID
    rule: str
    payee: str
    month: dt.date
    amount: Money
    facts: tuple[Mapping[str, Any], ...]
    fraction: Fraction = Fraction(0)


@dataclass(slots=True)
class _Agreement:
    """One agreement while its entitlements are found; what is found counts for those after."""

    versions: Sequence[Version]
    credited: list[Credited]
    month: dt.date
    ends_on: dt.date
    touched: Collection[dt.date]
    currency: str
    found: list[Entitlement] = field(default_factory=list)

    def periods(self, kind: str) -> list[OwnPeriod]:
        """The periods of a kind that this month or a touched one lies in, the earliest first."""
        starts_on = self.versions[0].valid_from
        wanted = {
            own_period(month, kind, self.latest.terms.periods_from, starts_on)
            for month in (*self.touched, self.month)
        }
        return sorted(period for period in wanted if self.versions_in(period))

    @property
    def latest(self) -> Version:
        """The last version that holds before the end of this month."""
        return [each for each in self.versions if each.valid_from < self.ends_on][-1]

    def versions_in(self, period: OwnPeriod) -> list[Version]:
        """The versions that hold in a period up to now."""
        ends_on = min(period.ends_on or self.ends_on, self.ends_on)
        return [each for each in self.versions if _holds(each, period.starts_on, ends_on)]

    def is_over(self, period: OwnPeriod) -> bool:
        """Whether this run is the last of a period: it ends with this month, or nothing follows."""
        until = self.versions[-1].valid_until
        ended = until is not None and until <= self.ends_on
        return ended or (period.ends_on is not None and period.ends_on <= self.ends_on)

    def sum_of(
        self,
        period: OwnPeriod,
        payee: str,
        causes: Collection[str],
        terms: Collection[UUID] | None = None,
    ) -> Money:
        """What a payee was credited for a period, under some versions of the terms or all."""
        rows = (each for each in self.credited if each.payee == payee and each.cause in causes)
        known = (each for each in rows if terms is None or each.terms_id in terms)
        return total((each.amount for each in known if period.has(each.month)), self.currency)

    def fraction_of(self, period: OwnPeriod, payee: str, causes: Collection[str]) -> Fraction:
        """What rounding made of that: exact less credited, as far as it is known."""
        rows = (each for each in self.credited if each.payee == payee and each.cause in causes)
        known = (each.fraction or Fraction(0) for each in rows if period.has(each.month))
        return sum(known, Fraction(0))

    def give(
        self,
        cause: str,
        period: OwnPeriod,
        version: Version,
        payee: str,
        amount: Money,
        facts: Iterable[Mapping[str, Any]],
        fraction: Fraction,
        rule: str = "",
        terms: Collection[UUID] | None = None,
    ) -> None:
        """Credit what is due less what was credited; nothing where that is zero, and exact.

        `fraction` is that of all that is due; what was posted of it before, under some versions of
        the terms or all, is taken off.
        """
        of = (payee, cause, rule)
        before = [
            each.fraction
            for each in self.credited
            if (each.payee, each.cause, each.rule) == of
            and period.has(each.month)
            and (terms is None or each.terms_id in terms)
        ]
        added = fraction - sum((each or 0 for each in before), Fraction(0))
        if not amount.amount and (not added or None in before):
            return
        month = self.month
        if not period.has(month):
            month = max(each for each in self.touched if period.has(each))
        nothing = money(0, self.currency)
        told = (*facts, _counted_in(period))
        self.found.append(
            Entitlement(cause, version.terms_id, rule, payee, month, amount, told, added)
        )
        self.credited.append(
            Credited(version.terms_id, payee, rule, cause, month, nothing, amount, added)
        )


def entitlements(
    versions: Sequence[Version],
    credited: Iterable[Credited],
    month: tuple[dt.date, dt.date],
    touched: Collection[dt.date],
    currency: str,
) -> list[Entitlement]:
    """What one agreement's payees are credited in the open month, given as its two days.

    `versions` are in the order of time. `credited` is everything so far in the agreement's
    currency, the shares of this month included; `touched` are first days of the months of usage
    that credits of this month belong to.
    """
    if not versions or versions[0].valid_from >= month[1]:
        return []
    agreement = _Agreement(versions, list(credited), *month, touched, currency)
    _give_tiers(agreement)
    for name, give in _PROMISED.items():
        for period, version, promise in _promised(agreement, name):
            give(agreement, period, version, promise)
    return agreement.found


def _promised(agreement: _Agreement, name: str) -> Iterator[tuple[OwnPeriod, Version, Promise]]:
    """Each promise with its periods, as the version in force makes it.

    A fee is owed for the days on which it held, also when the version in force has none.
    """
    kinds = {
        promise.period: None
        for version in agreement.versions
        for promise in version.terms.promises()[name]
    }
    for kind in kinds:
        for period in agreement.periods(kind):
            held = agreement.versions_in(period)
            made = {
                promise.payee: (version, promise)
                for version in (held if name == "fees" else held[-1:])
                for promise in version.terms.promises()[name]
                if promise.period == kind
            }
            for version, promise in made.values():
                yield period, version, promise


def _counted_in(period: OwnPeriod) -> Mapping[str, Any]:
    """The own period of an entitlement as a fact: its first month, and the first one after it."""
    until = "" if period.ends_on is None else period.ends_on.isoformat()[:7]
    return {"fact": OWN_PERIOD, "from": period.starts_on.isoformat()[:7], "until": until}


def _holds(version: Version, starts_on: dt.date, ends_on: dt.date) -> bool:
    """Whether a version holds on some day of [starts_on, ends_on)."""
    until = version.valid_until
    return version.valid_from < ends_on and (until is None or until > starts_on)


def _give_tiers(agreement: _Agreement) -> None:
    for period in agreement.periods(agreement.latest.terms.tier_period):
        version = agreement.versions_in(period)[-1]
        for rule, payee in _tiered(agreement.versions):
            _give_tier(agreement, period, version, rule, payee)


def _tiered(versions: Iterable[Version]) -> list[tuple[str, str]]:
    """By rule and payee, whose rate depends on the base so far under some version."""
    return list(
        dict.fromkeys(
            (rule, part.payee)
            for version in versions
            for rule, split in version.terms.splits().items()
            for part in split.shares
            if part.tiers
        )
    )


def _give_tier(
    agreement: _Agreement, period: OwnPeriod, version: Version, rule: str, payee: str
) -> None:
    """Each version shares what it adds to the base so far; with one version that is all of it."""
    code = agreement.currency
    rows = [
        each
        for each in agreement.credited
        if (each.rule, each.payee) == (rule, payee) and period.has(each.month)
    ]
    base = due = money(0, code)
    fraction = Fraction(0)
    for each in agreement.versions:
        own = [row for row in rows if row.terms_id == each.terms_id and row.cause in OF_BASE]
        before, base = base, base + total((row.base for row in own), code)
        part = _part_of(each.terms, rule, payee)
        if part is None or not part.tiers:
            due = due + total((row.amount for row in own), code)
            continue
        kind = each.terms.tier_kind
        own_due = tiered_share(base, part.tiers, kind) - tiered_share(before, part.tiers, kind)
        due = due + own_due
        fraction += exact_tiered_share(base, part.tiers, kind)
        fraction -= exact_tiered_share(before, part.tiers, kind) + exact(own_due)
        # The split rounded the lowest rate, and told so.
        split = exact(base - before) * Fraction(part.rate)
        fraction -= split - exact(total((row.amount for row in own), code))
    credited = total((row.amount for row in rows if row.cause in (*OF_BASE, "tier")), code)
    part = _part_of(version.terms, rule, payee)
    facts = [fact("tier_base", base)]
    if part is not None and part.tiers:
        facts += [
            fact("tier", money_of, rate=plain(rate), of=plain(of.amount))
            for rate, of, money_of in reached(base, part.tiers, version.terms.tier_kind)
        ]
    facts += [fact("due", due), fact("credited", scaled(credited, -1))]
    agreement.give("tier", period, version, payee, due - credited, facts, fraction, rule)


def _part_of(terms: SharingTerms, rule: str, payee: str) -> Part | None:
    split = terms.splits().get(rule)
    parts = split.shares if split is not None else ()
    return next((part for part in parts if part.payee == payee), None)


Give = Callable[[_Agreement, OwnPeriod, Version, Promise], None]


def _cap(agreement: _Agreement, period: OwnPeriod, version: Version, promise: Promise) -> None:
    earned = agreement.sum_of(period, promise.payee, OF_CAP)
    most = money(promise.amount, agreement.currency)
    due = min(most - earned, money(0, agreement.currency))
    before = agreement.sum_of(period, promise.payee, ["cap"])
    facts = [fact("earned", earned), fact("cap", most), fact("cut_before", before)]
    cut = -agreement.fraction_of(period, promise.payee, OF_CAP) if due.amount else Fraction(0)
    agreement.give("cap", period, version, promise.payee, due - before, facts, cut)


def _guarantee(
    agreement: _Agreement, period: OwnPeriod, version: Version, promise: Promise
) -> None:
    if not agreement.is_over(period):
        return
    earned = agreement.sum_of(period, promise.payee, EARNED)
    least = money(promise.amount, agreement.currency)
    before = agreement.sum_of(period, promise.payee, ["guarantee"])
    due = top_up(least, earned, is_final_run=True)
    facts = [fact("guarantee", least), fact("earned", earned), fact("topped_up", before)]
    # What is reached is the guarantee, to the last digit; below it nothing is left of a fraction.
    made_good = -agreement.fraction_of(period, promise.payee, EARNED) if due.amount else Fraction(0)
    agreement.give("guarantee", period, version, promise.payee, due - before, facts, made_good)


def _advance(agreement: _Agreement, period: OwnPeriod, version: Version, promise: Promise) -> None:
    earned = agreement.sum_of(period, promise.payee, EARNED)
    advanced = money(promise.amount, agreement.currency)
    due = recouped(earned, advanced) - earned
    before = agreement.sum_of(period, promise.payee, ["advance"])
    facts = [
        fact("advance", advanced),
        fact("earned", earned),
        fact("recouped", scaled(before, -1)),
        fact("left", advanced + due),
    ]
    # While it is recouped all that is earned is kept back, fractions too; later they are paid.
    is_recouped = earned > advanced
    kept = Fraction(0) if is_recouped else -agreement.fraction_of(period, promise.payee, EARNED)
    agreement.give("advance", period, version, promise.payee, due - before, facts, kept)


def _fee(agreement: _Agreement, period: OwnPeriod, version: Version, promise: Promise) -> None:
    """A fee by the month is beside one by the year that another version promised."""
    due, earned = money(0, agreement.currency), Fraction(0)
    days_told, promising = [], set()
    for each in agreement.versions:
        for fee in each.terms.fees:
            if (fee.payee, fee.period) == (promise.payee, promise.period):
                promising.add(each.terms_id)
                first, last, days = _days_owed(agreement, period, each)
                before, so_far = (Fraction(fee.amount) * day / days for day in (first, last))
                earned += so_far - before
                part = payable(so_far, agreement.currency) - payable(before, agreement.currency)
                due = due + part
                told = {"of": plain(fee.amount), "first": str(first), "last": str(last)}
                if last > first:
                    days_told.append(fact(FEE_DAYS, part, **told, days=str(days)))
    before_now = agreement.sum_of(period, promise.payee, ["fee"], promising)
    fee_of_period = money(promise.amount, agreement.currency)
    facts = [fact("fee", fee_of_period), *days_told, fact("fee_before", before_now)]
    fraction = earned - exact(due)
    added = due - before_now
    agreement.give("fee", period, version, promise.payee, added, facts, fraction, terms=promising)


def _days_owed(agreement: _Agreement, period: OwnPeriod, version: Version) -> tuple[int, int, int]:
    """The days of a period before a version held, those up to now, and all: a part is by their
    difference (R36). A period without an end is as one day, of the latest version.
    """
    if period.ends_on is None:
        return 0, 1 if version is agreement.latest else 0, 1
    days = (period.ends_on - period.starts_on).days
    until = min(version.valid_until or period.ends_on, period.ends_on, agreement.ends_on)
    first = max((version.valid_from - period.starts_on).days, 0)
    return first, max((until - period.starts_on).days, first), days


# In the order in which each builds on the ones before.
_PROMISED: Final[Mapping[str, Give]] = {
    "caps": _cap,
    "guarantees": _guarantee,
    "advances": _advance,
    "fees": _fee,
}
