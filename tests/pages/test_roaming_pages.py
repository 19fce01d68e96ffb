"""Our people take in what a network returns, and see each call with what is wrong with it."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest
import sqlalchemy as sa

from mediation import service as mediation
from mediation.formats.rap import ReturnError
from mediation.formats.rap_writing import Missing, RapHead, Severe, return_file
from mediation.formats.tap_contents import tap_contents
from mediation.formats.tap_writing import tap_file
from settlement.parties.party import Kind
from tenants.ids import tenant_id_of
from tenants.principal import SYSTEM, Role
from tenants.session import transaction
from tests.mediation.formats.tap_files import audit, batch
from tests.mediation.formats.tap_files import session as data_session
from tests.mediation.formats.test_tap_writing import HEAD, an_event
from tests.pages.conftest import Office
from tests.pages.reader import signed_in, text_of
from tests.settlement.books import insert
from tests.settlement.interconnect.roaming.returning.test_service import came

PAGE = "/interconnect/roaming"
AT_TWO = "20261005140000"
AT = dt.datetime(2026, 11, 4, 9, tzinfo=dt.UTC)
# Two calls of 0.60 XDR each, in file 42 from POLKM to DEUD1.
SENT = tap_file(HEAD, [an_event(), an_event(key="2", other="48601234568")])


@pytest.fixture(scope="module")
def carrier(office: Office) -> str:
    """The carrier, to which that file was sent for the month that is declared."""
    carrier_id = office.world.parties[Kind.CARRIER]
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.roaming") as session:
        agreement_id, period_id = session.execute(
            sa.text(
                "SELECT agreement_id, period_id FROM declarations"
                " WHERE origin = 'ours' AND carrier_id = :carrier LIMIT 1"
            ),
            {"carrier": carrier_id},
        ).one()
        insert(
            session, "tap_files", carrier_id=carrier_id, agreement_id=agreement_id,
            period_id=period_id, sender="POLKM", recipient="DEUD1", sequence=42, events=2,
            amount=Decimal("1.2"), currency="XDR", sha256=session.files.put(SENT), written_at=AT,
        )  # fmt: skip
    return str(carrier_id)


def returning(sequence: int, item: int) -> bytes:
    """A RAP file of DEUD1 that returns the second call for the sake of an item."""
    event = tap_contents(SENT).events[1]
    head = RapHead("DEUD1", "POLKM", sequence, AT, decimal_places=6, currency="XDR")
    return return_file(head, [Severe(42, event, ReturnError(200, (9, item)))])


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "IMSI: is not as the networks agreed (200)"),
        ("pl", "IMSI: jest inaczej, niż uzgodniły sieci (200)"),
        ("ru", "IMSI: не так, как договорились сети (200)"),
    ],
)
def test_what_is_returned_is_shown_in_the_readers_language(
    office: Office, carrier: str, language: str, words: str
) -> None:
    reader = signed_in(office.app, office.world, Role.OPERATOR, language)
    reader.read(PAGE)

    # Taken in once; the second time it is refused, and the page is that of the first.
    reader.send(PAGE, carrier=carrier, returned=(BytesIO(returning(1, 129)), "RC"))

    page = reader.read(PAGE)
    [place] = page.xpath("//a[starts-with(@href, '/interconnect/roaming/')]/@href")
    told = text_of(reader.read(place))
    assert words in told
    assert "CDPOLKMDEUD100042" in told
    acknowledged = reader.client.get(f"{place}/acknowledgement")
    assert "ACPOLKMDEUD100001" in acknowledged.headers["Content-Disposition"]


def test_what_was_not_sent_is_refused_with_the_reason(office: Office, carrier: str) -> None:
    reader = signed_in(office.app, office.world, Role.OPERATOR)
    reader.read(PAGE)

    answer = reader.send(PAGE, carrier=carrier, returned=(BytesIO(b"RAP"), "RC"))

    assert "no sound BER" in answer.text


def test_what_waits_of_a_tap_file_is_returned_from_the_page(office: Office) -> None:
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.returns") as session:
        came(session)
    reader = signed_in(office.app, office.world, Role.OPERATOR)
    page = reader.read(PAGE)
    [place] = page.xpath("//form[contains(@action, '/roaming/returns/')]/@action")

    answer = reader.send(place)

    assert "RCPOLKMDEUT100001 is written" in answer.text
    page = reader.read(PAGE)
    assert not page.xpath("//form[contains(@action, '/roaming/returns/')]")
    [file] = page.xpath("//a[contains(@href, '/roaming/returns/')]/@href")
    assert reader.client.get(file).data[:3] == b"\x7f\x84\x16"


def test_a_return_is_taken_back_from_the_page_by_two_people(office: Office) -> None:
    maker = signed_in(office.app, office.world, Role.OPERATOR)
    page = maker.read(PAGE)
    [place] = page.xpath("//form[contains(@action, '/take-backs/of/')]/@action")

    told = maker.send(place, why="refused by DEUT1").text
    assert "Somebody else approves it" in told

    page = maker.read(PAGE)
    # It is asked for once, and who asked does not approve.
    assert not page.xpath("//form[contains(@action, '/take-backs/of/')]")
    assert not page.xpath("//form[contains(@action, '/approval')]")
    assert "refused by DEUT1" in text_of(page)
    approver = signed_in(office.app, office.world, Role.FINANCE_APPROVER)
    [approval] = approver.read(PAGE).xpath("//form[contains(@action, '/approval')]/@action")
    assert "taken back" in approver.send(approval).text

    # The call waits again, and is not offered as returnable: it went back once.
    assert not maker.read(PAGE).xpath("//form[contains(@action, '/approval')]")
    assert "Approved" in text_of(maker.read(PAGE))


def test_a_network_is_told_from_the_page_what_never_came(office: Office) -> None:
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.missing") as session:
        after = batch(
            data_session(), audited=audit(1500, 1, earliest=AT_TWO, latest=AT_TWO), number=45
        )
        mediation.ingest(session, "visited", "CDDEUT1POLKM00045", after)
    reader = signed_in(office.app, office.world, Role.OPERATOR)
    page = reader.read(PAGE)
    assert "00043–00044" in text_of(page)
    [form] = page.xpath("//form[contains(@action, '/missing-files')]")
    fields = {each.get("name"): each.get("value") for each in form.xpath(".//input")}

    told = reader.send(form.get("action"), source=fields["source"], network=fields["network"]).text

    assert "It says which files never came" in told
    assert "The network was told" in told
    assert not reader.read(PAGE).xpath("//form[contains(@action, '/missing-files')]")
    # Its source names what is missing as a file, and a number is waived by that name.
    [link] = page.xpath("//a[starts-with(@href, '/sources/')]/@href")
    page = reader.read(link)
    assert "CDDEUT1POLKM00043" in text_of(page)
    [waiver] = page.xpath("//form[contains(@action, '/waivers')]")
    assert waiver.xpath(".//input[@name='number']/@value") == ["CDDEUT1POLKM00043"]
    reader.send(waiver.get("action"), number="CDDEUT1POLKM00043", why="lost at the sender")
    assert "CDDEUT1POLKM00043" not in text_of(reader.read(link).xpath("//tbody")[0])


def test_a_rap_file_that_will_not_come_is_waived_from_the_page(
    office: Office, carrier: str
) -> None:
    reader = signed_in(office.app, office.world, Role.OPERATOR)
    reader.read(PAGE)
    # One of the first tests took in number 1; 5 is the next that comes.
    for number in (3, 5):
        content = return_file(
            RapHead("DEUD1", "POLKM", number, AT, decimal_places=6, currency="XDR"),
            [Missing(43, 43)],
        )
        reader.send(PAGE, carrier=carrier, returned=(BytesIO(content), "RC"))
    page = reader.read(PAGE)
    [form] = page.xpath("//form[contains(@action, '/missing-returns')]")

    told = reader.send(form.get("action"), network="DEUD1", number="4", why="never written").text

    assert "Number 00004 is waived" in told
    assert (
        "No RAP file 00000 of DEUD1 is missing"
        in reader.send(form.get("action"), network="DEUD1", number="four", why="a test").text
    )
