"""From which day an announced price holds (rule R61).

An increase needs notice: its first day is the later of the day asked for and the day of the
announcement plus N, in the receiver's time zone. A decrease may hold from the day asked for. A
price for days already gone is no notice but a retroactive rate (rule R60), and refused here.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from i18n.errors import Invalid
from settlement.interconnect.day_counting import Count, days_after


class RateAnnouncedBackwards(Invalid):
    """The price is announced on {announced_on} for {asked_for}, which is past. Correct those days by a retroactive rate."""  # noqa: E501 - one message.


@dataclass(frozen=True, slots=True)
class NoticeTerms:
    """The notice an agreement asks for, and the zone and holidays of who receives it."""

    days: int
    count: Count = "calendar_days"
    zone: str = "Europe/Warsaw"
    country: str = "PL"


def first_day_at(
    price: Decimal, before: Decimal, asked_for: date, announced_at: datetime, terms: NoticeTerms
) -> date:
    """The first day at the announced price. Raises RateAnnouncedBackwards.

    Decided for one destination: one announcement may lower one and raise another.
    """
    assert announced_at.tzinfo is not None, "an instant is aware"
    announced_on = announced_at.astimezone(ZoneInfo(terms.zone)).date()
    if asked_for < announced_on:
        raise RateAnnouncedBackwards(announced_on=announced_on, asked_for=asked_for)
    if price <= before:
        return asked_for
    return max(asked_for, days_after(announced_on, terms.days, terms.count, terms.country))
