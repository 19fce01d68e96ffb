"""Dated versions follow one another and never overlap.

A version holds from a first day until a day without, or without end. A new one takes the place of
an open-ended predecessor, which then ends where the new one begins. Nothing else moves: a version
whose end was agreed is not shortened, and one that begins on the same day or later is not touched.
"""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar

from i18n.errors import Invalid


class NoTimeAtAll(Invalid):
    """Valid from {valid_from} until {valid_until} is no time at all. The end is the first day
    without.
    """


class Dated(Protocol):
    """Anything that holds from a day until another."""

    @property
    def valid_from(self) -> date: ...

    @property
    def valid_until(self) -> date | None: ...


Version = TypeVar("Version", bound=Dated)


def require_time(valid_from: date, valid_until: date | None) -> None:
    """Refuse a validity that holds on no day. Raises NoTimeAtAll."""
    if valid_until is not None and valid_until <= valid_from:
        raise NoTimeAtAll(valid_from=valid_from, valid_until=valid_until)


def ended_by(versions: Iterable[Version], valid_from: date) -> Version | None:
    """The open-ended version that a new one, valid from that day, follows."""
    open_ended = (each for each in versions if each.valid_until is None)
    return next((each for each in open_ended if each.valid_from < valid_from), None)


def overlapped(
    versions: Iterable[Version], valid_from: date, valid_until: date | None
) -> Version | None:
    """The earliest version that holds on some day of a validity; half-open, None without end."""
    overlapping = (
        each
        for each in versions
        if (valid_until is None or each.valid_from < valid_until)
        and (each.valid_until is None or each.valid_until > valid_from)
    )
    return min(overlapping, key=lambda each: each.valid_from, default=None)
