"""Messages are well formed whatever stands in them; reports tell whose message came back."""

import datetime as dt
from dataclasses import replace
from email import message_from_bytes, policy
from uuid import UUID

import pytest

from settlement.delivery.delivery import State
from settlement.delivery.mailing.bounce import report_of
from settlement.delivery.mailing.message import AddressUnusable, file_name, message_of
from settlement.delivery.parcel import Attachment, Parcel

DELIVERY = UUID("01a19c21-7200-7362-91b7-584a2265b1f7")
PARCEL = Parcel(
    delivery_id=DELIVERY, tenant="alpha", place=2, number="FV/1", sender_name="Alpha, s. A.",
    sender="billing@alpha.example", recipient_name="Żółw i Spółka", address="anna@nowak.example",
    host_key="", secret="", subject="Faktura FV/1", text="Dzień dobry\n",
    attachments=(Attachment("FV-1.pdf", "application/pdf", b"%PDF-1"),),
    sent_at=dt.datetime(2026, 11, 10, 12, 0, tzinfo=dt.UTC),
)  # fmt: skip
MESSAGE_ID = f"<{DELIVERY}.2@alpha.example>"


def test_equal_parcels_give_equal_bytes_that_read_back() -> None:
    content = message_of(PARCEL).as_bytes()

    assert content == message_of(PARCEL).as_bytes()
    read = message_from_bytes(content, policy=policy.default)
    assert read["To"].addresses[0].display_name == "Żółw i Spółka"
    assert (read["From"].addresses[0].addr_spec, read["Message-ID"]) == (
        "billing@alpha.example", MESSAGE_ID,
    )  # fmt: skip
    assert read.get_body().get_content().split() == ["Dzień", "dobry"]  # type: ignore[union-attr]
    [attached] = read.iter_attachments()  # type: ignore[attr-defined]
    assert (attached.get_filename(), attached.get_content()) == ("FV-1.pdf", b"%PDF-1")


@pytest.mark.parametrize(
    "bad", ["a\r\nBcc: x@y.example", "a\nX: 1", "a\0b", "a\x0b\x0cb", "\u2028a"]
)
def test_no_text_puts_a_header_of_its_own(bad: str) -> None:
    changed = replace(PARCEL, subject=bad, sender_name=bad, recipient_name=bad, text=bad)

    read = message_from_bytes(message_of(changed).as_bytes(), policy=policy.default)

    assert sorted(read.keys()) == sorted(
        ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
         "Content-Type"]
    )  # fmt: skip
    assert [each.addr_spec for each in read["To"].addresses] == ["anna@nowak.example"]


@pytest.mark.parametrize(
    "address", ["", "anna", "anna@", "a@b.example\r\nBcc: c@d.example", "a@b.example,c@d.example"]
)
def test_an_address_that_is_not_one_is_refused(address: str) -> None:
    with pytest.raises(AddressUnusable):
        message_of(replace(PARCEL, address=address))


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "-..-etc-passwd"), ("a\r\nb.pdf", "a\ufffd b.pdf"),
        ('a"b;c.pdf', "a-b;c.pdf"), ("...", "document"), ("żółw.pdf", "żółw.pdf"),
    ],
)  # fmt: skip
def test_an_attachment_has_a_name_and_no_folder(name: str, safe: str) -> None:
    assert file_name(name) == safe


def a_report(action: str, message_id: str = MESSAGE_ID, part: str = "message/rfc822") -> bytes:
    """A delivery status as mail servers write it (RFC 3464, appendix E)."""
    return f"""From: MAILER-DAEMON@mail.example
To: billing@alpha.example
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; anna@nowak.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such
 user

--b
Content-Type: {part}

Message-ID: {message_id}
Subject: Faktura FV/1

--b--
""".replace("\n", "\r\n").encode()


@pytest.mark.parametrize("part", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_tells_whose_message_came_back_and_why(part: str) -> None:
    report = report_of(a_report("failed", part=part))

    assert report is not None
    assert (report.delivery_id, report.place) == (DELIVERY, 2)
    assert report.answer.state is State.BOUNCED
    assert report.answer.text == "5.1.1 smtp; 550 5.1.1 no such user"


@pytest.mark.parametrize(
    "content",
    [
        a_report("delayed"),
        a_report("failed", message_id="<1@elsewhere.example>"),
        b"Subject: I am on holiday\r\n\r\nuntil Monday",
        b"", b"\xff\xfe\0", b"Content-Type: multipart/report\r\n\r\nno parts",
    ],
)  # fmt: skip
def test_what_is_no_report_of_ours_tells_nothing(content: bytes) -> None:
    assert report_of(content) is None
