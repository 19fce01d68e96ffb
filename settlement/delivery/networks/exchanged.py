"""What access points and KSeF say, read as strictly as anything from outside.

KSeF confirms an invoice by an UPO (urzędowe poświadczenie odbioru), XML of the ministry's schema
`upo-v4-3`: its `Dokument` tells the KSeF number and the digest of the invoice, SHA-256 in Base64.
"""

import json
from typing import Any

from lxml import etree

from currencies.xml_reading import XmlRefused, read_xml
from settlement.delivery.delivery import Answer, State
from statements.plain_text import printable

# Too early, too many, or not let in: nothing is wrong with the document.
PASSING = (401, 403, 408, 425, 429)
TOLD_LONGEST = 500
RECEIPT_LARGEST = 1_000_000


class Unintelligible(Exception):
    """The answer is not what the service is documented to say."""


class Refused(Exception):
    """The service answered with an error status."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(f"{status} {told_in(body)}")
        self.is_final = 400 <= status < 500 and status not in PASSING


def told_in(body: bytes) -> str:
    """A body in one short line."""
    return printable(" ".join(body.decode(errors="replace").split()))[:TOLD_LONGEST]


def facts_in(status: int, body: bytes) -> dict[str, Any]:
    """The JSON object of an answer; empty where the body is. Raises Refused, Unintelligible."""
    if not 200 <= status < 300:
        raise Refused(status, body)
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        raise Unintelligible(told_in(body)) from None
    if not isinstance(found, dict):
        raise Unintelligible(told_in(body))
    return found


def text_at(facts: dict[str, Any], *path: str) -> str:
    """The text at a path of names. Raises Unintelligible."""
    found: Any = facts
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    if not isinstance(found, str) or not found:
        raise Unintelligible(f"no {'.'.join(path)}")
    return found


def status_of_invoice(facts: dict[str, Any]) -> Answer | None:
    """What KSeF says of an invoice: None while it works, its number, or why it is refused.

    200 is taken; 440 is taken before, under the number that its extensions tell.
    """
    status = facts.get("status")
    code = status.get("code") if isinstance(status, dict) else None
    if not isinstance(status, dict) or not isinstance(code, int):
        raise Unintelligible("no status.code")
    if code < 200:
        return None
    if code == 200:
        number = text_at(facts, "ksefNumber")
        return Answer(State.DELIVERED, f"KSeF {number}", number)
    if code == 440:
        number = text_at(status, "extensions", "originalKsefNumber")
        return Answer(State.DELIVERED, f"KSeF {number}, taken before", number)
    details = "; ".join(map(str, status.get("details") or []))
    told = f"{code} {status.get('description', '')} {details}".strip()
    return Answer(State.BOUNCED, printable(told)[:TOLD_LONGEST])


def session_of(facts: dict[str, Any], session: str) -> str:
    """The session in which KSeF took an invoice: this one, or an earlier one that it names."""
    status = facts["status"]
    if status["code"] == 440:
        return text_at(status, "extensions", "originalSessionReferenceNumber")
    return session


def check_receipt(upo: bytes, number: str) -> None:
    """Raise Unintelligible where an UPO is not of the invoice of this KSeF number."""
    try:
        root = read_xml(upo, RECEIPT_LARGEST)
    except XmlRefused as refused:
        raise Unintelligible(f"receipt: {refused}") from None
    told = [each.text or "" for each in root.iter("{*}NumerKSeFDokumentu")]
    if etree.QName(root).localname != "Potwierdzenie" or told != [number]:
        raise Unintelligible("the receipt is not of this invoice")


def status_of_document(facts: dict[str, Any]) -> Answer | None:
    """What an access point says of a document: None while it is on its way."""
    status = text_at(facts, "status")
    reason = printable(str(facts.get("reason", "")))[:TOLD_LONGEST]
    if status == "delivered":
        return Answer(State.DELIVERED, reason or "taken by the access point of the receiver")
    if status in ("failed", "rejected"):
        return Answer(State.BOUNCED, reason or status)
    return None
