"""A cost centre: the customer's own word for where the cost of a contract belongs."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from i18n.errors import Conflict, Invalid

LONGEST = 60


class CostCentreUnusable(Invalid):
    """The cost centre {cost_centre} is not usable. Write at most 60 printable characters."""


class CostCentreChangedLater(Conflict):
    """The cost centre of contract {number} changes on {on} already. Choose a later day."""


@dataclass(frozen=True, slots=True)
class DatedCostCentre:
    """The cost centre of a contract from a day on; empty where it has none."""

    contract_id: UUID
    cost_centre: str
    valid_from: dt.date
    recorded_at: dt.datetime
    recorded_by: str


def checked_cost_centre(text: str) -> str:
    """The cost centre as it is kept. Raises CostCentreUnusable."""
    if len(text) > LONGEST or not text.isprintable():
        raise CostCentreUnusable(cost_centre=repr(text)[:80])
    return text.strip()
