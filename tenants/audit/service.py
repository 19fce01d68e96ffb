"""Read the audit trail of one's own tenant."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tenants.audit import store
from tenants.session import TenantSession


@dataclass(frozen=True, slots=True)
class Change:
    """One change: who made it when, why, and the row before and after; no secret is in it."""

    id: UUID
    at: dt.datetime
    principal: str
    reason: str
    object: str
    object_id: str
    action: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


def trail(
    session: TenantSession,
    *,
    object: str | None = None,
    object_id: str | None = None,
    before: tuple[dt.datetime, UUID] | None = None,
    limit: int = 50,
) -> list[Change]:
    """Changes, the latest first; `before` is the time and id of the last one seen."""
    return [
        Change(
            row.id,
            row.at,
            row.principal,
            row.reason,
            row.object,
            row.object_id,
            row.action,
            row.before,
            row.after,
        )
        for row in store.trail(session, object, object_id, before, limit)
    ]


def as_known(
    session: TenantSession, object: str, known_at: dt.datetime, ids: Collection[UUID]
) -> dict[UUID, Mapping[str, Any] | None]:
    """Of these rows, those that changed after an instant: each as it was then, or not there."""
    found = store.first_after(session, object, known_at, {str(each) for each in ids})
    return {UUID(row.object_id): row.before for row in found}
