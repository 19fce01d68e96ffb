"""An e-mail leaves once, well formed; what comes back is told of the delivery it belongs to."""

import datetime as dt
import signal
import ssl
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from settlement.delivery import service
from settlement.delivery.delivery import Channel, Delivery, State
from settlement.delivery.mailing.gateway import Mail
from statements import service as statements
from statements.profiles import service as profiles
from statements.profiles.service import Choice
from tenants.persistence.database import Database, Place
from tenants.principal import SYSTEM
from tenants.session import transaction
from tenants.settings import Settings
from tests.forked import exit_code
from tests.settlement.delivery.builders import (
    ALPHA,
    READER,
    SENDER,
    TENTH,
    a_customer,
    all_of_them,
    an_operator,
    chosen,
    deliver_elsewhere,
    delivered,
    issued,
)
from tests.settlement.delivery.mail_server import Box, listening
from tests.settlement.delivery.mailing.test_message import PARCEL


@pytest.fixture
def box() -> Iterator[Box]:
    with listening() as found:
        yield found


@pytest.fixture
def office(database: Database) -> Database:
    """An operator whose customer has an invoice and takes it by e-mail."""
    an_operator(database, delivery_retry_minutes="5, 30")
    with transaction(database, ALPHA, SYSTEM, "tests.set_up") as session:
        issued(session, a_customer(session).id)
        chosen(session, forms=("pdf", "xml", "csv"))
    return database


def the_delivery(database: Database) -> Delivery:
    [found] = all_of_them(database)
    return found


def test_an_invoice_is_sent_once_with_its_forms(office: Database, box: Box) -> None:
    first = delivered(office, smtp_url=box.url)
    again = delivered(office, 60)

    assert (dict(first), dict(again)) == ({"lined_up": 1, "sent": 1}, {"lined_up": 0})
    [envelope], [message] = box.envelopes, box.messages
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, [READER])
    assert message["Subject"] == "Invoice FV/2026/0001 from Alpha Telekom sp. z o.o."
    assert [each.get_filename() for each in message.iter_attachments()] == [
        "FV-2026-0001.pdf",
        "FV-2026-0001.xml",
        "FV-2026-0001.csv",
    ]
    assert "please find attached" in message.get_body().get_content()
    told = the_delivery(office)
    assert [step.state for step in told.steps] == [State.WAITING, State.SENDING, State.SENT]
    assert told.last.reference == message["Message-ID"]


def test_without_a_mail_server_it_is_held_and_the_reason_is_told_once(office: Database) -> None:
    delivered(office)
    delivered(office, 60)

    held = the_delivery(office)
    assert [step.state for step in held.steps] == [State.WAITING, State.HELD]
    assert held.last.answer.startswith("not configured")


def test_a_refusal_for_now_is_tried_again_and_then_given_up(office: Database, box: Box) -> None:
    box.refusing[READER] = "451 4.7.1 come back later"
    delivered(office, smtp_url=box.url)
    delivered(office, 4)
    assert [step.state for step in the_delivery(office).steps[1:]] == [State.SENDING, State.FAILED]

    # Two waits are three tries: at once, after 5 minutes, and 30 after that.
    delivered(office, 5)
    delivered(office, 35)
    delivered(office, 10_000)

    given_up = the_delivery(office)
    states = [step.state for step in given_up.steps if step.state is not State.SENDING]
    assert states == [State.WAITING, State.FAILED, State.FAILED, State.GIVEN_UP]
    assert "451" in given_up.last.answer and not box.envelopes


def test_a_refusal_for_good_is_given_up_until_a_person_sends_it_again(
    office: Database, box: Box
) -> None:
    box.refusing[READER] = "550 5.1.1 no such user"
    delivered(office, smtp_url=box.url)
    assert the_delivery(office).state is State.GIVEN_UP

    box.refusing.clear()
    with transaction(office, ALPHA, SYSTEM, "tests.retry") as session:
        service.try_again(session, the_delivery(office).id, "the address exists now")
    delivered(office, 1)

    assert the_delivery(office).state is State.SENT
    assert len(box.envelopes) == 1


