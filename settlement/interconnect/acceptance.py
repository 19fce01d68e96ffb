"""When a declaration counts as accepted although nobody answered it (rule R56).

The agreement names an objection window. It begins the day after receipt and its last day is
the last on which an objection counts; with the day after, what was not objected to is accepted.
An objection to a part keeps back that part only: the rest is due on time.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from settlement.catalogue.notice.day_counting import Count, days_after


@dataclass(frozen=True, slots=True)
class ObjectionWindow:
    """How long the receiver may object, counted how and by whose holidays."""

    days: int
    count: Count = "calendar_days"
    country: str = "PL"

    def last_day(self, received_on: date) -> date:
        """The last day on which an objection counts."""
        return days_after(received_on, self.days, self.count, self.country)

    def deemed_accepted_on(self, received_on: date) -> date:
        """The first day on which silence has become acceptance."""
        return self.last_day(received_on) + timedelta(days=1)

    def is_open(self, received_on: date, on: date) -> bool:
        """Whether one may still object on that day."""
        return on <= self.last_day(received_on)
