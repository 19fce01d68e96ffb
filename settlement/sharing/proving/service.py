"""Compute again what a closed period credited, and say where its credits are otherwise.

What the period knew is what counts: shares booked by its end, and terms agreed by its rating or by
its close. What the agents of a contract sold is taken as their credits tell it, because agents and
contracts may change with effect for months gone by.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
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
        *_commissions_otherwise(session, period_id, of_cause[OF_SALES[0]], terms),
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
    session: TenantSession, period_id: UUID, booked: list[Placed], terms: Terms
) -> Iterator[CreditFault]:
    if not booked:
        return
    of = {placed.credit.terms_id for placed in booked}
    agreed = {each: commissioning.agreed_commission(terms[each]).terms for each in of}
    corrected = {placed.corrects_period_id for placed in booked}
    months = {each: sharing.days_of(session, each or period_id)[0] for each in corrected}
    before = commissioning.credited_before(session, period_id)
    yield from unlike(booked, commissions_anew(booked, agreed, months, before))


def _promises_otherwise(
    session: TenantSession, period_id: UUID, closed_at: dt.datetime, booked: list[Placed]
) -> Iterator[CreditFault]:
    """What no reading of the terms known then gives: an agreement may have been ended since."""
    month = sharing.days_of(session, period_id)
    found: dict[UUID, list[CreditFault]] | None = None
    for terms in _as_known(session, rating_runs.last_rated_at(session, period_id), closed_at):
        given = promising.credits_to_give(session, period_id, month, terms)
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


def _as_known(
    session: TenantSession, rated_at: dt.datetime | None, closed_at: dt.datetime
) -> Iterator[list[AgreedTerms]]:
    """The terms as they may have been: known at the close or the rating, ended by then or not."""
    for known_at in dict.fromkeys((closed_at, rated_at or closed_at)):
        terms = list(agreements.terms_by_id(session, known_at).values())
        yield terms
        last = {each.agreement_id: each for each in sorted(terms, key=lambda of: of.valid_from)}
        yield [
            replace(each, valid_until=None) if each is last[each.agreement_id] else each
            for each in terms
        ]


def _placed(
    given: Iterable[tuple[UUID, list[Credit]]], period_id: UUID, *, always: bool = False
) -> Iterator[Placed]:
    """Credits with what they correct; what is refunded corrects its period `always`."""
    for usage_in, credits in given:
        corrects = usage_in if always or usage_in != period_id else None
        yield from (Placed(corrects, credit) for credit in credits)
