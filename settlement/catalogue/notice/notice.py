"""From which day an announced price holds (rule R61).

An increase needs notice: its first day is the later of the day asked for and the day of the
announcement plus N, in the receiver's time zone. A decrease may hold from the day asked for. A
price for days already gone is no notice but a retroactive rate (rule R60), and refused here.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from i18n.errors import Invalid
from settlement.catalogue.notice.day_counting import Count, days_after


class RateAnnouncedBackwards(Invalid):
    """The price is announced on {announced_on} for {asked_for}, which is past. Correct those days
    by a retroactive rate.
    """


@dataclass(frozen=True, slots=True)
class NoticeTerms:
    """The notice an agreement asks for, and the zone and holidays of who receives it."""

    days: int
    count: Count = "calendar_days"
    zone: str = "Europe/Warsaw"
    country: str = "PL"


def announced_on(announced_at: datetime, terms: NoticeTerms) -> date:
    """The receiver's day on which prices are announced."""
    assert announced_at.tzinfo is not None, "an instant is aware"
    return announced_at.astimezone(ZoneInfo(terms.zone)).date()


def first_day_at(rises: bool, asked_for: date, announced_at: datetime, terms: NoticeTerms) -> date:
    """The first day at an announced price. Raises RateAnnouncedBackwards.

    Decided for one destination: one announcement may lower one and raise another.
    """
    day = announced_on(announced_at, terms)
    if asked_for < day:
        raise RateAnnouncedBackwards(announced_on=day, asked_for=asked_for)
    if not rises:
        return asked_for
    return max(asked_for, days_after(day, terms.days, terms.count, terms.country))
