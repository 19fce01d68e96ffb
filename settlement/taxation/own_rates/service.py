"""Enter a VAT rate that the table does not have, and give the table with all that was entered."""

import datetime as dt
from decimal import Decimal

from i18n.errors import Conflict
from settlement.taxation.own_rates import store
from settlement.taxation.vat_rates import OwnRate, RateBook, checked_own_rate, rate_book
from tenants.session import TenantSession


class RateEntered(Conflict):
    """A {category} VAT rate of {country} from {day} was entered already. Enter one from another
    day.
    """


def enter(
    session: TenantSession, country: str, category: str, rate: Decimal, valid_from: dt.date
) -> OwnRate:
    """Add a rate from a day on; what was entered stays. Raises OwnRateUnclear, RateEntered."""
    entered = checked_own_rate(
        OwnRate(country, category, rate, valid_from, session.now(), session.principal.name)
    )
    key = (country, category, valid_from)
    if any((each.country, each.category, each.valid_from) == key for each in entered_of(session)):
        raise RateEntered(category=category, country=country, day=valid_from.isoformat())
    session.add(
        store.OwnRateRow(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            country=country,
            category=category,
            rate=rate,
            valid_from=valid_from,
            entered_at=entered.entered_at,
            entered_by=entered.entered_by,
        )
    )
    session.flush()
    return entered


def entered_of(session: TenantSession) -> list[OwnRate]:
    """Everything that was entered, the earliest first."""
    return [
        OwnRate(row.country, row.category, row.rate, row.valid_from, row.entered_at, row.entered_by)
        for row in store.rows(session)
    ]


def book(session: TenantSession) -> RateBook:
    """The table of rates with what the tenant has entered."""
    return rate_book(entered_of(session))
