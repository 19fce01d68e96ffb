"""Keep what usage limits are reached, and tell the network which subscriptions are to stop.

An alert is kept once: rating a month again keeps when it was raised. It names the event that
reached the threshold by event time, so an event that comes late may change which one that is; and
where usage is taken back so that a threshold is no longer reached, its alert goes.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl

from settlement.agreements.contract import IdentifierNotInUse, checked_identifier
from settlement.agreements.contracts import service as contracts
from settlement.agreements.usage_limits import service as usage_limits
from settlement.rating.limit_alerts import store
from settlement.rating.limits import reached
from tenants.session import TenantSession

ALERTS_SHOWN: Final = 300


@dataclass(frozen=True, slots=True)
class LimitAlert:
    """A threshold that was reached, by which event, and whose limit it is."""

    limit_id: UUID
    month: dt.date
    percent: int
    reached_at: dt.datetime
    source: str
    event: str
    so_far: Decimal
    raised_at: dt.datetime
    subscription_id: UUID | None
    counts: str
    kind: str | None
    amount: Decimal
    at_limit: str
    contract: str
    customer: str
    currency: str


@dataclass(frozen=True, slots=True)
class UsageState:
    """Whether the network is to stop an identifier, since when, and by which limit."""

    identifier: str
    stopped_since: dt.datetime | None = None
    limit_id: UUID | None = None


def note(session: TenantSession, charges: pl.LazyFrame, month: dt.date, until: dt.date) -> int:
    """Keep what the charges of the local days [month, until) reach; says how many are new."""
    limits = usage_limits.limits(session, month, until)
    if not limits:
        return 0
    members = {
        each.contract_id: [
            subscription.id for subscription in contracts.subscriptions(session, each.contract_id)
        ]
        for each in limits
        if each.contract_id is not None
    }
    known = {
        (row.limit_id, row.percent): row
        for row in store.rows(session, month, [each.id for each in limits])
    }
    limited = {each.subscription_id for each in limits} | {
        subscription for of_contract in members.values() for subscription in of_contract
    }
    theirs = pl.col("agreement").is_in(sorted(map(str, limited)))
    new = 0
    for found in reached(limits, charges.filter(theirs).collect(), month, until, members):
        row = known.pop((found.limit_id, found.percent), None)
        if row is None:
            new += 1
            row = store.LimitAlertRow(
                tenant_id=session.tenant_id,
                limit_id=found.limit_id,
                month=month,
                percent=found.percent,
                raised_at=session.now(),
            )
            session.add(row)
        row.reached_at, row.source, row.event = found.at, found.source, found.event
        row.so_far = found.so_far
    for row in known.values():
        session.delete(row)
    session.flush()
    return new


def alerts(session: TenantSession, month: dt.date) -> list[LimitAlert]:
    """What was reached in a local month, the newest first."""
    rows = store.alerts(session, month.replace(day=1), ALERTS_SHOWN)
    return [LimitAlert(**row._mapping) for row in rows]


def usage_state(session: TenantSession, identifier: str, at: dt.datetime) -> UsageState:
    """Whether whoever has an identifier is stopped at an instant.

    Raises BadIdentifier and IdentifierNotInUse.
    """
    identifier = checked_identifier(identifier)
    holder = store.holder(session, identifier, at)
    if holder is None:
        raise IdentifierNotInUse(identifier=identifier, on=at.date())
    day = at.astimezone(ZoneInfo(holder.time_zone)).date()
    stopped = store.stopped(
        session,
        month=day.replace(day=1),
        day=day,
        at=at,
        subscription_id=holder.subscription_id,
        contract_id=holder.contract_id,
    )
    if stopped is None:
        return UsageState(identifier)
    return UsageState(identifier, stopped.reached_at, stopped.limit_id)
