"""The only present there is.

A clock is handed to whoever needs the time, so a test, a story or the demonstration can hold it
still or move it on. Instants are aware and in UTC.
"""

import datetime as dt
from typing import Protocol


class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> dt.datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The time of this machine."""

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)  # noqa: TID251 - the one place that asks the machine.


class HeldClock:
    """A time that stands still until it is moved, for tests, stories and repeatable runs."""

    def __init__(self, at: dt.datetime) -> None:
        assert at.tzinfo is not None, "an instant is aware"
        self._at = at.astimezone(dt.UTC)

    def now(self) -> dt.datetime:
        return self._at

    def move_to(self, at: dt.datetime) -> None:
        """Set the present; it may go back, as real clocks do."""
        assert at.tzinfo is not None, "an instant is aware"
        self._at = at.astimezone(dt.UTC)
