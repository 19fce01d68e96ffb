"""Let a customer choose one invoice or several, how often and from which day; tell what it chose.

The choice of the last day of a month decides how that month is invoiced.
"""

import datetime as dt
from uuid import UUID

from i18n.errors import Conflict, Invalid
from settlement.billing.billing_cycle import BillingCycle
from settlement.billing.invoice_choice import DatedChoice, InvoiceChoice, Way, checked_choice
from settlement.billing.splitting import store
from settlement.parties import service as parties
from settlement.parties.cycle_day import DatedCycleDay
from settlement.parties.cycle_days import service as cycle_days
from settlement.parties.party import Kind
from settlement.periods import service as periods
from tenants.persistence.dated import end_last
from tenants.session import TenantSession


class NotInvoiced(Invalid):
    """{party} is a {kind}, and only customers choose how they are invoiced. Choose a customer."""


class ChosenLater(Conflict):
    """{party} has chosen its invoices from {valid_from} already. Take a later day."""


class CycleDayTooEarly(Conflict):
    """Charges until {ends_on} are closed. Choose another cycle day from {ends_on} on, or later."""


def choose(
    session: TenantSession, party_id: UUID, choice: InvoiceChoice, valid_from: dt.date
) -> DatedChoice:
    """Put a customer's charges on invoices in this way from a day on; the choice before ends there.

    The same choice again changes nothing. Raises NoSuchParty, NotInvoiced, ChosenLater and
    InvoiceGroupsWrong and BillingCycleUnusable.
    """
    party = parties.party(session, party_id)
    if party.kind is not Kind.CUSTOMER:
        raise NotInvoiced(party=party.code, kind=party.kind.value)
    choice = checked_choice(choice)
    rows = store.choice_rows(session, party_id)
    if rows and _choice_of(rows[-1]) == choice and rows[-1].valid_from <= valid_from:
        return _dated(rows[-1])
    end_last(session, rows, valid_from, ChosenLater, party.code)
    row = store.InvoiceChoiceRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        party_id=party_id,
        way=choice.way.value,
        groups=[(name, list(services)) for name, services in choice.groups],
        cycle_months=choice.cycle.months,
        cycle_closes=choice.cycle.closes,
        valid_from=valid_from,
        valid_until=None,
        recorded_at=session.now(),
        recorded_by=session.principal.name,
    )
    session.add(row)
    session.flush()
    return _dated(row)


def choose_cycle_day(
    session: TenantSession, party_id: UUID, day: int, valid_from: dt.date
) -> DatedCycleDay:
    """Begin a customer's bills on this day of each month, from a date in an open month on.

    A month whose charges stand is not cut elsewhere. Raises CycleDayTooEarly and what
    `cycle_days.set_cycle_day` raises.
    """
    ended = [each.month.ends_on for each in periods.periods(session) if not each.is_open]
    if ended and valid_from < max(ended):
        raise CycleDayTooEarly(ends_on=max(ended))
    return cycle_days.set_cycle_day(session, party_id, day, valid_from)


def choices(session: TenantSession, party_id: UUID) -> list[DatedChoice]:
    """What a customer chose, the earliest first; before it, one invoice. Raises NoSuchParty."""
    parties.party(session, party_id)
    return [_dated(row) for row in store.choice_rows(session, party_id)]


def choices_on(session: TenantSession, day: dt.date) -> dict[UUID, InvoiceChoice]:
    """What customers chose for a day, by customer; who chose nothing gets one invoice."""
    return {row.party_id: _choice_of(row) for row in store.choices_on(session, day)}


def _choice_of(row: store.InvoiceChoiceRow) -> InvoiceChoice:
    groups = tuple((name, tuple(services)) for name, services in row.groups)
    return InvoiceChoice(Way(row.way), groups, BillingCycle(row.cycle_months, row.cycle_closes))


def _dated(row: store.InvoiceChoiceRow) -> DatedChoice:
    return DatedChoice(_choice_of(row), row.valid_from, row.valid_until)
