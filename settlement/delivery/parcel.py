"""What is handed to a channel, and what every channel can be asked.

A channel never raises for what the other side does: what goes wrong on the way is an answer.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from settlement.delivery.delivery import Answer

Call = Callable[[str, str, dict[str, str], bytes], tuple[int, bytes]]
"""Method, address, headers and body to status and body of the answer; raises OSError."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One form of the document, as it was issued."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Parcel:
    """A delivery with all that a channel needs to send it; `place` is the step that took it up."""

    delivery_id: UUID
    tenant: str
    place: int
    number: str
    sender_name: str
    sender: str
    recipient_name: str
    address: str
    host_key: str
    secret: str
    subject: str
    text: str
    attachments: tuple[Attachment, ...]
    sent_at: dt.datetime

    def attached(self, media_type: str) -> Attachment | None:
        """The attachment of a type."""
        return next((each for each in self.attachments if each.media_type == media_type), None)


class Way(Protocol):
    """A channel at work."""

    def obstacle(self, tenant: str) -> str:
        """Why a tenant can send nothing this way now; empty where it can."""
        ...

    def send(self, parcel: Parcel) -> Answer:
        """Send it, once."""
        ...

    def found(self, parcel: Parcel) -> Answer | None:
        """What became of a try that was cut off; None where nobody can tell."""
        ...

    def asked(self, tenant: str, reference: str) -> Answer | None:
        """What became of what was sent; None where there is nothing new."""
        ...
