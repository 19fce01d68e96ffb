"""Say what a carrier's invoice for some days should be, from what is rated and corrected by now."""

import datetime as dt
from uuid import UUID

import polars as pl

from i18n.errors import Invalid
from settlement.agreements import service as agreements
from settlement.agreements.agreed import Interconnect
from settlement.interconnect.expected_cost.expected import ExpectedCost, outgoing_lines
from settlement.interconnect.receiving import NotACarrier
from settlement.interconnect.traffic import TrafficLine
from settlement.parties import service as parties
from settlement.parties.party import Kind
from settlement.periods import service as periods
from settlement.periods.service import Period
from settlement.rating.runs import service as rating_runs
from tenants.session import TenantSession

LONGEST = dt.timedelta(days=400)


class NoSuchDays(Invalid):
    """From {starts_on} until {until} are no days, or too many. Ask for 1 to 400, the last one not
    included.
    """


def expected_cost(
    session: TenantSession, carrier_id: UUID, starts_on: dt.date, until: dt.date
) -> list[ExpectedCost]:
    """What a carrier may invoice for [starts_on, until), by agreement, in the order of their codes.

    An agreement without traffic has no lines. The terms are those last in force. Raises NoSuchDays,
    NoSuchParty or NotACarrier.
    """
    if not dt.timedelta(0) < until - starts_on <= LONGEST:
        raise NoSuchDays(starts_on=starts_on, until=until)
    carrier = parties.party(session, carrier_id)
    if carrier.kind is not Kind.CARRIER:
        raise NotACarrier(party=carrier.code, kind=carrier.kind.value)
    agreed = _agreed(session, carrier_id, starts_on, until)
    lines = _lines(session, agreed, starts_on, until)
    return [
        ExpectedCost(
            agreement=each.code,
            currency=each.currency,
            starts_on=starts_on,
            until=until,
            tolerance=each.tolerance,
            tolerance_amount=each.tolerance_amount,
            lines=tuple(lines[each.agreement_id]),
        )
        for each in agreed
    ]


def _agreed(
    session: TenantSession, carrier_id: UUID, starts_on: dt.date, until: dt.date
) -> list[Interconnect]:
    found = agreements.interconnects(session, starts_on, until)
    own = [each for each in found if each.carrier_id == carrier_id]
    latest = {each.code: each for each in sorted(own, key=lambda each: each.valid_from)}
    return [latest[code] for code in sorted(latest)]


def _lines(
    session: TenantSession, agreed: list[Interconnect], starts_on: dt.date, until: dt.date
) -> dict[UUID, list[TrafficLine]]:
    lines: dict[UUID, list[TrafficLine]] = {each.agreement_id: [] for each in agreed}
    for period in _periods(session, starts_on, until):
        ids = [str(each) for each in lines]
        of_carrier = (pl.col("side") == "carrier") & pl.col("agreement").is_in(ids)
        charges = rating_runs.billed_charges(session, period.id, of_carrier)
        for agreement_id, kept in lines.items():
            month = period.month
            found = outgoing_lines(charges, agreement_id, month.starts_on, month.last_day)
            kept += [line for line in found if starts_on <= line.day < until]
    return lines


def _periods(session: TenantSession, starts_on: dt.date, until: dt.date) -> list[Period]:
    touched = [
        each
        for each in periods.periods(session)
        if each.month.starts_on < until and starts_on < each.month.ends_on
    ]
    return sorted(touched, key=lambda each: each.month.starts_on)
