"""The local month of each local date, by its first day."""

import polars as pl


def months_of(days: pl.Series) -> pl.Series:
    """The first day of the month of each date.

    Usage has few dates, so the calendar is asked once for each day of their span.
    """
    numbers = days.to_physical()
    first, last = numbers.min(), numbers.max()
    if first is None:
        return days
    assert isinstance(first, int) and isinstance(last, int), "dates are whole numbers"
    span = pl.int_range(first, last + 1, dtype=pl.Int32, eager=True).cast(pl.Date)
    return span.dt.truncate("1mo").gather(numbers - first).alias(days.name)
