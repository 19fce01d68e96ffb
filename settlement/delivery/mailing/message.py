"""An e-mail with documents attached, byte for byte the same for the same parcel.

Headers are set through `email.message`, which refuses a line break in any of them; addresses are
parsed, never pasted. The message id is made of the delivery and the step that sent it, so that
what comes back can be told whose it is.
"""

import re
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final
from uuid import UUID

from i18n.errors import Invalid
from settlement.delivery.parcel import Parcel
from statements.plain_text import printable

MESSAGE_ID: Final = re.compile(
    r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(\d{1,9})@[^\s<>]+>"
)
NAME_LONGEST: Final = 150


class AddressUnusable(Invalid):
    """{address} cannot be written to. Correct the e-mail address, then send again."""


def message_of(parcel: Parcel) -> EmailMessage:
    """The message. Raises AddressUnusable."""
    message = EmailMessage(policy=SMTP)
    sender = address_of(parcel.sender, parcel.sender_name)
    message["From"] = sender
    message["To"] = address_of(parcel.address, parcel.recipient_name)
    message["Subject"] = one_line(parcel.subject)
    message["Date"] = format_datetime(parcel.sent_at)
    message["Message-ID"] = message_id(parcel.delivery_id, parcel.place, sender.domain)
    # Automatic answers are not sent to what was sent automatically (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(printable(parcel.text), cte="quoted-printable")
    for each in parcel.attachments:
        kind, _, subtype = each.media_type.partition("/")
        message.add_attachment(
            each.content, maintype=kind, subtype=subtype, filename=file_name(each.name)
        )
    if message.is_multipart():
        message.set_boundary(f"=-{parcel.delivery_id.hex}-{parcel.place}-=")
    return message


def message_id(delivery_id: UUID, place: int, domain: str) -> str:
    """The id of the message that a step of a delivery sends."""
    return f"<{delivery_id}.{place}@{domain}>"


def address_of(address: str, name: str) -> Address:
    """An address with a name. Raises AddressUnusable."""
    try:
        found = Address(one_line(name), addr_spec=address)
    except (ValueError, HeaderParseError, IndexError):
        raise AddressUnusable(address=address) from None
    if not found.domain or not found.username:
        raise AddressUnusable(address=address)
    return found


def one_line(text: str) -> str:
    """A text for a header: printable, on one line, cut where it is very long."""
    return " ".join(printable(text).split())[:NAME_LONGEST]


def file_name(name: str) -> str:
    """The name of an attachment: no folders, nothing that a file system or a shell minds."""
    safe = re.sub(r'[\\/:*?"<>|]', "-", one_line(name)).strip(". ")
    return safe or "document"
