"""What a mail server tells of a message that did not arrive: a delivery status (RFC 3464).

A report is `multipart/report` with a part `message/delivery-status` and, after it, the message or
its headers; the message id in those says whose it is.
"""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message
from typing import NamedTuple
from uuid import UUID

from settlement.delivery.delivery import Answer, State
from settlement.delivery.mailing.message import MESSAGE_ID
from statements.plain_text import printable

ACTIONS = {
    "failed": State.BOUNCED,
    "delivered": State.DELIVERED,
    # Handed to a system that tells nothing more, or to a list: as good as known.
    "relayed": State.DELIVERED,
    "expanded": State.DELIVERED,
}


class Report(NamedTuple):
    """What was told of a delivery; `place` is the step whose message it is about."""

    delivery_id: UUID
    place: int
    answer: Answer


def report_of(content: bytes) -> Report | None:
    """What a message tells, or None where it is no report of a message of ours, or a delay."""
    try:
        message = message_from_bytes(content, policy=policy.compat32)
        return _found_in(message)
    except (MessageError, ValueError, LookupError):
        return None


def _found_in(message: Message) -> Report | None:
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    state, told = None, ""
    for fields in _fields(message):
        action = str(fields.get("Action", "")).strip().lower()
        if action in ACTIONS and state is not State.BOUNCED:
            state, told = ACTIONS[action], _told(fields)
    found = MESSAGE_ID.search(_original_id(message))
    if state is None or found is None:
        return None
    return Report(UUID(found[1]), int(found[2]), Answer(state, told))


def _fields(message: Message) -> Iterator[Message]:
    """The groups of fields of the delivery status; the first is of the message, then recipients."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            payload = part.get_payload()
            for each in payload if isinstance(payload, list) else []:
                if isinstance(each, Message):
                    yield each


def _told(fields: Message) -> str:
    told = [str(fields.get(name, "")) for name in ("Status", "Diagnostic-Code")]
    return printable(" ".join(" ".join(told).split()))[:500]


def _original_id(message: Message) -> str:
    """The message id of the message that came back, or of its headers."""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            payload = part.get_payload()
            inner = payload[0] if isinstance(payload, list) and payload else None
            return str(inner.get("Message-ID", "")) if isinstance(inner, Message) else ""
        if kind == "text/rfc822-headers":
            raw = part.get_payload(decode=True)
            headers = message_from_bytes(raw) if isinstance(raw, bytes) else Message()
            return str(headers.get("Message-ID", ""))
    return ""
