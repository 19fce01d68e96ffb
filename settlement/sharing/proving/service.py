"""Compute again what a closed period credited, and say where its credits are otherwise.

What the period knew is what counts: shares booked by its end, and terms, agents and contracts as
they were at its rating or its close, because they may change with effect for months gone by.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Final
from uuid import UUID

from settlement.agreements import service as agreements
from settlement.agreements.agreed import AgreedTerms
from settlement.rating.runs import service as rating_runs
from settlement.sharing import service as sharing
from settlement.sharing.commissioning import service as commissioning
from settlement.sharing.commissions import OF_SALES
from settlement.sharing.crediting import SHARE, UNIT, Credit
from settlement.sharing.entitlements import OF_PERIODS
from settlement.sharing.fractions import Rounded, rounded_steps
from settlement.sharing.promising import service as promising
from settlement.sharing.proving.proving import (
    OF_NO_TERMS,
    CreditFault,
    Placed,
    commissions_anew,
    shares_otherwise,
    told_of,
    units_otherwise,
    unlike,
)
from settlement.sharing.refunding import service as refunding
from settlement.sharing.refunding.mirroring import CAUSES as REFUNDED
from settlement.sharing.refunding.mirroring import Refund
from tenants.session import TenantSession

Terms = Mapping[UUID, AgreedTerms]
OF_REFUNDS: Final = "refund"


def faults(session: TenantSession, period_id: UUID, closed_at: dt.datetime) -> list[CreditFault]:
    """Credits of a closed period that are not what facts and terms give, and those left out."""
    of_cause: dict[str, list[Placed]] = defaultdict(list)
    of_nothing: list[CreditFault] = []
    terms = agreements.terms_by_id(session)
    for placed in map(Placed._make, sharing.credits_booked(session, period_id)):
        if placed.credit.terms_id in terms:
            of_cause[_kind(placed.credit.cause)].append(placed)
        elif placed.credit.cause != SHARE:
            of_nothing.append(CreditFault(OF_NO_TERMS, told_of(placed)))
    terms_of = sharing.TermsOf(terms)
    return [
        *of_nothing,
        *shares_otherwise(of_cause[SHARE], terms_of),
        *units_otherwise(of_cause[UNIT], terms_of),
        *_refunds_otherwise(session, period_id, of_cause[OF_REFUNDS], terms_of),
        *_commissions_otherwise(session, period_id, closed_at, of_cause[OF_SALES[0]], terms),
        *_promises_otherwise(session, period_id, closed_at, of_cause[OF_PERIODS[0]]),
    ]


def refunds_left_out(session: TenantSession, closed_at: dt.datetime) -> list[Refund]:
    """Refunds kept before the last close that no period bears."""
    return refunding.left_out(session, closed_at)


def _kind(cause: str) -> str:
    """One cause for all that are computed in one way."""
    for kind, causes in ((OF_REFUNDS, REFUNDED), (OF_SALES[0], OF_SALES)):
        if cause in causes:
            return kind
    return OF_PERIODS[0] if cause in OF_PERIODS else cause


def _refunds_otherwise(
    session: TenantSession, period_id: UUID, booked: list[Placed], terms_of: sharing.TermsOf
) -> Iterator[CreditFault]:
    if not booked:
        return

    def steps_of(credit: Credit) -> list[Rounded]:
        return rounded_steps(credit, terms_of(credit))

    stored_of = partial(sharing.credits_of_usage, session, until_id=period_id)
    given = refunding.credits_given(session, period_id, stored_of, steps_of)
    yield from unlike(booked, _placed(given, period_id, always=True))


def _commissions_otherwise(
    session: TenantSession,
    period_id: UUID,
    closed_at: dt.datetime,
    booked: list[Placed],
    terms: Terms,
) -> Iterator[CreditFault]:
    """Credits that their own facts do not give, or that charges and contracts do not."""
    if booked:
        of = {placed.credit.terms_id for placed in booked}
        agreed = {each: commissioning.agreed_commission(terms[each]).terms for each in of}
        corrected = {placed.corrects_period_id for placed in booked}
        months = {each: sharing.days_of(session, each or period_id)[0] for each in corrected}
        before = commissioning.credited_before(session, period_id)
        found = list(unlike(booked, commissions_anew(booked, agreed, months, before)))
        if found:
            yield from found
            return
    rated_at = rating_runs.last_rated_at(session, period_id) or closed_at
    readings = (
        commissioning.credits_to_give(session, period_id, known_at)
        for known_at in _about(commissioning.worked_out_at(session, rated_at, closed_at))
    )
    yield from _in_every_reading(booked, readings, period_id)


def _promises_otherwise(
    session: TenantSession, period_id: UUID, closed_at: dt.datetime, booked: list[Placed]
) -> Iterator[CreditFault]:
    month = sharing.days_of(session, period_id)
    rated_at = rating_runs.last_rated_at(session, period_id) or closed_at
    readings = (
        promising.credits_to_give(
            session, period_id, month, agreements.terms_by_id(session, known_at).values()
        )
        for known_at in _about((closed_at, rated_at))
    )
    yield from _in_every_reading(booked, readings, period_id)


def _about(instants: Iterable[dt.datetime]) -> Iterator[dt.datetime]:
    """Each instant, and just before it: what changed in the same one may not have been known."""
    for each in dict.fromkeys(instants):
        yield from (each, each - dt.timedelta.resolution)


def _in_every_reading(
    booked: list[Placed], readings: Iterable[Mapping[UUID, list[Credit]]], period_id: UUID
) -> Iterator[CreditFault]:
    """What no reading of what was known gives, agreement by agreement."""
    found: dict[UUID, list[CreditFault]] | None = None
    for given in readings:
        faults_of = defaultdict(list)
        for fault in unlike(booked, _placed(given.items(), period_id)):
            faults_of[fault.told.agreement_id].append(fault)
        found = {
            agreement: of
            for agreement, of in faults_of.items()
            if found is None or agreement in found
        }
        if not found:
            return
    for of in (found or {}).values():
        yield from of


def _placed(
    given: Iterable[tuple[UUID, list[Credit]]], period_id: UUID, *, always: bool = False
) -> Iterator[Placed]:
    """Credits with what they correct; what is refunded corrects its period `always`."""
    for usage_in, credits in given:
        corrects = usage_in if always or usage_in != period_id else None
        yield from (Placed(corrects, credit) for credit in credits)
