"""Count days as interconnect agreements do: calendar or business days, the first not counted.

The day of the event is not counted, so one day after the 10th is the 11th; of business days only
those that are neither a weekend nor a public holiday of the named country are counted.
"""

from datetime import date, timedelta
from typing import Literal

from i18n.errors import Invalid
from settlement.catalogue.business_days import business_days_after

Count = Literal["calendar_days", "business_days"]


class NegativeDays(Invalid):
    """A window of {days} days is not possible. Give zero or more."""


def days_after(day: date, days: int, count: Count, country: str) -> date:
    """The day that is so many days after the given one. Raises NegativeDays."""
    if days < 0:
        raise NegativeDays(days=days)
    if count == "calendar_days":
        return day + timedelta(days=days)
    return business_days_after(day, days, country)
