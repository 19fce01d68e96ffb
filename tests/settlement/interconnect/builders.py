"""Traffic for tests, written as tables."""

from datetime import date
from decimal import Decimal

from settlement.interconnect.comparison import Comparison
from settlement.interconnect.traffic import TrafficLine


def traffic(table: str) -> list[TrafficLine]:
    """Rows of `day direction trunk destination calls seconds amount [price]`, in October 2026."""
    lines = []
    for row in table.strip().splitlines():
        day, direction, trunk, destination, calls, seconds, amount, *price = row.split()
        assert direction in ("incoming", "outgoing")
        lines.append(
            TrafficLine(
                day=date(2026, 10, int(day)),
                direction=direction,  # type: ignore[arg-type]
                trunk=trunk,
                destination=destination,
                calls=int(calls),
                seconds=int(seconds),
                billed_seconds=int(seconds),
                amount=Decimal(amount),
                unit_price=Decimal(price[0]) if price else None,
            )
        )
    return lines


def shown(comparison: Comparison) -> list[str]:
    """The compared lines as rows of `day direction destination variance agreement`."""
    return [
        f"{line.key.day.day} {line.key.direction} {line.key.destination} "
        f"{line.variance} {line.agreement.value}"
        for line in comparison.lines
    ]
