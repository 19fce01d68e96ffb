"""What changed in a month that was declared already: a declaration that corrects it (R58, R60).

    declared 100 calls, 5.00; two came late    a correction of 2 calls, 0.10, naming the month
    the price was 0.05 and is now 0.04         -100 calls at 0.05, 100 calls at 0.04: both are told

It names the month it corrects, whose tiers and prices it goes by; the tiers of the month in which
it is booked see nothing of it. What is corrected twice is corrected by what changed since.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from currencies.money import EXACT
from i18n.errors import Conflict, Invalid
from settlement.interconnect.traffic import TrafficLine
from statements.declaration import Bucket, Received


class NegativeWithoutPeriod(Invalid):
    """Declaration {number} is negative and corrects nothing. Name in Corrects the declaration it
    corrects.
    """


class NothingToCorrect(Invalid):
    """Declaration {number} corrects {corrects}, which you have not declared for this agreement and
    period. Name the one it corrects.
    """


class NotCorrectedYet(Conflict):
    """We have not corrected {period} under {agreement} yet. Send your correction after ours."""


class Priced(NamedTuple):
    """What is corrected apart: where prices differ, both versions are told."""

    day: date
    direction: str
    trunk: str
    destination: str
    rate: Decimal | None


class Figures(NamedTuple):
    """What is counted and charged."""

    calls: int
    seconds: int
    billed_seconds: int
    amount: Decimal

    def plus(self, other: "Figures", times: int) -> "Figures":
        """These and the others, taken so many times."""
        return Figures(
            self.calls + times * other.calls,
            self.seconds + times * other.seconds,
            self.billed_seconds + times * other.billed_seconds,
            EXACT.add(self.amount, EXACT.multiply(other.amount, times)),
        )


NOTHING: Final = Figures(0, 0, 0, Decimal(0))


def changed(now: Iterable[Bucket], declared: Iterable[TrafficLine]) -> list[Bucket]:
    """What now is less what was declared, all corrections included; nothing where they agree."""
    found: dict[Priced, Figures] = {}
    for bucket in now:
        key = Priced(bucket.day, bucket.direction, bucket.trunk, bucket.destination, bucket.rate)
        figures = Figures(bucket.calls, bucket.seconds, bucket.billed_seconds, bucket.amount)
        found[key] = found.get(key, NOTHING).plus(figures, 1)
    for line in declared:
        key = Priced(line.day, line.direction, line.trunk, line.destination, line.unit_price)
        figures = Figures(line.calls, line.seconds, line.billed_seconds, line.amount)
        found[key] = found.get(key, NOTHING).plus(figures, -1)
    return [
        Bucket(
            day=key.day,
            direction=key.direction,
            trunk=key.trunk,
            destination=key.destination,
            calls=figures.calls,
            seconds=figures.seconds,
            billed_seconds=figures.billed_seconds,
            rate=key.rate,
            amount=figures.amount,
        )
        for key, figures in found.items()
        if any(figures)
    ]


def require_period_named(received: Received) -> None:
    """Refuse what takes back and does not say of what. Raises NegativeWithoutPeriod."""
    figures = [
        (each.calls, each.seconds, each.billed_seconds, each.amount) for each in received.buckets
    ]
    if received.corrects is None and any(figure < 0 for each in figures for figure in each):
        raise NegativeWithoutPeriod(number=received.number)
