"""Book what foreign debts gain or lose: when they are paid, and at the end of a period.

A tenant whose policies name no `fx_tax_point` has no differences. Where they do, a missing rate
stops what needs it; nothing is settled at the latest rate, or at 1 (rule R70).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from currencies import service as fx
from currencies.conversion import Converted, convert_by
from currencies.fixing import Fixing
from currencies.fx_rate import RateTable
from currencies.money import Money, money
from currencies.rounding_ledger import service as rounding_ledger
from currencies.rounding_ledger.posted_fraction import (
    FX_SETTLEMENT,
    PostedFraction,
    of_conversion,
)
from settlement.exchange_differences import store
from settlement.exchange_differences.debt import (
    Debt,
    Payment,
    Side,
    carried,
    gain,
    oldest_first,
    release,
)
from settlement.exchange_differences.difference_entries import (
    REALISE,
    REVALUE,
    SETTLEMENT,
    realised_entry,
    revaluation_entry,
)
from settlement.exchange_differences.rate_dates import Purpose, RateDates, rate_dates
from settlement.ledger import service as ledger
from settlement.periods import service as periods
from settlement.periods.service import Period
from tenants.directory.service import own_tenant
from tenants.session import TenantSession

# Far enough back for any day that a fixing leads to, and for the month of an average.
DAYS_BEFORE = dt.timedelta(days=45)
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Revalued:
    """What a revaluation came to: how many items were valued, and the entries that were added."""

    period: str
    items: int
    added: int
    gain: Money


class _Rates:
    """Rates of a tenant, read once for each fixing and day."""

    def __init__(self, session: TenantSession, base: str) -> None:
        self._session = session
        self._base = base
        self._tables: dict[tuple[str, dt.date], RateTable] = {}

    def value(self, amount: Money, fixing: Fixing, on: dt.date) -> Converted:
        """An amount in the tenant's currency. Raises NoFxRate."""
        key = fixing.source, on
        if key not in self._tables:
            self._tables[key] = fx.rate_table(
                self._session, [fixing.source], on - DAYS_BEFORE, on + ONE_DAY
            )
        return convert_by(amount, self._base, self._tables[key], fixing, on)


def settle(session: TenantSession, payments: Sequence[Payment], purpose: Purpose) -> None:
    """Book what payments of foreign debts gain or lose; payments of others are no concern here.

    Raises NoFxRate, RatePolicyMissing or BadRatePolicy.
    """
    dates, base = _policies(session)
    if dates is None or not payments:
        return
    wanted = [each.document_id for each in payments]
    known = {each.key: each for each in store.debts(session, base, documents=wanted)}
    rates = _Rates(session, base)
    for each in payments:
        if each.key in known:
            debt = known[each.key]
            row = _settled(session, debt, each, dates, purpose, rates)
            known[each.key] = replace(
                debt,
                settled=debt.settled + each.amount,
                released=debt.released + money(row.released, base),
            )
    session.flush()


def pay_out(
    session: TenantSession, payee: UUID, amount: Money, cause_id: UUID, paid_on: dt.date
) -> None:
    """Book what a payout gains or loses on what the payee was owed, the oldest statement first.

    A carrier's deposit that is given back is paid before declarations fall due, and is none of
    them. Raises as `settle` does.
    """
    owed = _owed(session, payee, str(amount.currency.code), "payable")
    due = [each for each in owed if each.is_due(paid_on)]
    settle(session, oldest_first(due, amount, cause_id, paid_on), "payout")


def set_off(
    session: TenantSession,
    party_id: UUID,
    amount: Money,
    cause_id: UUID,
    set_off_on: dt.date,
    side: Side = "payable",
) -> None:
    """Book what an offset gains or loses on what a party was owed, or on what it owed.

    As a payment received would. Raises as `settle` does.
    """
    owed = _owed(session, party_id, str(amount.currency.code), side)
    settle(session, oldest_first(owed, amount, cause_id, set_off_on), "settlement")


def take_back(session: TenantSession, cause_id: UUID, taken_on: dt.date) -> None:
    """Undo what a payment settled, because it bounced: the same figures, below zero."""
    today = periods.today(session)
    for row in store.settlements(session, cause_id):
        taken_id = session.ids.new()
        rounding_ledger.take_back(session, FX_SETTLEMENT, row.id, taken_id, taken_on)
        session.add(
            store.SettlementRow(
                tenant_id=session.tenant_id,
                id=taken_id,
                cause_id=cause_id,
                document_id=row.document_id,
                document_line=row.document_line,
                settled_on=taken_on,
                currency=row.currency,
                amount=row.amount.copy_negate(),
                base_currency=row.base_currency,
                released=row.released.copy_negate(),
                settled_for=row.settled_for.copy_negate(),
                gain=row.gain.copy_negate(),
                booked_rate=row.booked_rate,
                settled_rate=row.settled_rate,
                takes_back_id=row.id,
            )
        )
        if row.gain:
            booked = ledger.booked(session, SETTLEMENT, row.id, REALISE)
            ledger.reverse(session, booked.id, periods.booking_period(session, today).id, today)
    session.flush()


