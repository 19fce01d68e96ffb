"""Somebody else pays for a contract from a local day on."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from i18n.errors import Conflict


class PayerChangedLater(Conflict):
    """The payer of contract {number} changes on {on} already. Choose a later day."""


@dataclass(frozen=True, slots=True)
class PayerChange:
    """Who pays for a contract from a local day of its customer on, until the next change."""

    contract_id: UUID
    payer_id: UUID
    valid_from: dt.date
    recorded_at: dt.datetime
    recorded_by: str
