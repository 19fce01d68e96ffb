"""A chart of what a document charges: one bar per service, for people who would rather look.

The view holds the lengths in thousandths of the longest bar; layouts draw them, as vectors.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from moneyed import Money

from currencies.money import money, total
from i18n.formats import number_text
from i18n.locale import _
from statements.declaration import Declaration
from statements.document import Document
from statements.plain_text import fitting
from statements.rendering.figures import figure
from statements.rendering.widths import cut_to
from statements.rendering.wording import DIRECTIONS

BARS_MAX = 8
LABEL_EMS = 21.0
LONGEST = 1000

Say = Callable[..., str]
View = dict[str, Any]


def amounts_chart(document: Document, say: Say) -> View | None:
    """Net amounts by service, the largest first, small ones together; None for a single service."""
    nets: dict[str, list[Money]] = defaultdict(list)
    for line in document.lines:
        nets[line.group].append(line.net)
    if len(nets) < 2:
        return None
    sums = [(name, total(each, document.currency)) for name, each in nets.items()]
    sums.sort(key=lambda item: -abs(item[1].amount))
    shown, rest = sums[:BARS_MAX], sums[BARS_MAX:]
    bars = [(name or say(_("Other services")), amount) for name, amount in shown]
    if rest:
        others = total((amount for _name, amount in rest), document.currency)
        bars.append((say(_("Further services")), others))
    title = f"{say(_('Net by service'))}, {document.currency}"
    return {"title": title, "bars": _bars(bars, document)}


def days_chart(declaration: Declaration, say: Say) -> View | None:
    """Calls of every day of the period, one column a day, directions one upon the other.

    None for a correction that takes calls back: what is less than nothing has no column.
    """
    if any(bucket.calls < 0 for bucket in declaration.buckets):
        return None
    calls: dict[tuple[date, str], int] = defaultdict(int)
    for bucket in declaration.buckets:
        calls[bucket.day, bucket.direction] += bucket.calls
    period, directions = declaration.period, sorted({direction for _day, direction in calls})
    days = [
        date.fromordinal(ordinal)
        for ordinal in range(period.starts_on.toordinal(), period.until.toordinal())
    ]
    highest = max((sum(calls[day, each] for each in directions) for day in days), default=0)
    return {
        "title": say(_("Calls by day")),
        "highest": number_text(highest, declaration.locale),
        "legend": [say(DIRECTIONS[direction]) for direction in directions],
        "days": [
            {
                "day": str(day.day),
                "parts": [
                    part_of(Decimal(calls[day, each]), Decimal(highest)) for each in directions
                ],
            }
            for day in days
        ],
    }


def part_of(number: Decimal, longest: Decimal) -> int:
    """The length of a bar, in thousandths of the longest; what is not nothing can be seen."""
    if not number:
        return 0
    return max(1, int(abs(number) * LONGEST / longest))


def _bars(bars: Sequence[tuple[str, Money]], document: Document) -> list[View]:
    longest = max(abs(amount.amount) for _name, amount in bars)
    return [
        {
            "label": cut_to(fitting(name), LABEL_EMS),
            "value": figure(amount, document.locale),
            "part": part_of(amount.amount, longest),
            "is_negative": amount < money(0, document.currency),
        }
        for name, amount in bars
    ]
