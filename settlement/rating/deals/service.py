"""Follow deals with carriers through their terms, and charge what they lack at the end."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

from settlement.agreements import service as agreements
from settlement.agreements.agreed import Interconnect
from settlement.agreements.deal import Deal, Direction
from settlement.rating.charge_line import MONTH_ROUNDING, ChargeLine
from settlement.rating.deals import store
from settlement.rating.deals.fulfilment import BALANCE, NOTHING, Fulfilment, Used, fulfilments
from settlement.rating.rated_period import RatedPeriod
from settlement.rating.shortfall import SHORTFALL
from tenants.session import TenantSession

A_DAY: Final = dt.timedelta(days=1)
# What is counted in seconds; all charges count towards a promise of money.
TIMED: Final = ("voice", MONTH_ROUNDING)


class Booked(NamedTuple):
    """Lines that are about to be booked for the usage of a period."""

    starts_on: dt.date
    lines: Sequence[ChargeLine]


def deals_ending(
    session: TenantSession, starts_on: dt.date, ends_on: dt.date
) -> list[tuple[Interconnect, Deal]]:
    """The deals whose term ends in [starts_on, ends_on), with the agreement they are of."""
    return [
        (agreement, deal)
        for agreement, deal in _deals(session, starts_on, ends_on)
        if starts_on < deal.term_until <= ends_on
    ]


def deal_lines(
    session: TenantSession,
    period: RatedPeriod,
    lines: Sequence[ChargeLine],
    corrections: Iterable[Booked] = (),
) -> list[ChargeLine]:
    """What deals whose term ends with a period lack at its end.

    `lines` are those of the period itself; `corrections` are those of periods before it that are
    not kept yet.
    """
    found = []
    booked = [Booked(period.starts_on, lines), *corrections]
    for agreement, deal in deals_ending(session, period.starts_on, period.ends_on):
        used = _used(session, agreement.agreement_id, deal.term_from, period.starts_on)
        of_term = [each for each in booked if deal.term_from <= each.starts_on < deal.term_until]
        for direction in deal.promises:
            used[direction] = _with(used.get(direction, NOTHING), agreement, direction, of_term)
        for each in fulfilments(agreement, deal, used):
            line = each.line(period.starts_on, period.ends_on)
            found += [] if line is None else [line]
    return found


def deals_on(session: TenantSession, day: dt.date) -> list[Fulfilment]:
    """How far the deals agreed on a day are fulfilled by what is rated so far."""
    return [
        each
        for agreement, deal in _deals(session, day, day + A_DAY)
        for each in fulfilments(
            agreement,
            deal,
            _used(session, agreement.agreement_id, deal.term_from, deal.term_until),
        )
    ]


def _deals(
    session: TenantSession, starts_on: dt.date, ends_on: dt.date
) -> list[tuple[Interconnect, Deal]]:
    """The deals of the last terms in force of each agreement."""
    found = agreements.interconnects(session, starts_on, ends_on)
    latest = {each.agreement_id: each for each in sorted(found, key=lambda each: each.valid_from)}
    ordered = sorted(latest.values(), key=lambda each: each.code)
    return [(agreement, deal) for agreement in ordered for deal in agreement.deals]


def _used(
    session: TenantSession, agreement_id: UUID, first: dt.date, until: dt.date
) -> dict[Direction, Used]:
    found = store.used(session, agreement_id, first, until, timed=TIMED, shortfall=SHORTFALL)
    return {
        direction: Used(*found[balance])
        for direction, balance in BALANCE.items()
        if balance in found
    }


def _with(
    used: Used, agreement: Interconnect, direction: Direction, booked: Iterable[Booked]
) -> Used:
    own = [
        line
        for each in booked
        for line in each.lines
        if line.agreement_id == agreement.agreement_id
        and line.direction == BALANCE[direction]
        and line.service != SHORTFALL
    ]
    seconds = sum(line.billed_units for line in own if line.service in TIMED)
    return used.plus(Used(seconds, sum((line.amount_3600 for line in own), Decimal(0))))
