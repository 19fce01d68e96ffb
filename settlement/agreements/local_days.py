"""Local days as instants: where a day begins on the clocks of a zone."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def beginning_of(day: date, time_zone: str) -> datetime:
    """The instant (UTC) at which a local day begins.

    Where midnight is shown twice the first counts; where it is left out, the instant after the gap.
    """
    return datetime.combine(day, time(), ZoneInfo(time_zone)).astimezone(UTC)


def local_day(instant: datetime, time_zone: str) -> date:
    """The date that the clocks of a zone show at an instant."""
    return instant.astimezone(ZoneInfo(time_zone)).date()
