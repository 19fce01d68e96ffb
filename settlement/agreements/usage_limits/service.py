"""Set usage limits, end them, and say which hold when."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from i18n.locale import Words, _
from settlement.agreements.contract import require_within
from settlement.agreements.contracts import service as contracts
from settlement.agreements.usage_limit import (
    DEFAULT_THRESHOLDS,
    AtLimit,
    Counts,
    NoSuchLimit,
    UsageLimit,
)
from settlement.agreements.usage_limits import store
from settlement.catalogue.succession import require_time
from tenants.session import TenantSession
from tenants.values import fields_of, value_of


def set_limit(
    session: TenantSession,
    counts: Counts,
    amount: Decimal,
    valid_from: dt.date,
    subscription_id: UUID | None = None,
    contract_id: UUID | None = None,
    kind: str | None = None,
    thresholds: Sequence[int] = DEFAULT_THRESHOLDS,
    at_limit: AtLimit = "alert",
    valid_until: dt.date | None = None,
) -> UsageLimit:
    """Limit what a subscription, or a contract, uses in a local month.

    Raises LimitUnclear, NoSuchSubscription, NoSuchContract, OutsideTheContract and NoTimeAtAll.
    """
    require_time(valid_from, valid_until)
    limit = UsageLimit(
        session.ids.new(), subscription_id, contract_id, counts, kind, amount,
        tuple(thresholds), at_limit, valid_from, valid_until,
    )  # fmt: skip
    holder = (
        contracts.subscription(session, subscription_id)
        if subscription_id is not None
        else contracts.contract(session, contract_id or UUID(int=0))
    )
    # It ends with what it limits, whatever day it names itself.
    until = valid_until or holder.valid_until
    require_within(
        Words(_("what it limits")), valid_from, until, holder.valid_from, holder.valid_until
    )
    facts = fields_of(UsageLimit, limit) | {"thresholds": list(thresholds)}
    row = store.UsageLimitRow(
        tenant_id=session.tenant_id, set_at=session.now(), set_by=session.principal.name, **facts
    )
    session.add(row)
    session.flush()
    return limit


def end_limit(session: TenantSession, limit_id: UUID, on: dt.date) -> UsageLimit:
    """End a limit; `on` is the first local day without it. Raises NoSuchLimit, NoTimeAtAll."""
    row = store.row(session, limit_id)
    if row is None:
        raise NoSuchLimit(limit=limit_id)
    require_time(row.valid_from, on)
    if row.valid_until is None or row.valid_until > on:
        row.valid_until = on
        session.flush()
    return _limit_of(row)


def limits(session: TenantSession, starts_on: dt.date, ends_on: dt.date) -> list[UsageLimit]:
    """Limits that hold on some day of [starts_on, ends_on), in the order in which they were set."""
    return [_limit_of(row) for row in store.rows_between(session, starts_on, ends_on)]


def _limit_of(row: store.UsageLimitRow) -> UsageLimit:
    return value_of(UsageLimit, row, thresholds=tuple(row.thresholds))
