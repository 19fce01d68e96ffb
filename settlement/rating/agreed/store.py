"""Whether what was agreed has changed since a period was closed."""

import datetime as dt
from uuid import UUID

import sqlalchemy as sa

from tenants.session import TenantSession

# A charge is compared with the lines that bill it, so none is lost by two clocks that differ.
UNBILLED_CHARGE = """
    SELECT EXISTS (
        SELECT FROM individual_charges c
        WHERE c.charged_on >= :starts_on AND c.charged_on < :ends_on
        AND NOT EXISTS (
            SELECT FROM charge_lines l WHERE l.charge_id = c.id
            AND coalesce(l.corrects_period_id, l.period_id) = :period
        )
    )
"""

CHANGED = """
    SELECT EXISTS (
        SELECT FROM subscriptions
        WHERE (created_at > :at AND valid_from < :ends_on
               AND (valid_until IS NULL OR valid_until > :starts_on))
           OR (ended_at > :at AND valid_until < :ends_on)
    ) OR EXISTS (
        SELECT FROM promotion_grants WHERE granted_at > :at AND begins_on < :ends_on
    ) OR EXISTS (
        SELECT FROM contract_payers WHERE recorded_at > :at AND valid_from < :ends_on
    ) OR EXISTS (
        SELECT FROM leaving_waivers w
        JOIN subscriptions s ON s.tenant_id = w.tenant_id AND s.id = w.subscription_id
        WHERE w.status = 'approved' AND w.decided_at > :at
            AND s.valid_until >= :starts_on AND s.valid_until < :ends_on
    )
"""


def has_unbilled_charge(
    session: TenantSession, period_id: UUID, starts_on: dt.date, ends_on: dt.date
) -> bool:
    """Whether an amount was charged on a day of the period that no line of it bills."""
    days = {"period": period_id, "starts_on": starts_on, "ends_on": ends_on}
    return bool(session.scalar(sa.text(UNBILLED_CHARGE), days))


def has_changed_since(
    session: TenantSession, starts_on: dt.date, ends_on: dt.date, at: dt.datetime
) -> bool:
    """Whether a subscription, grant, waiver or payer of these days came after an instant."""
    days = {"starts_on": starts_on, "ends_on": ends_on, "at": at}
    return bool(session.scalar(sa.text(CHANGED), days))
