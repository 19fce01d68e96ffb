"""Our people dispute a difference from the page that shows it."""

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


def test_who_may_not_dispute_is_not_asked(office: Office, invoice: str) -> None:
    places = (
        f"/interconnect/reconciliations/{office.world.reconciliation}",
        f"/interconnect/records/{office.world.records}?direction=incoming&cause=missing_there",
        invoice,
    )
    reader = signed_in(office.app, office.world, Role.READ_ONLY)
    carrier = signed_in(office.app, office.world, Role.CARRIER_USER)

    for place in places:
        assert "Dispute this" not in text_of(reader.read(place))
    for place in places[:2]:
        own = place.replace("/interconnect", "/own/exchange", 1)
        assert "Dispute this" not in text_of(carrier.read(own))


@pytest.mark.parametrize(
    "place",
    ["differences/{reconciliation}/1000000", "causes/{records}/sideways/volume",
     "causes/{records}/incoming/weather", "causes/{records}/incoming/fx"],
)  # fmt: skip
def test_what_is_not_there_is_not_disputed(office: Office, operator: Reader, place: str) -> None:
    path = "/disputes/" + place.format(**vars(office.world))

    assert operator.open(path).status_code == 404
