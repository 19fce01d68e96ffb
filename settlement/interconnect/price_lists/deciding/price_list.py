"""A carrier's list of prices that waits for a second person, and is accepted or refused."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from i18n.errors import Conflict, Invalid, NotFound


class NoSuchPriceList(NotFound):
    """There is no price list {price_list}. Choose one that is listed."""


class PriceListDecided(Conflict):
    """The price list {name} is {status}. Nothing is left to decide."""


class PriceListKnown(Conflict):
    """The list {name} has come for {valid_from} before and is {status}. Decide on that one."""


class RefusedWithoutReason(Invalid):
    """A price list is refused without a reason. Say what the carrier should be told."""


@dataclass(frozen=True, slots=True)
class PriceList:
    """A list as it came for a deck; `status` is proposed, accepted or refused.

    `counts` are prices by what becomes of them (`announced.Reason`), and `findings` rows that are
    left out; until it is accepted, as they were when it came. `why` says why it was refused.
    """

    id: UUID
    agreement: str
    deck: str
    file_name: str
    sha256: str
    valid_from: dt.date
    announced_at: dt.datetime
    notice_days: int
    notice_count: str
    counts: Mapping[str, int]
    findings: int
    status: str
    why: str
    import_id: UUID | None
    proposed_by: str
    proposed_by_id: UUID | None
    proposed_at: dt.datetime
    decided_by: str | None
    decided_at: dt.datetime | None
