"""A period as rating needs it."""

import datetime as dt
from typing import NamedTuple
from uuid import UUID


class RatedPeriod(NamedTuple):
    """A period: its days by the tenant's clocks, its instants, and when it was closed."""

    id: UUID
    starts_on: dt.date
    ends_on: dt.date
    starts_at: dt.datetime
    ends_at: dt.datetime
    closed_at: dt.datetime | None = None
