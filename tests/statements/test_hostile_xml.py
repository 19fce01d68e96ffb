"""Whatever is done to a message that carriers send us, it is refused in words or read as it was.

It is never read as something else or by half, no reader falls over it, fetches anything, or needs
much memory for it.
"""

import resource
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest

from i18n.errors import DomainError
from statements.declaration import DeclarationMisread, declaration_xml, read_declaration
from statements.exchange.bucket_hash import bucket_totals, in_order
from statements.exchange.message import Message, MessageKind
from statements.exchange.reading import kind_and_header
from statements.exchange.signing import sign, verified
from statements.exchange.writing import message_xml
from statements.invoice_response import read_response, response_xml
from statements.utility_statement import read_utility_statement, utility_statement_xml
from statements.validation.rule_pack import SALDO_DECLARATION
from statements.validation.service import validate
from tests.statements.builders import a_declaration
from tests.statements.exchange.builders import (
    NOVEMBER_3,
    a_header,
    a_key_pair,
    read,
    records,
    written,
)
from tests.statements.hostile_xml import Bait, Fate, Good, Hostile, hostile
from tests.statements.test_invoice_response import QUERIED

SEED = 20261123
SECRET = "the secret of a file of ours"
MOST_MEMORY = 512 * 1024
LONGEST_REASON = 20_000

Read = Callable[[bytes], object]

SENT = in_order(
    records("""
        r1 48221 353100 1 12:00:00        61 0.0305 Ireland
        r2 -     353200 1 12:00:05.250000 60 3      Ireland
        r3 48221 49300  2 08:00:00        30 0.5    Germany
    """)
)
TOTALS = message_xml(
    Message(MessageKind.BUCKET_TOTALS, a_header(), totals=tuple(bucket_totals(SENT)))
)
HEADER = ("Id", "Sender", "Receiver", "Agreement", "PeriodFrom", "TimeZone", "Currency")
ONCE = ("Header",)
FIGURES = ("count", "seconds", "amount")
KEY, CERTIFICATE = a_key_pair()


def read_declared(xml: bytes) -> object:
    """A declaration that also keeps its schema, as it is taken in."""
    received = read_declaration(xml)
    verdict = validate(xml, SALDO_DECLARATION)
    if not verdict.is_valid:
        raise DeclarationMisread(reason="; ".join(each.text for each in verdict.findings[:3]))
    return received


def read_exchanged(xml: bytes) -> object:
    """A message and its records."""
    kind_and_header(BytesIO(xml))
    message, frame = read(xml)
    return message, frame.rows()


def read_signed(xml: bytes) -> object:
    return read_exchanged(verified(xml, [CERTIFICATE], NOVEMBER_3))


KINDS: dict[str, tuple[Good, Read]] = {
    "declaration": (
        Good(
            declaration_xml(a_declaration()),
            ("Number", "Agreement", "Currency", "Day", "Trunk", "Seconds", "Amount", "Payable"),
            ("Calls", "Seconds", "BilledSeconds", "RatePerMinute", "Amount", "Payable"),
            ("Header", "Buckets"),
        ),
        read_declared,
    ),
    "utility statement": (
        Good(
            utility_statement_xml(read_declaration(declaration_xml(a_declaration()))),
            ("IssueDate", "DocumentCurrencyCode", "CallDate", "PhoneNumber", "Quantity",
             "LineExtensionAmount", "PriceAmount", "PayableAmount"),
            ("InvoicedQuantity", "LineExtensionAmount", "PackQuantity", "Quantity", "PriceAmount",
             "PayableAmount"),
            ("SenderParty", "SubscriberConsumption", "Consumption", "TelecommunicationsService",
             "Price", "ConsumptionLine", "LegalMonetaryTotal"),
        ),
        read_utility_statement,
    ),
    "bucket totals": (Good(TOTALS, HEADER, FIGURES, ONCE), read_exchanged),
    "records": (Good(written(a_header(), [SENT]), HEADER, FIGURES[1:], ONCE), read_exchanged),
    "signed totals": (Good(sign(TOTALS, KEY, CERTIFICATE), HEADER, FIGURES, ONCE), read_signed),
    "invoice response": (
        Good(
            response_xml(QUERIED),
            ("IssueDate", "ResponseCode", "StatusReasonCode", "DocumentTypeCode", "AttributeID",
             "EndpointID", "RegistrationName"),
            (),
            ("SenderParty", "DocumentResponse", "Response", "DocumentReference"),
        ),
        read_response,
    ),
}  # fmt: skip


@pytest.fixture
def bait(tmp_path: Path) -> Iterator[Bait]:
    """A file and a server that nobody may ask."""
    asked: list[str] = []

    class Asked(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802 - the name that the server calls.
            asked.append(self.path)
            self.send_error(404)

    (tmp_path / "secret").write_text(SECRET)
    with ThreadingHTTPServer(("127.0.0.1", 0), Asked) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield Bait((tmp_path / "secret").as_uri(), f"http://127.0.0.1:{server.server_port}/x")
        server.shutdown()
    assert asked == []


def fault(case: Hostile, read: Read, meant: object) -> str | None:
    """What is wrong with how a document was taken; None where it was taken as it should be."""
    try:
        got = read(case.xml)
    except DomainError as refused:
        reason = str(refused)
        if case.fate is Fate.SAME:
            return f"refused: {reason[:200]}"
        if SECRET in reason:
            return "the reason tells a secret"
        is_said = " " in reason.strip() and len(reason) < LONGEST_REASON
        return None if is_said else f"no reason in words: {reason[:80]!r}, {len(reason)} long"
    except Exception as crash:  # noqa: BLE001 - whatever it is, it is the finding.
        return f"fell over: {crash!r}"[:300]
    if case.fate is Fate.REFUSED:
        return "was read" + ("" if got == meant else " as something else")
    return None if got == meant else "was read as something else"


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_xml_is_refused_in_words_or_read_as_it_was(kind: str, bait: Bait) -> None:
    good, read_it = KINDS[kind]
    meant = read_it(good.xml)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    wrong = {
        case.name: found
        for case in hostile(good, bait, SEED)
        if (found := fault(case, read_it, meant))
    }

    assert wrong == {}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_MEMORY
