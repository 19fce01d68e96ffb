"""Whether what is agreed from a day, and perhaps until another, holds on a day."""

import datetime as dt


def holds_on(day: dt.date, valid_from: dt.date, valid_until: dt.date | None) -> bool:
    """Half-open: the last day is the first day without; None is no end."""
    return valid_from <= day and (valid_until is None or day < valid_until)
