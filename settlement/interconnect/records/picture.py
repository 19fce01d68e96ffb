"""The waterfall as bars: our total, each cause from where the one before ended, then their total.

    ours    ##########
    volume            ##
    rate            ##
    theirs  ##########

Positions are shares of the width in per cent. Causes are small beside the totals, so the scale may
begin above zero; the picture says so, as bars of the totals then do not stand for their whole size.
"""

from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, pairwise

from settlement.interconnect.records.waterfall import Part, Waterfall
from settlement.interconnect.traffic import Direction

# Below this share of the totals the causes would be too thin to see on a scale from zero.
SMALLEST_SHARE = Decimal("0.2")
# A bar that is nothing but has calls, or is tiny, stays visible.
THINNEST = Decimal("0.6")
PLACES = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Bar:
    """A cause, or a total where `part` is None; `left` and `width` are per cent."""

    part: Part | None
    amount: Decimal
    left: Decimal
    width: Decimal


@dataclass(frozen=True, slots=True)
class Picture:
    """One direction: the first bar is our total and the last one theirs."""

    direction: Direction
    currency: str
    bars: tuple[Bar, ...]
    begins_at_zero: bool


def picture(fall: Waterfall) -> Picture:
    """The bars of a waterfall."""
    reached = list(accumulate((part.amount for part in fall.parts), initial=fall.ours))
    low, high = min(reached), max(reached)
    begins = min(low, Decimal(0))
    furthest = max(high, Decimal(0))
    is_cut = low > 0 and high - low < SMALLEST_SHARE * high and high != low
    if is_cut:
        begins = max(Decimal(0), low - (high - low))
    span = furthest - begins or Decimal(1)

    def bar(part: Part | None, amount: Decimal, start: Decimal, end: Decimal) -> Bar:
        left = (min(start, end) - begins) / span * 100
        width = max(abs(end - start) / span * 100, THINNEST)
        left = min(left, 100 - width)
        return Bar(part, amount, left.quantize(PLACES), width.quantize(PLACES))

    foot = begins if is_cut else Decimal(0)
    causes = [
        bar(part, part.amount, *step)
        for part, step in zip(fall.parts, pairwise(reached), strict=True)
    ]
    totals = [bar(None, total, foot, total) for total in (fall.ours, fall.theirs)]
    return Picture(
        fall.direction, fall.currency, (totals[0], *causes, totals[1]), not is_cut or begins == 0
    )
