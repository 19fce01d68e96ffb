"""What carriers send from their page, and what we declare and limit from ours."""

import io

import pytest
from lxml import html

from settlement.parties import service as parties
from settlement.parties.party import Kind
from statements.exchange.message import Message, MessageKind
from statements.exchange.writing import message_xml
from tenants.directory.service import own_tenant
from tenants.ids import tenant_id_of
from tenants.principal import SYSTEM, Role
from tenants.session import transaction
from tests.pages.conftest import Office
from tests.pages.reader import Reader, signed_in, text_of
from tests.settlement.interconnect.records.sent import their_records
from tests.statements.exchange.builders import a_header


@pytest.fixture
def carrier(office: Office) -> Reader:
    reader = signed_in(office.app, office.world, Role.CARRIER_USER)
    reader.read("/own/exchange")
    return reader


@pytest.fixture
def operator(office: Office) -> Reader:
    return signed_in(office.app, office.world, Role.OPERATOR)


def test_a_carrier_sends_its_calls_and_sees_them_compared(carrier: Reader) -> None:
    """It has the same calls, so nothing is left between the two totals of 10.00 XDR."""
    place = "/own/exchange/records"
    page = carrier.read("/own/exchange")
    [form] = page.xpath(f"//form[@action='{place}']")
    said = {each: form.xpath(f".//select[@name='{each}']/option/text()")
            for each in ("agreement", "period")}  # fmt: skip
    assert said == {"agreement": ["IC-atlantic"], "period": ["2026-10"]}

    answer = carrier.send(
        place, agreement="IC-atlantic", period="2026-10",
        calls=(io.BytesIO(their_records()), "calls.csv"),
    )  # fmt: skip

    found = html.document_fromstring(answer.text)
    assert "The calls are taken in and compared." in text_of(found)
    incoming = [text_of(each) for each in found.xpath("(//ol[@class='waterfall'])[1]/li")]
    assert incoming == ["Alpha Telekom 10.00 XDR", "Atlantic sp. z o.o. 10.00 XDR"]


@pytest.mark.parametrize(
    ("sender", "told", "verdict"),
    [
        (None, "The message is taken in.", "Accepted"),
        ("Pacific", "The message is refused: ", "Refused"),
    ],
)
def test_a_carrier_sends_a_message_and_is_told_how_it_was_taken(
    office: Office, carrier: Reader, sender: str | None, told: str, verdict: str
) -> None:
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.message") as session:
        name = parties.party(session, office.world.parties[Kind.CARRIER]).name
        receiver = own_tenant(session).legal_name
    header = a_header(sender or "T-1", sender=sender or name, receiver=receiver)
    content = message_xml(Message(MessageKind.BUCKET_TOTALS, header))

    answer = carrier.send("/own/exchange/messages", message=(io.BytesIO(content), "totals.xml"))

    assert told in answer.text
    rows = html.document_fromstring(answer.text).xpath(f"//tr[td/div[text()='{header.id}']]")
    assert [text_of(each.xpath("td[4]")[0]).split()[0] for each in rows] == [verdict]


def test_a_month_is_declared_once_however_often_it_is_asked(operator: Reader) -> None:
    before = operator.read("/interconnect").xpath("count((//table)[1]//tr[td])")

    answer = operator.send("/interconnect/declared-months", period="2026-10")

    page = html.document_fromstring(answer.text)
    assert "Declarations that stand for the month: 1" in text_of(page)
    assert page.xpath("count((//table)[1]//tr[td])") == before
    refused = operator.send("/interconnect/declared-months", period="2026-11")
    assert "Period 2026-11 is open." in text_of(html.document_fromstring(refused.text))


def test_the_limit_of_a_carrier_is_set_and_set_anew(office: Office, operator: Reader) -> None:
    place, carrier = "/interconnect/credit-limits", str(office.world.parties[Kind.CARRIER])
    operator.read(place)

    operator.send(place, carrier=carrier, amount="100 XDR", percents="5, 90")
    answer = operator.send(place, carrier=carrier, amount="250.00 XDR", percents="")

    page = html.document_fromstring(answer.text)
    [row] = page.xpath("//table//tr[td]")
    assert "The credit limit is set." in text_of(page)
    assert text_of(row).startswith("Atlantic sp. z o.o. 250.00 XDR 0.00 XDR 10.00 XDR")


@pytest.mark.parametrize(
    ("amount", "percents", "told"),
    [("0 XDR", "50", "cannot be kept"), ("1 XDR", "80, 50", "cannot be kept"),
     ("1 XDR", "half", "Told at, %: half is not a number."), ("1 YYY", "50", "YYY")],
)  # fmt: skip
def test_a_limit_that_means_nothing_is_refused(
    office: Office, operator: Reader, amount: str, percents: str, told: str
) -> None:
    place, carrier = "/interconnect/credit-limits", str(office.world.parties[Kind.CARRIER])
    operator.read(place)

    answer = operator.send(place, carrier=carrier, amount=amount, percents=percents)

    assert told in answer.text


def test_who_may_only_read_is_shown_no_form(office: Office) -> None:
    reader = signed_in(office.app, office.world, Role.READ_ONLY)

    for place in ("/interconnect", "/interconnect/credit-limits"):
        assert not reader.read(place).xpath("//main//form[@method='post']")
