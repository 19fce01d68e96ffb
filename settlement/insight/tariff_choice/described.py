"""A month of usage as somebody describes it, who is no customer yet or whose usage will change.

It is told in lines, such as 120 calls of 180 seconds to numbers like 48226000001 on workdays at
18:30. The events of a line are spread evenly over its days of the month, the first days first, all
at the time that was said; several on one day follow one another by the minute, round the clock. So
the same description gives the same events, whoever asks and when.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl

from i18n.errors import Invalid
from mediation.formats.events import as_decoded
from mediation.normalising import normalise
from mediation.source import Source
from mediation.usage import USAGE_SCHEMA
from settlement.periods.calendar import Month

ACCOUNT: Final = "described"
EVENTS_MOST: Final = 20_000
MINUTES: Final = 24 * 60
DAYS: Final[Mapping[str, range]] = {
    "all": range(7),
    "workdays": range(5),
    "weekends": range(5, 7),
}
# Of no batch that there is.
_NO_BATCH: Final = str(UUID(int=0))


class TooManyEvents(Invalid):
    """The description has {events} events. Describe {most} at most."""


class DescribedUnusable(Invalid):
    """Line {line} of the description is no usage: {reason}. Correct it."""


@dataclass(frozen=True, slots=True)
class Line:
    """So many like events in a month.

    `seconds` is how long each call is, `quantity` what each counts, in `unit` (that of its kind
    where not said); `number` is who is called, or who calls where the direction is incoming.
    """

    kind: str
    events: int
    seconds: int | None = None
    quantity: int | None = None
    unit: str | None = None
    number: str | None = None
    product: str | None = None
    direction: str = "outgoing"
    days: str = "all"
    at: dt.time = dt.time(12)


def usage_of(lines: Sequence[Line], month: Month, zone: str, country: str) -> pl.DataFrame:
    """The events of a description as canonical usage of ACCOUNT, by time and key.

    Raises TooManyEvents, DescribedUnusable.
    """
    events = sum(line.events for line in lines)
    if events > EVENTS_MOST:
        raise TooManyEvents(events=events, most=EVENTS_MOST)
    told = [each for number, line in enumerate(lines, 1) for each in _told(number, line, month)]
    source = Source(code=ACCOUNT, format="events", zone=zone, country=country)
    arrives_at = dt.datetime.combine(month.ends_on, dt.time(12), ZoneInfo(zone))
    decoded = as_decoded(told)
    records = normalise(decoded.drafts, source, _NO_BATCH, arrives_at.astimezone(dt.UTC))
    for line, fault in records.filter(pl.col("fault").is_not_null()).select("line", "fault").rows():
        raise DescribedUnusable(line=told[line - 1]["id"].partition("-")[0], reason=fault)
    for line, reason in decoded.rejected.select("line", "reason").rows():
        raise DescribedUnusable(line=told[line - 1]["id"].partition("-")[0], reason=reason)
    return records.select(list(USAGE_SCHEMA)).sort("occurred_at", "record_key")


def _told(number: int, line: Line, month: Month) -> Iterator[dict[str, Any]]:
    days = [
        day
        for day in (month.starts_on + dt.timedelta(days=n) for n in range(month.last_day.day))
        if day.weekday() in DAYS[line.days]
    ]
    other = "a_number" if line.direction == "incoming" else "b_number"
    facts = {
        "kind": line.kind,
        "direction": line.direction,
        "account": ACCOUNT,
        "duration_seconds": line.seconds,
        "quantity": line.quantity,
        "unit": line.unit,
        "product": line.product,
        other: line.number,
    }
    said = {name: value for name, value in facts.items() if value is not None}
    for place in range(line.events):
        rounds, day = divmod(place, len(days))
        minute = (line.at.hour * 60 + line.at.minute + rounds) % MINUTES
        at = dt.datetime.combine(days[day], dt.time(*divmod(minute, 60)))
        yield said | {"id": f"{number}-{place + 1}", "occurred_at": at.isoformat()}
