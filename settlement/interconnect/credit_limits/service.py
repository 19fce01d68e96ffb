"""Limit what carriers may owe, tell when they come near, and say whose trunks are to be blocked.

A percent is told once and stays told while it is reached; when less is owed again it may be told
anew. Whether a carrier is blocked is always computed from the books as they are, so a payment
unblocks it at once.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from currencies.units import minor_unit
from i18n.errors import NotFound
from settlement.agreements import service as agreements
from settlement.interconnect.credit_limits import store
from settlement.interconnect.credit_limits.limit import DEFAULT_PERCENTS, FULL, CreditLimit
from settlement.interconnect.guarantees import service as guarantees
from settlement.interconnect.receiving import NotACarrier
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.parties import service as parties
from settlement.parties.party import Kind
from settlement.periods import service as periods
from tenants.session import TenantSession


class TrunkNotInUse(NotFound):
    """No agreement has a trunk {trunk} today. Write it as the switch does."""


@dataclass(frozen=True, slots=True)
class CreditAlert:
    """A percent of a limit, what was owed when it was told, and when that was."""

    percent: int
    owed: Decimal
    told_at: dt.datetime


@dataclass(frozen=True, slots=True)
class CreditState:
    """A limit, what is secured beside it and owed now, the percents reached and told."""

    limit: CreditLimit
    carrier: str
    secured: Decimal
    owed: Decimal
    reached: tuple[int, ...]
    alerts: tuple[CreditAlert, ...]
    trunks: tuple[str, ...]

    @property
    def is_blocked(self) -> bool:
        """Whether the network is to take no more calls from the carrier."""
        return FULL in self.reached


@dataclass(frozen=True, slots=True)
class TrunkState:
    """Whether the network is to block a trunk for incoming calls, and whose it is."""

    trunk: str
    carrier_id: UUID
    is_blocked: bool


def set_limit(
    session: TenantSession,
    carrier_id: UUID,
    amount: Decimal,
    currency: str,
    percents: Sequence[int] = DEFAULT_PERCENTS,
) -> CreditLimit:
    """Limit what a carrier may owe in a currency, in place of the limit before.

    Raises NoSuchParty, NotACarrier, CreditLimitUnclear and what `minor_unit` raises.
    """
    carrier = parties.party(session, carrier_id)
    if carrier.kind is not Kind.CARRIER:
        raise NotACarrier(party=carrier.code, kind=carrier.kind.value)
    minor_unit(currency)
    known = store.limit_of(session, carrier_id, currency)
    limit_id = session.ids.new() if known is None else known.id
    limit = CreditLimit(limit_id, carrier_id, amount, currency, tuple(percents))
    row = known or store.CreditLimitRow(
        tenant_id=session.tenant_id, id=limit_id, carrier_id=carrier_id, currency=currency
    )
    row.amount, row.percents = amount, list(percents)
    row.set_at, row.set_by = session.now(), session.principal.name
    session.add(row)
    session.flush()
    return limit


def states(session: TenantSession) -> list[CreditState]:
    """All limits with what is owed now, the oldest first."""
    limits = [_limit_of(row) for row in store.limit_rows(session)]
    if not limits:
        return []
    told: dict[UUID, list[CreditAlert]] = {each.id: [] for each in limits}
    for row in store.alert_rows(session):
        told[row.limit_id].append(CreditAlert(row.percent, row.owed, row.told_at))
    owed, secured, trunks = _owed(session), _secured(session), _incoming_trunks(session)
    names = {each.id: each.name for each in parties.parties(session, Kind.CARRIER)}
    found = []
    for limit in limits:
        key = limit.carrier_id, limit.currency
        amount, beside = owed.get(key, Decimal(0)), secured.get(key, Decimal(0))
        own = tuple(code for code, carrier_id in trunks.items() if carrier_id == limit.carrier_id)
        found.append(
            CreditState(
                limit=limit,
                carrier=names[limit.carrier_id],
                secured=beside,
                owed=amount,
                reached=limit.reached(amount, beside),
                alerts=tuple(told[limit.id]),
                trunks=own,
            )
        )
    return found


def tell(session: TenantSession) -> list[tuple[CreditLimit, CreditAlert]]:
    """Keep what is reached by now, and return what was not told before."""
    store.hold_alerts(session)
    known = {(row.limit_id, row.percent): row for row in store.alert_rows(session)}
    new = []
    for state in states(session):
        for percent in state.reached:
            if known.pop((state.limit.id, percent), None) is None:
                alert = CreditAlert(percent, state.owed, session.now())
                session.add(_alert_row(session, state.limit, alert))
                new.append((state.limit, alert))
    for row in known.values():
        session.delete(row)
    session.flush()
    return new


def trunk_state(session: TenantSession, trunk: str) -> TrunkState:
    """Whether a trunk is to be blocked for incoming calls now. Raises TrunkNotInUse."""
    carrier_id = _incoming_trunks(session).get(trunk)
    if carrier_id is None:
        raise TrunkNotInUse(trunk=repr(trunk)[:90])
    blocked = {each.limit.carrier_id for each in states(session) if each.is_blocked}
    return TrunkState(trunk, carrier_id, carrier_id in blocked)


def _owed(session: TenantSession) -> dict[tuple[UUID, str], Decimal]:
    owed = dict(store.unbilled(session))
    for each in ledger.balances(session, Account.CARRIER_RECEIVABLE, Account.CARRIER_UNBILLED):
        if each.party_id is not None:
            key = (each.party_id, each.amount.currency.code)
            owed[key] = owed.get(key, Decimal(0)) + each.amount.amount
    return owed


def _secured(session: TenantSession) -> dict[tuple[UUID, str], Decimal]:
    """What is guaranteed for carriers today, and what we hold of their deposits."""
    secured = guarantees.guaranteed(session)
    for each in ledger.balances(session, Account.CARRIER_DEPOSIT):
        if each.party_id is not None:
            key = (each.party_id, each.amount.currency.code)
            secured[key] = secured.get(key, Decimal(0)) - each.amount.amount
    return secured


def _incoming_trunks(session: TenantSession) -> dict[str, UUID]:
    """The carriers of today's trunks, where calls may come in."""
    day = periods.today(session)
    agreed = agreements.interconnects(session, day, day + dt.timedelta(days=1))
    return {trunk: each.carrier_id for each in agreed if each.incoming for trunk in each.trunks}


def _limit_of(row: store.CreditLimitRow) -> CreditLimit:
    return CreditLimit(row.id, row.carrier_id, row.amount, row.currency, tuple(row.percents))


def _alert_row(
    session: TenantSession, limit: CreditLimit, alert: CreditAlert
) -> store.CreditAlertRow:
    return store.CreditAlertRow(
        tenant_id=session.tenant_id,
        limit_id=limit.id,
        percent=alert.percent,
        owed=alert.owed,
        told_at=alert.told_at,
    )
