"""The listing of a quarter, read from the documents that were issued."""

import datetime as dt

from currencies import service as fx
from settlement.insight.oss import store
from settlement.insight.oss.oss import DAYS_AFTER, OwedAbroad, Quarter, listing
from tenants.session import TenantSession


def owed_abroad(session: TenantSession, asked: Quarter) -> list[OwedAbroad]:
    """What is owed to other member states for a quarter, by country, rate and currency."""
    last_day = asked.span.last_day
    rates = fx.rate_table(session, ["ECB"], last_day, last_day + dt.timedelta(days=DAYS_AFTER))
    found = store.supplies(session, asked.span.starts_on, asked.span.until)
    return listing(found, rates, last_day)
