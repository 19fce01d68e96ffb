"""Set a customer's bill aside with its reason; let it go when a second person has looked at it.

A release is for the bill that was looked at: should the charges or the amount change before it is
billed, the bill is set aside again.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal
from uuid import UUID

from currencies.money import Money, money
from i18n.errors import Conflict, NotFound
from settlement.billing.bounds import Trail
from settlement.billing.parking import store
from tenants.four_eyes import require_another_person
from tenants.session import TenantSession

Cause = Literal["bound", "refused"]


class NoSuchParkedBill(NotFound):
    """There is no bill {parked} that was set aside. Check the identifier."""


class NotToRelease(Conflict):
    """This bill is {status} for the reason: {reason}. Only one outside its bounds is released."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asked for the run that sets bills aside."""

    name: str
    user_id: UUID | None


@dataclass(frozen=True, slots=True)
class SetAside:
    """A bill to set aside: whose, why, and what it comes to, where it could be drafted."""

    party_id: UUID
    currency: str
    cause: Cause
    reason: str
    charges: int
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ParkedBill:
    """A bill that was set aside; `status` is parked, released or billed."""

    id: UUID
    period_id: UUID
    party_id: UUID
    currency: str
    cause: str
    reason: str
    charges: int
    amount: Money | None
    status: str
    parked_by: str
    parked_at: dt.datetime
    released_by: str
    released_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of customers before they are billed: earlier months, and what was set aside."""

    trails: Mapping[tuple[UUID, str], Trail]
    parked: Mapping[tuple[UUID, str], store.ParkedRow]

    def is_released(self, party_id: UUID, currency: str, charges: int, amount: Money) -> bool:
        """Whether a person let this very bill go."""
        row = self.parked.get((party_id, currency))
        if row is None or row.status != "released":
            return False
        return (row.charges, row.amount) == (charges, amount.amount)


def known(
    session: TenantSession, period_id: UUID, before: dt.date, parties: Collection[UUID]
) -> Known:
    """What is known of these customers; `before` is the first day of the period."""
    return Known(
        store.trails(session, parties, before), store.of_parties(session, period_id, parties)
    )


def park(
    session: TenantSession, period_id: UUID, aside: Sequence[SetAside], asker: Asker | None = None
) -> None:
    """Set bills aside, each with its reason; the run goes on without them."""
    by = asker or Asker(session.principal.name, session.principal.user_id)
    # Of several documents of a customer, the last that is set aside tells the reason.
    whole = {(each.party_id, each.currency): each for each in aside}
    ids = session.ids.many(len(whole))
    rows = [
        {
            "tenant_id": session.tenant_id,
            "id": row_id,
            "period_id": period_id,
            "party_id": each.party_id,
            "currency": each.currency,
            "cause": each.cause,
            "reason": each.reason,
            "charges": each.charges,
            "amount": each.amount,
            "status": "parked",
            "parked_by": by.name,
            "parked_by_id": by.user_id,
            "parked_at": session.now(),
            "released_by": None,
            "released_by_id": None,
            "released_at": None,
        }
        for row_id, each in zip(ids, whole.values(), strict=True)
    ]
    store.park(session, rows)


def note_billed(session: TenantSession, before: Known, billed: Iterable[tuple[UUID, str]]) -> None:
    """Say of bills that were set aside that they are billed now."""
    store.billed(session, [before.parked[key].id for key in billed if key in before.parked])


def release(session: TenantSession, parked_id: UUID) -> ParkedBill:
    """Let a bill outside its bounds be billed by the next run, as it was looked at.

    Somebody else than who asked for the run decides. Raises NoSuchParkedBill, NotToRelease,
    NotAPerson or ProposerMayNotApprove.
    """
    row = store.locked(session, parked_id)
    if row is None:
        raise NoSuchParkedBill(parked=parked_id)
    if row.status != "parked" or row.cause != "bound":
        raise NotToRelease(status=row.status, reason=row.reason)
    require_another_person(session.principal, row.parked_by, row.parked_by_id)
    row.status = "released"
    row.released_by, row.released_by_id = session.principal.name, session.principal.user_id
    row.released_at = session.now()
    session.flush()
    return _told(row)


def parked_bills(session: TenantSession, period_id: UUID) -> list[ParkedBill]:
    """All bills of a period that were set aside, the latest first."""
    return [_told(row) for row in store.of_period(session, period_id)]


def waiting_bills(session: TenantSession, most: int) -> list[ParkedBill]:
    """Bills of all periods that are set aside and not billed yet, the latest first."""
    return [_told(row) for row in store.waiting(session, most)]


def _told(row: store.ParkedRow) -> ParkedBill:
    return ParkedBill(
        id=row.id,
        period_id=row.period_id,
        party_id=row.party_id,
        currency=row.currency,
        cause=row.cause,
        reason=row.reason,
        charges=row.charges,
        amount=None if row.amount is None else money(row.amount, row.currency),
        status=row.status,
        parked_by=row.parked_by,
        parked_at=row.parked_at,
        released_by=row.released_by or "",
        released_at=row.released_at,
    )
