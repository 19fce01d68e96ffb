"""Our people and a carrier's dispute a difference from the page that shows it."""

from io import BytesIO

import pytest
from lxml import html

from settlement.interconnect.supplier_invoices import service as supplier_invoices
from settlement.parties.party import Kind
from tenants.ids import tenant_id_of
from tenants.principal import SYSTEM, Role
from tenants.session import transaction
from tests.pages.conftest import Office
from tests.pages.reader import Reader, signed_in, text_of
from tests.settlement.interconnect.supplier_invoices.test_service import HEAD, PLAIN, TABLE

ASKED = "//a[contains(@href, '/disputes/')]/@href"


@pytest.fixture(scope="module")
def invoice(office: Office) -> str:
    """The page of an invoice of the carrier that asks 0.103333 XDR more for Iceland."""
    carrier = office.world.parties[Kind.CARRIER]
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.claims") as session:
        kept = supplier_invoices.take_in(session, carrier, TABLE, PLAIN, HEAD)
    return f"/interconnect/supplier-invoices/{kept.id}"


@pytest.fixture
def operator(office: Office) -> Reader:
    return signed_in(office.app, office.world, Role.OPERATOR)


def disputed(reader: Reader, place: str, **fields: str) -> str:
    """What the page of the dispute says after the form at a place was sent."""
    reader.read(place)
    return text_of(html.document_fromstring(reader.send(place, **fields).text))


def test_a_line_of_a_reconciliation_is_disputed_where_it_differs(
    office: Office, operator: Reader
) -> None:
    page = operator.read(f"/interconnect/reconciliations/{office.world.reconciliation}")

    # The carrier counted more on the first day, in one direction.
    [place] = page.xpath(ASKED)
    asked = text_of(operator.read(place))
    said = disputed(operator, place, reason="volume", narrative="ten calls more")

    assert "Variance 0.50 XDR" in asked
    assert "The dispute is raised" in said
    assert "Volume: ten calls more" in said
    again = operator.send(place, reason="volume")
    assert "This is disputed already" in again.text


def test_a_cause_is_disputed_with_what_it_moves(office: Office, operator: Reader) -> None:
    """120 calls of 100 s at 0.03 a minute are missing with them: 6.00 XDR less."""
    place = f"/interconnect/records/{office.world.records}"
    assert not operator.read(place).xpath(ASKED.replace("/disputes/", "/disputes/causes/"))
    page = operator.read(f"{place}?direction=incoming&cause=missing_there")

    [form] = page.xpath(ASKED.replace("/disputes/", "/disputes/causes/"))
    said = disputed(operator, form, narrative="our switch has them")

    assert "Amount 6.00 XDR" in said
    assert "Traffic missing: our switch has them" in said


def test_a_line_of_a_carriers_invoice_is_disputed(
    office: Office, operator: Reader, invoice: str
) -> None:
    [place] = operator.read(invoice).xpath(ASKED)

    said = disputed(operator, place, reason="rate", narrative="Price of Iceland")

    assert "Amount 0.11 XDR" in said
    assert "Rate: Price of Iceland" in said


@pytest.fixture
def carrier(office: Office) -> Reader:
    return signed_in(office.app, office.world, Role.CARRIER_USER)


@pytest.fixture
def undisputed(office: Office, carrier: Reader, operator: Reader) -> None:
    """Whatever our people disputed is withdrawn, so that the carrier may dispute the same."""
    page = operator.read("/disputes")
    for place in page.xpath("//form[contains(@action, '/withdrawal')]/@action"):
        operator.send(place)


@pytest.mark.usefixtures("undisputed")
def test_a_carrier_disputes_a_line_and_shows_its_evidence(office: Office, carrier: Reader) -> None:
    page = carrier.read(f"/own/exchange/reconciliations/{office.world.reconciliation}")

    [place] = page.xpath(ASKED)
    said = disputed(carrier, place, reason="volume", narrative="our switch counted more")

    assert place.startswith("/own/disputes/")
    assert "Raised by Atlantic" in said and "Amount 0.50 XDR" in said
    # Raised on 2 November: answered within 30 days, which tells the carrier until when.
    assert "Answer by 2 Dec 2026" in said
    dispute = carrier.seen.rstrip("?")
    shown = carrier.send(f"{dispute}/attachments", attachment=(BytesIO(b"%PDF-1.7 x"), "log.pdf"))
    assert "log.pdf" in shown.text
    assert "Overdue" not in text_of(carrier.read("/own/disputes"))


@pytest.mark.usefixtures("undisputed")
def test_a_carrier_disputes_a_cause(office: Office, carrier: Reader) -> None:
    page = carrier.read(
        f"/own/exchange/records/{office.world.records}?direction=incoming&cause=missing_there"
    )

    [place] = page.xpath(ASKED)
    said = disputed(carrier, place, narrative="we never had them")

    assert place.startswith("/own/disputes/causes/")
    assert "Amount 6.00 XDR" in said and "Traffic missing: we never had them" in said
    operator = signed_in(office.app, office.world, Role.OPERATOR)
    assert "we never had them" in text_of(operator.read("/disputes"))


def test_who_may_not_dispute_is_not_asked(office: Office, invoice: str) -> None:
    places = (
        f"/interconnect/reconciliations/{office.world.reconciliation}",
        f"/interconnect/records/{office.world.records}?direction=incoming&cause=missing_there",
        invoice,
    )
    reader = signed_in(office.app, office.world, Role.READ_ONLY)

    for place in places:
        assert "Dispute this" not in text_of(reader.read(place))


@pytest.mark.parametrize(
    "place",
    ["differences/{reconciliation}/1000000", "causes/{records}/sideways/volume",
     "causes/{records}/incoming/weather", "causes/{records}/incoming/fx"],
)  # fmt: skip
def test_what_is_not_there_is_not_disputed(office: Office, operator: Reader, place: str) -> None:
    path = "/disputes/" + place.format(**vars(office.world))

    assert operator.open(path).status_code == 404