def test_a_held_document_never_leaves(database: Database, box: Box) -> None:
    an_operator(database)
    with transaction(database, ALPHA, SYSTEM, "tests.set_up") as session:
        # The rules of Peppol are not installed, so nothing can be said to keep them.
        profiles.choose(session, Choice("peppol", TENTH))
        document = issued(session, a_customer(session).id)
        assert statements.document(session, document).status == "held"
        chosen(session)

    assert delivered(database, smtp_url=box.url) == {"lined_up": 0}
    assert not box.envelopes


def test_a_party_of_its_own_mind_takes_nothing_of_the_house(database: Database, box: Box) -> None:
    an_operator(database)
    with transaction(database, ALPHA, SYSTEM, "tests.set_up") as session:
        party = a_customer(session)
        issued(session, party.id)
        chosen(session)
        chosen(session, Channel.PORTAL, party_id=party.id)

    delivered(database, smtp_url=box.url)

    assert [each.channel for each in all_of_them(database)] == [Channel.PORTAL]
    assert not box.envelopes


POINTS = {
    # Killed here, nothing had left: it is sent later, once.
    "line-up:before": (1, State.SENT),
    "line-up:after": (1, State.SENT),
    "claim:before": (1, State.SENT),
    # Killed here it may have left: it is never sent again by itself.
    "claim:after": (0, State.UNCLEAR),
    "outcome:before": (1, State.UNCLEAR),
    "outcome:after": (1, State.SENT),
}


@pytest.mark.parametrize("point", POINTS)
def test_killed_in_the_middle_nothing_is_sent_twice(
    place: Place, office: Database, box: Box, point: str
) -> None:
    messages, state = POINTS[point]
    home, settings = str(office.settings.data_folder), {"smtp_url": box.url}

    def deliver(minutes: int, fault: str = "") -> int:
        arguments = (place.application_url, home, minutes, settings)
        return exit_code(deliver_elsewhere, *arguments, failpoints=fault)

    assert deliver(0, f"delivery.{point}=kill") == -signal.SIGKILL
    # The lease of the dead one ends, and another goes on.
    assert deliver(20) == 0

    assert (len(box.envelopes), the_delivery(office).state) == (messages, state)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A key and a certificate of 127.0.0.1 that it signed itself, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    host = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    day = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(day).not_valid_after(dt.datetime(2099, 1, 1, tzinfo=dt.UTC))
        .add_extension(host, critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("mail")
    pem = serialization.Encoding.PEM
    (folder / "mail.crt").write_bytes(signed.public_bytes(pem))
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "mail.key").write_bytes(key.private_bytes(pem, *plain))
    return folder / "mail.crt", folder / "mail.key"


def test_a_message_goes_under_tls_to_a_server_that_is_trusted_alone(
    settings: Settings, certificate: tuple[Path, Path]
) -> None:
    crt, key = certificate
    own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    own.load_cert_chain(crt, key)
    trusting = ssl.create_default_context(cafile=str(crt))

    with listening(own) as box:
        under_tls = replace(settings, smtp_url=f"smtp+starttls://127.0.0.1:{box.port}")
        sent = Mail(under_tls, trusting).send(PARCEL)
        to_a_stranger = Mail(under_tls).send(PARCEL)
        in_the_clear = Mail(replace(settings, smtp_url=box.url)).send(PARCEL)

    assert (sent.state, to_a_stranger.state, in_the_clear.state) == (
        State.SENT, State.FAILED, State.FAILED,
    )  # fmt: skip
    assert "certificate" in to_a_stranger.text.lower()
    assert "530" in in_the_clear.text and not in_the_clear.is_final
    [message] = box.messages
    assert message["Message-ID"] == sent.reference
