"""Something a subscription is charged for, as promotions see it: lines, and what falls on days.

Charge lines say what is charged for a period. A promotion may begin or end within it, so whoever
made the lines also says what of them falls on given days.
"""

from collections.abc import Callable
from dataclasses import dataclass

from currencies.money import Money
from settlement.rating.charge_line import ChargeLine
from settlement.rating.fees import Days


@dataclass(frozen=True, slots=True)
class Due:
    """Charge lines for one thing sold, which a promotion names by service and product."""

    service: str
    product: str
    lines: tuple[ChargeLine, ...]
    on_days: Callable[[Days], Money]
