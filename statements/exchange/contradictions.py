"""Where a message of the exchange contradicts itself: its buckets, its period, its own totals."""

from collections.abc import Iterator
from typing import Final

from statements.exchange.message import BucketKey, BucketTotal, Figures, Header, RefusedLine
from statements.exchange.writing import sum_of

NEGATIVE: Final = "a negative figure does not name the month that it corrects"


def contradictions(
    header: Header,
    totals: list[BucketTotal],
    requested: list[BucketKey],
    stated: Figures | None,
) -> Iterator[RefusedLine]:
    """What cannot be true of it at once, by the number of the bucket; 0 is the whole message.

    Args:
        stated: the Total that it says it comes to, where it has one.
    """
    keys = [total.key for total in totals] or requested
    seen: set[BucketKey] = set()
    for number, key in enumerate(keys, 1):
        if key in seen:
            yield RefusedLine(number, "bucket-repeated", f"bucket {said(key)} stands twice")
        seen.add(key)
        if not header.period.starts_on <= key.day < header.period.until:
            yield RefusedLine(number, "outside-the-period", f"{key.day} is outside the period")
    month = f"{header.period.starts_on:%Y-%m}"
    for number, total in enumerate(totals, 1):
        if total.corrects is None and _is_negative(total.figures):
            yield RefusedLine(number, "negative-without-period", NEGATIVE)
        if total.corrects is not None and total.corrects >= month:
            reason = f"{total.corrects} is not before {month}, so it cannot be corrected in it"
            yield RefusedLine(number, "corrects-no-earlier-period", reason)
    if stated is not None and stated != (found := sum_of(totals)):
        reason = f"Total says {_shown(stated)}, the buckets come to {_shown(found)}"
        yield RefusedLine(0, "totals-do-not-tie", reason)


def _is_negative(figures: Figures) -> bool:
    return figures.records < 0 or figures.seconds < 0 or figures.amount < 0


def said(key: BucketKey) -> str:
    """A bucket in words."""
    return f"{key.day.isoformat()} {key.direction} {key.trunk} {key.destination}"


def _shown(figures: Figures) -> str:
    return f"{figures.records} records, {figures.seconds} seconds, {figures.amount:f}"
