"""The listing of a quarter and the bound of a year, read from the documents that were issued."""

import datetime as dt

from currencies import service as fx
from settlement.insight.oss import store
from settlement.insight.oss.bound import FIXED_ON, Bound, measured
from settlement.insight.oss.oss import DAYS_AFTER, OwedAbroad, Quarter, listing
from settlement.periods import service as periods
from settlement.taxation.places import service as places
from tenants.directory.service import own_tenant
from tenants.session import TenantSession


def owed_abroad(session: TenantSession, asked: Quarter) -> list[OwedAbroad]:
    """What is owed to other member states for a quarter, by country, rate and currency."""
    last_day = asked.span.last_day
    rates = fx.rate_table(session, ["ECB"], last_day, last_day + dt.timedelta(days=DAYS_AFTER))
    found = store.supplies(session, asked.span.starts_on, asked.span.until)
    return listing(found, rates, last_day)


def bound(session: TenantSession, *, at_a_glance: bool = False) -> Bound:
    """How near this year's sales abroad are to the bound, and whether the last one passed it.

    Args:
        at_a_glance: measure those alone who live abroad today; quick, and enough for a warning.
    """
    year = periods.today(session).year
    home = own_tenant(session).country if at_a_glance else None
    rates = fx.rate_table(session, ["ECB"], FIXED_ON, FIXED_ON + dt.timedelta(days=1))
    first, until = dt.date(year - 1, 1, 1), dt.date(year + 1, 1, 1)
    return measured(store.supplies(session, first, until, home), rates, year)


def bound_to_watch(session: TenantSession) -> Bound | None:
    """The bound where it is near or passed and one piece of evidence is still taken for enough.

    Raises PlacePolicyUnreadable.
    """
    if places.known(session).needs_two:
        return None
    found = bound(session, at_a_glance=True)
    return found if found.is_near else None
