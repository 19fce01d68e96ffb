"""What the wall clock of a zone shows, and which slot of a week it is in, at each instant.

Every minute of the days asked for is put to the zone's wall clock, and minutes that follow each
other in the same slot are run together. The hard cases need no rule of their own: an hour that is
shown twice is in its band twice, an hour that is left out is in none (rules R16, R17).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from settlement.catalogue.bands import WEEKDAYS, Week

DAY_SECONDS: Final = 86_400


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """Stretches of time: the second (UTC, since 1970) each begins, its slot, its offset."""

    starts: pl.Series
    slots: pl.Series
    offsets: pl.Series

    def stretch_at(self, seconds: pl.Series) -> pl.Series:
        """The number of the stretch that each second lies in."""
        if len(self.starts) == 1:
            return pl.repeat(0, len(seconds), dtype=pl.UInt32, eager=True)
        return self.starts.search_sorted(seconds, side="right") - 1


def timeline(week: Week, zone: str, days: pl.Series, holidays: pl.Series) -> Timeline:
    """Lay a week over the given days (numbers of UTC days since 1970, in any order).

    `holidays` are local dates, where the week knows of holidays.
    """
    of_day = pl.DataFrame({"second": range(0, DAY_SECONDS, 60)}, schema={"second": pl.Int64})
    minutes = (
        days.unique()
        .sort()
        .cast(pl.Int64)
        .alias("day")
        .to_frame()
        .join(of_day, how="cross", maintain_order="left_right")
        .select(start=pl.col("day") * DAY_SECONDS + pl.col("second"))
    )
    local = pl.from_epoch(pl.col("start"), time_unit="s").dt.replace_time_zone("UTC")
    local = local.dt.convert_time_zone(zone)
    offset = (local.dt.base_utc_offset() + local.dt.dst_offset()).dt.total_seconds()
    day = local.dt.weekday().cast(pl.Int32) - 1
    if week.knows_holidays:
        day = day + local.dt.date().is_in(holidays.implode()).cast(pl.Int32) * len(WEEKDAYS)
    minute = day * 1440 + local.dt.hour().cast(pl.Int32) * 60 + local.dt.minute().cast(pl.Int32)
    stretches = minutes.select(
        "start",
        slot=pl.lit(pl.Series(week.slot_of_minute, dtype=pl.Int32)).gather(minute),
        offset=offset,
    )
    same = (pl.col("slot") == pl.col("slot").shift()) & (
        pl.col("offset") == pl.col("offset").shift()
    )
    stretches = stretches.filter(~same.fill_null(False))
    return Timeline(stretches["start"], stretches["slot"], stretches["offset"])


def midnight(day: date, zone: str) -> int:
    """The second (UTC, since 1970) at which a local date begins."""
    # Where midnight is shown twice the first counts; where it is left out, what follows the gap.
    local = datetime.combine(day, time(), ZoneInfo(zone))
    return int((local - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
