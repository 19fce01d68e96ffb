"""When a schedule fires: the instants its cron line names, in its own time zone.

Only names of weekdays are taken (`mon-fri`), because numbers mean different days to different
programs. `last` stands for the last day of a month. When summer time ends and an hour is shown
twice, a schedule for a fixed hour fires the first time only; one for every hour fires both times.
"""

import datetime as dt
from collections.abc import Iterator
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from i18n.errors import Invalid
from i18n.locale import Words, _, outside

MOST_SLOTS = 100
"""So many missed slots are caught up at once; the rest follow at the next look."""


class BadCron(Invalid):
    """The cron line {cron} is not usable: {reason}. Write minute, hour, day, month and weekday, for
    example `0 6 1 * *`; weekdays by name.
    """


def trigger(cron: str, time_zone: str) -> CronTrigger:
    """The trigger of a cron line in a time zone, or a refusal."""
    fields = cron.split()
    if len(fields) == 5 and any(character.isdigit() for character in fields[4]):
        raise BadCron(cron=cron, reason=Words(_("a weekday stands as a number")))
    try:
        return CronTrigger.from_crontab(cron, timezone=time_zone)
    except (ValueError, KeyError) as wrong:
        raise BadCron(cron=cron, reason=outside("APScheduler", wrong)) from None


def due_slots(
    cron: str, time_zone: str, after: dt.datetime, until: dt.datetime
) -> list[dt.datetime]:
    """The slots after one instant and not after another, the earliest first, in UTC."""
    fires = trigger(cron, time_zone)
    every_hour = cron.split()[1].startswith("*")
    due = (
        slot
        for slot in takewhile(lambda slot: slot <= until, _slots(fires, after))
        if every_hour or not _is_shown_again(slot, ZoneInfo(time_zone))
    )
    return list(islice(due, MOST_SLOTS))


def _is_shown_again(slot: dt.datetime, zone: ZoneInfo) -> bool:
    """Whether local clocks showed this time an hour ago already, when summer time ended."""
    return slot.astimezone(zone).fold == 1


def _slots(fires: CronTrigger, after: dt.datetime) -> Iterator[dt.datetime]:
    slot = after
    while True:
        # A microsecond on, because the trigger counts its starting instant as a slot.
        following = fires.get_next_fire_time(None, slot + dt.timedelta(microseconds=1))
        if following is None:
            return
        slot = following.astimezone(dt.UTC)
        yield slot
