"""Share what a rating run charged: a credit for every payee of every shared product.

Shares of an open period replace those of the run before; a closed period's change only by credits
booked in the open one, which take the stored credits back and give the new ones.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import NamedTuple
from uuid import UUID

import polars as pl

from currencies.units import minor_unit
from settlement.agreements import service as agreements
from settlement.agreements.agreed import AgreedTerms
from settlement.agreements.sharing_terms import SharingTerms, terms_from_plain
from settlement.parties import service as parties
from settlement.rating.charge_line import NOT_USAGE
from settlement.rating.charging import EVENT
from settlement.rating.runs import service as rating_runs
from settlement.rating.runs.service import SharedLine
from settlement.sharing import store
from settlement.sharing.basis.service import Bases
from settlement.sharing.commissioning import service as commissioning
from settlement.sharing.commissioning.service import ContractRefund
from settlement.sharing.commissions import OF_SALES
from settlement.sharing.crediting import (
    OURSELVES,
    SHARE,
    Credit,
    Revenue,
    SplitBy,
    credits_of,
    late_credits,
)
from settlement.sharing.entitlements import OF_BASE, OF_PERIODS
from settlement.sharing.event_units import UNITS, Events
from settlement.sharing.fractions import (
    Rounded,
    rounded_steps,
    taken_back,
    with_fractions,
)
from settlement.sharing.promising import service as promising
from settlement.sharing.refunding import service as refunding
from settlement.sharing.refunding.mirroring import Refund
from settlement.sharing.revenues.service import lines_to_share, revenues_of
from settlement.sharing.ruling import OF_REVENUE, SOLD_TO
from settlement.sharing.rulings import service as rulings
from settlement.sharing.sharing_events import split_of_events
from settlement.sharing.unit_credits import unit_counts, unit_credits
from settlement.sharing.waterfall import Shared
from tenants.session import TenantSession
from tenants.values import value_of

ZERO = Decimal(0)
# The columns of rated charges that a split of events is computed from.
OF_EVENTS = (*EVENT, *OF_REVENUE, *SOLD_TO, "part", "amount_3600", "billed_units")
Key = tuple[UUID, str, str]


class Run(NamedTuple):
    """The rating that credits belong to, and the period that bears them."""

    id: UUID
    period_id: UUID


class SplitMade(NamedTuple):
    """A split of revenue: a credit that shows it, and its steps, exact and as given."""

    credit: Credit
    corrects_period_id: UUID | None
    is_by_event: bool
    steps: list[Rounded]


Bearing = rating_runs.RatingRun | Run


class TermsOf:
    """The terms that split what a credit shows, read once."""

    def __init__(self, agreed: Mapping[UUID, AgreedTerms]) -> None:
        """`agreed` are all terms by their id."""
        self._agreed = agreed
        self._read: dict[UUID, SharingTerms] = {}

    def __call__(self, credit: Credit) -> SharingTerms:
        """Of the rule of the credit, where there are rules."""
        if credit.terms_id not in self._read:
            self._read[credit.terms_id] = terms_from_plain(self._agreed[credit.terms_id].sharing)
        return self._read[credit.terms_id].split(credit.rule)


def share_period(
    session: TenantSession, run: rating_runs.RatingRun, corrected: Sequence[UUID] = ()
) -> int:
    """Credit the payees of an open period, and of the closed ones it corrects; how many credits.

    Raises UnknownPayee and the errors of terms.
    """
    store.forget_run(session, run.period_id)
    rulings.forget(session, run.period_id)
    agreed = agreements.terms_by_id(session)
    has_rules = any(each.sharing.get("rules") for each in agreed.values())
    count = 0
    # By time: what one period carries, the next one brings forward, and the open one is the last.
    for period_id in corrected:
        revenues, anew = _credits(session, period_id, agreed, with_corrections=True)
        late = late_credits(credits_of_usage(session, period_id), anew)
        _load(session, run, late, period_id)
        count += len(late)
        if late and has_rules:
            rulings.keep(session, run.period_id, period_id, revenues)
    revenues, given = _credits(session, run.period_id, agreed)
    if has_rules:
        rulings.keep(session, run.period_id, None, revenues)
    _load(session, run, given, None)
    count += len(given) + _give_refunds(session, run, agreed) + _commission(session, run)
    # What an agreement entitles to is counted over all of it, refunds too.
    return count + _entitle(session, run, agreed)


def refund(session: TenantSession, asked: Refund, bearing_id: UUID) -> None:
    """Keep a refund, and take the shares back in the open period that bears it.

    A period that is not rated yet takes them back when it is. Raises RefundExceeds.
    """
    refunding.record(session, asked, partial(credits_of_usage, session))
    run_id = rating_runs.last_run_id(session, bearing_id)
    if run_id is not None:
        run = Run(run_id, bearing_id)
        agreed = agreements.terms_by_id(session)
        _give_refunds(session, run, agreed)
        store.forget_causes(session, bearing_id, OF_PERIODS)
        _entitle(session, run, agreed)


def refund_contracts(
    session: TenantSession, asked: Sequence[ContractRefund], bearing_id: UUID
) -> None:
    """Keep what contracts get back, and take the commissions back in the period that bears it."""
    commissioning.record(session, asked)
    run_id = rating_runs.last_run_id(session, bearing_id)
    if run_id is not None:
        store.forget_causes(session, bearing_id, OF_SALES)
        _commission(session, Run(run_id, bearing_id))


def refunds(session: TenantSession) -> list[Refund]:
    """All refunds, the earliest first."""
    return refunding.refunds(session)


def _commission(session: TenantSession, run: Bearing) -> int:
    """Credit agents for what they sold; how many credits."""
    given = commissioning.credits_to_give(session, run.period_id)
    for sold_in, credits in given.items():
        _load(session, run, credits, None if sold_in == run.period_id else sold_in)
    return sum(map(len, given.values()))


def _entitle(session: TenantSession, run: Bearing, terms: Mapping[UUID, AgreedTerms]) -> int:
    """Credit what agreements entitle to over periods of their own; how many credits."""
    month = store.days_of(session, run.period_id)
    given = promising.credits_to_give(session, run.period_id, month, terms.values())
    for usage_in, credits in given.items():
        _load(session, run, credits, None if usage_in == run.period_id else usage_in)
    return sum(map(len, given.values()))


def splits_of(session: TenantSession, period_id: UUID) -> Iterator[SplitMade]:
    """Every split of revenue booked in a period, with what rounding made of its steps.

    A credit that is part of no split is one of a single step.
    """
    terms_of = TermsOf(agreements.terms_by_id(session))
    known = {party.id: party.code for party in parties.parties(session, "partner")}
    for row in store.shares(session, period_id):
        is_split = row.cause in OF_BASE
        # All credits of a split show the whole of it.
        if is_split and row.position:
            continue
        credit, by_event = _credit_of(row), False
        if credit.cause == SHARE:
            terms = terms_of(credit)
            by_event = terms.rounding_level == "event"
            steps = rounded_steps(credit, terms)
        elif is_split:
            steps = taken_back(credit)
        else:
            payee = OURSELVES if credit.party_id is None else known[credit.party_id]
            exact = Fraction(credit.amount) + (credit.fraction or 0)
            steps = [Rounded(payee, exact, credit.amount)]
        yield SplitMade(credit, row.corrects_period_id, by_event, steps)


def credits_of_usage(
    session: TenantSession, period_id: UUID, until_id: UUID | None = None
) -> list[Credit]:
    """The credits for a period's usage: its own and the corrections made since.

    With another period, those that were booked up to the end of that one.
    """
    return [_credit_of(row) for row in store.shares_of_usage(session, period_id, until_id)]


def credits_booked(session: TenantSession, period_id: UUID) -> Iterator[tuple[UUID | None, Credit]]:
    """The credits that a period bears, each with the period it corrects."""
    for row in store.shares(session, period_id):
        yield row.corrects_period_id, _credit_of(row)


def days_of(session: TenantSession, period_id: UUID) -> tuple[dt.date, dt.date]:
    """The first day of a period and the first day without."""
    return store.days_of(session, period_id)


def _credits(
    session: TenantSession,
    period_id: UUID,
    agreed: Mapping[UUID, AgreedTerms],
    *,
    with_corrections: bool = False,
) -> tuple[list[Revenue], list[Credit]]:
    """The revenues of a period, and the credits of their payees."""
    known = {party.code: party.id for party in parties.parties(session, "partner")}
    lines = lines_to_share(session, period_id, agreed, with_corrections=with_corrections)
    last_day = store.days_of(session, period_id)[1] - dt.timedelta(days=1)
    revenues = revenues_of(session, lines, agreed, last_day)
    bases = Bases(session, period_id, lines, agreed)
    carried = store.carried_into(session, period_id)
    events = _events_to_split(session, period_id, revenues)
    without_events = _without_events(lines)
    given: list[Credit] = []
    for revenue, terms in revenues:
        by_event = None
        basis = bases.of(revenue, terms)
        if basis is not None and terms.rounding_level == "event":
            by_event = split_of_events(basis.units, revenue.currency, terms, basis.unit_facts)
        elif terms.rounding_level == "event":
            by_event = _by_event(events.units_of(revenue), revenue, terms, without_events)
        # One revenue of a product makes good what all of them left.
        brought = -carried.pop((revenue.agreement_id, revenue.product, revenue.currency), ZERO)
        split_by = SplitBy(brought=brought)
        if basis is not None:
            split_by = SplitBy(basis.difference.amount, basis.facts, brought)
        shared = credits_of(revenue, terms, known, by_event, split_by)
        given += with_fractions(shared, terms)
        if terms.units:
            counts = unit_counts(events.charges_of(revenue))
            given += unit_credits(revenue, terms, known, counts)
    return [revenue for revenue, _ in revenues], given


def _give_refunds(session: TenantSession, run: Bearing, agreed: Mapping[UUID, AgreedTerms]) -> int:
    count = 0
    stored_of = partial(credits_of_usage, session)
    terms_of = TermsOf(agreed)

    def steps_of(credit: Credit) -> list[Rounded]:
        return rounded_steps(credit, terms_of(credit))

    for period_id, given in refunding.credits_to_give(session, stored_of, steps_of):
        _load(session, run, given, period_id)
        count += len(given)
    return count


def _events_to_split(
    session: TenantSession, period_id: UUID, revenues: Iterable[tuple[Revenue, SharingTerms]]
) -> Events:
    looked_at, counted = set(), set()
    for revenue, terms in revenues:
        if terms.units or (terms.rounding_level == "event" and revenue.sold_to is not None):
            looked_at.add(revenue.terms_id)
        elif terms.rounding_level == "event":
            counted.add(revenue.terms_id)
    charges = rating_runs.billed_scan(session, period_id).select(OF_EVENTS)
    return Events(charges, counted - looked_at, looked_at)


def _without_events(
    lines: Iterable[SharedLine],
) -> dict[Key, list[SharedLine]]:
    """Lines that no usage stands behind, fees and rebates, by what they are of."""
    found: dict[Key, list[SharedLine]] = defaultdict(list)
    for line in lines:
        if line.service in NOT_USAGE:
            found[line.terms_id, line.product, line.currency].append(line)
    return found


def _by_event(
    events: pl.DataFrame,
    revenue: Revenue,
    terms: SharingTerms,
    without_events: Mapping[Key, Sequence[SharedLine]],
) -> Shared:
    """The splits of all events of a revenue, added up; each fee is an event of its own."""
    places = minor_unit(revenue.currency)
    key = (revenue.terms_id, revenue.product, revenue.currency)
    others = [
        (int(line.amount.scaleb(places)), 1)
        for line in without_events.get(key, ())
        if revenue.has(*key, (line.customer, line.destination))
    ]
    every = pl.concat([events, pl.DataFrame(others, schema=UNITS, orient="row")])
    return split_of_events(every["units"], revenue.currency, terms, counts=every["events"])


def _load(
    session: TenantSession,
    run: Bearing,
    given: Sequence[Credit],
    corrects: UUID | None,
) -> None:
    fixed = {
        "tenant_id": session.tenant_id,
        "run_id": run.id,
        "period_id": run.period_id,
        "corrects_period_id": corrects,
        "document_id": None,
    }

    def value(name: str, credit: Credit, identity: UUID) -> object:
        if name == "id":
            return identity
        if name == "steps":
            return store.as_json(credit.steps)
        if name == "fraction":
            return store.as_text(credit.fraction)
        found = fixed[name] if name in fixed else getattr(credit, name)
        return list(found) if isinstance(found, tuple) else found

    store.add_shares(
        session,
        (
            tuple(value(name, credit, identity) for name in store.SHARE_COLUMNS)
            for credit, identity in zip(given, session.ids.many(len(given)), strict=True)
        ),
    )


def _credit_of(row: store.ShareRow) -> Credit:
    fraction = None if row.fraction is None else Fraction(row.fraction)
    return value_of(
        Credit, row, steps=tuple(row.steps), batch_ids=tuple(row.batch_ids), fraction=fraction
    )
