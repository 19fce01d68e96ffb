"""Bands: the times of the week at which other prices hold, peak and off-peak.

A band is a set of windows on the wall clock, half-open. `00:00-00:00` is the whole day; a window
that begins later than it ends runs over midnight; any other window that ends where it begins is
empty and refused (rule R19). The days of a window are dates of the instant (rule R16): Friday
22:00-06:00 holds on Friday before 06:00 and from 22:00, and on Saturday not at all. A band may
instead hold `otherwise`: whenever no band with windows does.

A window without days holds on every day. The days of a window may name `holiday`: then it holds on
public holidays of the tariff's calendar. On such a date the weekdays of windows do not hold, unless
the tariff says that they are kept.

Bands may overlap. The *slots* of a week are the different sets of bands that hold at some minute;
each minute has one slot, and prices are looked up by slot.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from i18n.errors import Invalid
from i18n.locale import Words, _, one_of
from settlement.catalogue.plain_values import Plain, Reader

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYS: Final = (*WEEKDAYS, "holiday")
HOLIDAY: Final = DAYS.index("holiday")
MINUTES_OF_DAY: Final = 24 * 60
MINUTES_OF_WEEK: Final = 7 * MINUTES_OF_DAY


# What becomes of the weekdays of windows on a holiday; None where holidays are not looked at.
Holidays = Literal["replaced", "kept"] | None


class EmptyWindow(Invalid):
    """Band {band}: the window {start}-{end} is empty. Only 00:00-00:00 means the whole day."""


class NotATimeOfDay(Invalid):
    """Band {band}: {value} is not a time of day. Write it like 08:00."""


@dataclass(frozen=True, slots=True)
class Window:
    """Minutes of the day on some days (0 is Monday, 7 a holiday), half-open."""

    days: tuple[int, ...]
    start: int
    end: int

    @property
    def minutes(self) -> list[int]:
        """Minutes of a day, from 00:00, that lie in the window."""
        length = (self.end - self.start) % MINUTES_OF_DAY or MINUTES_OF_DAY
        return [(self.start + minute) % MINUTES_OF_DAY for minute in range(length)]

    def holds_on(self, day: int, holidays: Holidays) -> bool:
        """Whether it holds on a row of the week: a weekday, or from 7 on one that is a holiday."""
        weekday = day % len(WEEKDAYS)
        if day < len(WEEKDAYS):
            return weekday in self.days
        return HOLIDAY in self.days or (holidays == "kept" and weekday in self.days)


@dataclass(frozen=True, slots=True)
class Band:
    """A name, and when it holds; no windows means whenever no other band does."""

    name: str
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True)
class Week:
    """The slots of a week: which bands each has, and the slot of each minute.

    Where holidays are looked at, seven more days follow: the weekdays that are holidays.
    """

    slots: tuple[frozenset[str], ...]
    slot_of_minute: tuple[int, ...]

    @property
    def knows_holidays(self) -> bool:
        """Whether a holiday has minutes of its own."""
        return len(self.slot_of_minute) > MINUTES_OF_WEEK


@cache
def week_of(bands: tuple[Band, ...], holidays: Holidays = None) -> Week:
    """Lay the bands out over the minutes of a week, twice where holidays are looked at."""
    days = len(WEEKDAYS) * (1 if holidays is None else 2)
    holding: list[set[str]] = [set() for _ in range(days * MINUTES_OF_DAY)]
    for band in bands:
        for window in band.windows:
            for day in (day for day in range(days) if window.holds_on(day, holidays)):
                for minute in window.minutes:
                    holding[day * MINUTES_OF_DAY + minute].add(band.name)
    otherwise = {band.name for band in bands if not band.windows}
    sets = [frozenset(names or otherwise) for names in holding]
    slots = tuple(sorted(set(sets), key=sorted))
    number = {names: slot for slot, names in enumerate(slots)}
    return Week(slots, tuple(number[names] for names in sets))


def band_from_plain(plain: Plain, where: str) -> Band:
    """Read `{name, windows: [{days, from, until}]}` or `{name, otherwise: true}`."""
    reader = Reader(plain, where, ("name", "windows", "otherwise"))
    name = reader.text("name")
    windows = [_window(each, name, where) for each in reader.tables("windows")]
    if bool(windows) == (plain.get("otherwise") is True):
        raise reader.wrong(
            "windows", windows, Words(_("windows, or otherwise = true, and not both"))
        )
    return Band(name, tuple(windows))


def band_to_plain(band: Band) -> dict[str, Any]:
    """Write a band as `band_from_plain` reads it."""
    if not band.windows:
        return {"name": band.name, "otherwise": True}
    return {"name": band.name, "windows": [_window_to_plain(each) for each in band.windows]}


def _window(plain: Plain, band: str, where: str) -> Window:
    reader = Reader(plain, f"{where}, band {band}", ("days", "from", "until"))
    named = plain.get("days") or DAYS
    for day in named:
        if day not in DAYS:
            raise reader.wrong("days", day, one_of(DAYS))
    days = tuple(sorted({DAYS.index(day) for day in named}))
    start, end = (_minute(reader.text(key, "00:00"), band) for key in ("from", "until"))
    if start == end and start != 0:
        raise EmptyWindow(band=band, start=_clock(start), end=_clock(end))
    return Window(days, start, end)


def _window_to_plain(window: Window) -> dict[str, Any]:
    plain: dict[str, Any] = {"from": _clock(window.start), "until": _clock(window.end)}
    if len(window.days) < len(DAYS):
        plain["days"] = [DAYS[day] for day in window.days]
    return plain


def _minute(text: str, band: str) -> int:
    hours, _, minutes = text.partition(":")
    valid = len(text) == 5 and text.isascii() and hours.isdigit() and minutes.isdigit()
    if not valid or int(hours) > 24 or int(minutes) > 59:
        raise NotATimeOfDay(band=band, value=text)
    minute = int(hours) * 60 + int(minutes)
    if minute > MINUTES_OF_DAY:
        raise NotATimeOfDay(band=band, value=text)
    return minute % MINUTES_OF_DAY


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