def revalue(session: TenantSession, code: str) -> Revalued:
    """Value what is open in foreign currencies at the end of a period, by its closing rate.

    By policy each entry is reversed on the first day of the next period, or stays and the next
    revaluation adds the change. Repeated, it books only what has changed since. Raises
    NoSuchPeriod, PeriodNotOpen, NoFxRate or RatePolicyMissing.
    """
    ledger.hold_book(session)
    period = periods.period(session, code)
    dates, base = _policies(session)
    if dates is None:
        return Revalued(code, 0, 0, money(0, base))
    until = period.month.last_day
    posted = _posted(session, period, dates)
    rates, items, added = _Rates(session, base), 0, []
    for debt in store.debts(session, base, until):
        row = _valued(session, debt, period, dates, rates)
        items += bool(debt.open.amount)
        row.gain -= posted.get(debt.key, money(0, base)).amount
        if row.gain:
            added.append((debt, row))
    session.add_all(row for _, row in added)
    session.flush()
    _book_revaluation(session, period, dates, added)
    total = sum((money(row.gain, base) for _, row in added), money(0, base))
    return Revalued(code, items, len(added), total)


def settlements(session: TenantSession) -> list[store.SettlementRow]:
    """Every payment of a foreign debt with its rates and its difference."""
    return store.settlement_rows(session)


def revaluations(session: TenantSession, code: str) -> list[store.RevaluationRow]:
    """What was valued at the end of a period. Raises NoSuchPeriod."""
    return store.revaluation_rows(session, periods.period(session, code).id)


def _owed(session: TenantSession, party_id: UUID, currency: str, side: Side) -> list[Debt]:
    """Foreign debts of one side, the oldest first; none where no policy values them."""
    dates, base = _policies(session)
    if dates is None or currency == base:
        return []
    found = store.debts(session, base, payee=party_id, currency=currency)
    return [each for each in found if each.side == side]


def _policies(session: TenantSession) -> tuple[RateDates | None, str]:
    tenant = own_tenant(session)
    return rate_dates(tenant.policies), tenant.base_currency


def _settled(
    session: TenantSession,
    debt: Debt,
    payment: Payment,
    dates: RateDates,
    purpose: Purpose,
    rates: _Rates,
) -> store.SettlementRow:
    booked = rates.value(debt.payable, dates.tax_point, debt.booked_for)
    now = rates.value(payment.amount, dates.fixing(purpose), payment.paid_on)
    released = release(debt, booked.amount, payment.amount)
    gained = gain(debt.side, released, now.amount)
    row = store.SettlementRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        cause_id=payment.cause_id,
        document_id=debt.document_id,
        document_line=debt.line,
        settled_on=payment.paid_on,
        currency=str(payment.amount.currency.code),
        amount=payment.amount.amount,
        base_currency=str(released.currency.code),
        released=released.amount,
        settled_for=now.amount.amount,
        gain=gained.amount,
        booked_rate=_references(booked),
        settled_rate=_references(now),
        takes_back_id=None,
    )
    session.add(row)
    paid_at_booked = Converted(released, payment.amount, booked.path, booked.factor)
    rounded = (of_conversion("released", paid_at_booked), of_conversion("settled", now))
    rounding_ledger.post(
        session,
        [PostedFraction(FX_SETTLEMENT, row.id, each) for each in rounded],
        payment.paid_on,
    )
    if gained.amount:
        today = periods.today(session)
        bearing = periods.booking_period(session, today).id
        entry = realised_entry(row.id, debt.party_id, debt.number, gained, bearing, today)
        ledger.post(session, [entry])
    return row


def _posted(
    session: TenantSession, period: Period, dates: RateDates
) -> dict[tuple[UUID, str], Money]:
    """What revaluations have booked and not reversed: of this period, or of all up to now."""
    only = period.id if dates.revaluation == "reversed" else None
    posted: dict[tuple[UUID, str], Money] = {}
    for row in store.revaluation_rows(session, only):
        if row.mode == dates.revaluation:
            nothing = money(0, row.base_currency)
            key = row.document_id, row.document_line
            posted[key] = posted.get(key, nothing) + money(row.gain, row.base_currency)
    return posted


def _valued(
    session: TenantSession, debt: Debt, period: Period, dates: RateDates, rates: _Rates
) -> store.RevaluationRow:
    on = period.month.last_day
    booked = rates.value(debt.payable, dates.tax_point, debt.booked_for).amount
    now = rates.value(debt.open, dates.fixing("closing"), on)
    kept = carried(debt, booked)
    return store.RevaluationRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        period_id=period.id,
        document_id=debt.document_id,
        document_line=debt.line,
        mode=dates.revaluation,
        currency=str(debt.open.currency.code),
        open=debt.open.amount,
        base_currency=str(kept.currency.code),
        carried=kept.amount,
        valued=now.amount.amount,
        gain=gain(debt.side, kept, now.amount).amount,
        closing_rate=_references(now),
    )


def _book_revaluation(
    session: TenantSession,
    period: Period,
    dates: RateDates,
    added: Sequence[tuple[Debt, store.RevaluationRow]],
) -> None:
    entries = [
        revaluation_entry(
            row.id,
            debt.party_id,
            debt.number,
            money(row.gain, row.base_currency),
            period.id,
            period.month.last_day,
        )
        for debt, row in added
    ]
    ledger.post(session, entries)
    if dates.revaluation == "reversed" and added:
        first_day = period.month.ends_on
        following = periods.period_of(session, first_day)
        for _, row in added:
            booked = ledger.booked(session, "fx_revaluation", row.id, REVALUE)
            ledger.reverse(session, booked.id, following.id, first_day)


def _references(converted: Converted) -> str:
    return ", ".join(
        f"{rate.reference} {rate.table_number}" if rate.table_number else rate.reference
        for rate in converted.path
    )
