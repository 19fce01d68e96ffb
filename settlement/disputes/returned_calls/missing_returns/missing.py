"""Numbers of RAP files that are missing between two networks."""

from dataclasses import dataclass
from uuid import UUID

from i18n.errors import Conflict, Invalid
from mediation.sequences import Gap


class ReturnNotMissing(Conflict):
    """No RAP file {number} of {sender} is missing. Choose one that is listed."""


class WaivedWithoutReason(Invalid):
    """RAP file {number} of {sender} is waived without a reason. Say why it will not come."""


@dataclass(frozen=True, slots=True)
class MissingReturns:
    """What never came of one network: its gaps, the earliest first."""

    carrier_id: UUID
    sender: str
    recipient: str
    gaps: tuple[Gap, ...]
