"""An e-mail leaves once, well formed; what comes back is told of the delivery it belongs to."""

import signal
from collections.abc import Iterator

import pytest

from settlement.delivery import service
from settlement.delivery.delivery import Channel, Delivery, State
from statements import service as statements
from statements.profiles import service as profiles
from statements.profiles.service import Choice
from tenants.persistence.database import Database, Place
from tenants.principal import SYSTEM
from tenants.session import transaction
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
