"""Draft what we declare of a month under an agreement: buckets, root, terms and when it is due.

A draft is of the rated charges that it is given; nothing is kept, issued or booked here.
"""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

import polars as pl

from currencies import service as currencies
from currencies.conversion import convert_by
from currencies.money import money
from settlement.agreements import service as agreements
from settlement.agreements.agreed import Interconnect
from settlement.agreements.due_dates import due_on
from settlement.agreements.policies import CHOICES, in_force
from settlement.interconnect.correcting import changed
from settlement.interconnect.declaring import (
    accepting,
    buckets_beside,
    buckets_of,
    declaration,
    records_of,
    settlement_rate,
)
from settlement.interconnect.sealed_records import root_of
from settlement.interconnect.traffic import TrafficLine
from settlement.parties import service as parties
from settlement.parties.party import Party
from settlement.periods import service as periods
from settlement.periods.calendar import local_day
from settlement.periods.service import Period
from settlement.rating.runs import service as rating_runs
from statements.declaration import Bucket, Declaration, in_order
from statements.document import Period as DocumentPeriod
from tenants.directory.service import own_tenant
from tenants.session import TenantSession

PAYMENT_DAYS = "30"
PRINTED_POLICIES = (*CHOICES["interconnect"], "zero_ours")


def first(
    session: TenantSession, charges: pl.DataFrame, agreement: Interconnect, period: Period
) -> Declaration | None:
    """The draft of a month with the root over its records; None where nothing was exchanged."""
    buckets = _buckets(session, charges, agreement, period)
    if not buckets:
        return None
    records = records_of_month(charges, agreement.agreement_id, period)
    return _draft(session, agreement, period, buckets, merkle_root=root_of(records))


def correction(
    session: TenantSession,
    charges: pl.DataFrame,
    agreement: Interconnect,
    period: Period,
    declared_lines: Sequence[TrafficLine],
    corrects: str,
) -> Declaration | None:
    """The draft of what changed in a month since these lines were declared; None for nothing."""
    now = _buckets(session, charges, agreement, period, with_corrections=True)
    buckets = list(in_order(changed(now, declared_lines)))
    if not buckets:
        return None
    root = root_of(records_of_month(charges, agreement.agreement_id, period))
    return _draft(session, agreement, period, buckets, corrects, root)


def agreements_of(session: TenantSession, period: Period) -> list[Interconnect]:
    """One version of each agreement in force in the period: the last one."""
    found = agreements.interconnects(session, period.month.starts_on, period.month.ends_on)
    latest = {each.agreement_id: each for each in sorted(found, key=lambda each: each.valid_from)}
    return sorted(latest.values(), key=lambda each: each.code)


def records_of_month(charges: pl.DataFrame, agreement_id: UUID, period: Period) -> pl.DataFrame:
    """The records of a month under an agreement, by the agreement's days."""
    return records_of(charges, agreement_id, period.month.starts_on, period.month.last_day)


def _buckets(
    session: TenantSession,
    charges: pl.DataFrame,
    agreement: Interconnect,
    period: Period,
    *,
    with_corrections: bool = False,
) -> list[Bucket]:
    month = period.month
    buckets = buckets_of(charges, agreement.agreement_id, month.starts_on, month.last_day)
    beside = rating_runs.beside_usage(
        session, period.id, agreement.agreement_id, with_corrections=with_corrections
    )
    return list(in_order([*buckets, *buckets_beside(beside, month.last_day)]))


def _draft(
    session: TenantSession,
    agreement: Interconnect,
    period: Period,
    buckets: list[Bucket],
    corrects: str | None = None,
    merkle_root: str | None = None,
) -> Declaration:
    carrier = parties.party(session, agreement.carrier_id)
    return declaration(
        tenant=own_tenant(session),
        carrier=carrier,
        agreement=agreement.code,
        currency=agreement.currency,
        time_zone=agreement.time_zone,
        period=DocumentPeriod(period.month.starts_on, period.month.ends_on),
        buckets=buckets,
        policies=_policies(session, agreement, period.month.last_day),
        corrects=corrects,
        due_on=_due_on(session, agreement, carrier),
        merkle_root=merkle_root,
    )


def _due_on(session: TenantSession, agreement: Interconnect, carrier: Party) -> dt.date:
    """When a declaration of now is to be paid, by the carrier's business days (R93).

    It is received at once, which may be another day by the carrier's clock.
    """
    days = int(own_tenant(session).policies.get("carrier_payment_days", PAYMENT_DAYS))
    chosen = in_force(agreement.policies, "interconnect")
    start_on = periods.today(session)
    if chosen["term_from"] == "receipt":
        start_on = local_day(session.now(), carrier.time_zone)
    return due_on(start_on, days, chosen, carrier.country)


def _policies(
    session: TenantSession, agreement: Interconnect, on: dt.date
) -> list[tuple[str, str]]:
    """The policies and terms in force, and the rate at which its currency becomes ours."""
    chosen = in_force(agreement.policies, "interconnect")
    tolerance_amount = None
    if agreement.tolerance_amount is not None:
        tolerance_amount = money(agreement.tolerance_amount, agreement.currency)
    named = [(policy, chosen[policy]) for policy in PRINTED_POLICIES]
    named += accepting(agreement.tolerance, tolerance_amount, agreement.objection_days)
    base, fixing = own_tenant(session).base_currency, agreement.fixing
    if fixing is None or base == agreement.currency:
        return named
    rates = currencies.rate_table(session, [fixing.source])
    one = convert_by(money(1, agreement.currency), base, rates, fixing, on)
    return [*named, settlement_rate(one, base)]
