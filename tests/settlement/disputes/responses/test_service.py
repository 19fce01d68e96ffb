"""A dispute goes out as an invoice response, and comes in as one, once."""

import pytest

from currencies.money import money, shown
from i18n.errors import DomainError
from settlement.disputes import service as disputes
from settlement.disputes.dispute import Reason, Side
from settlement.disputes.responses import service
from statements import service as statements
from statements.document import Endpoint, Kind
from statements.filing import Filed, Filing
from statements.invoice_response import InvoiceStatus, read_response
from tenants.principal import Principal, Role
from tenants.session import TenantSession
from tests.settlement.parties.builders import a_registered_party
from tests.statements.builders import a_buyer, a_line, an_invoice


@pytest.fixture
def invoice(session: TenantSession) -> Filed:
    """An issued invoice of 123.00 PLN."""
    statements.open_series(session, Kind.INVOICE, "FV/{number}")
    party = a_registered_party(session)
    buyer = a_buyer(endpoint=Endpoint("9945", "PL7740001454"))
    draft = an_invoice([a_line("100.00", "L1")], number="", issued_on=None, buyer=buyer)
    return statements.issue(session, draft, Filing(party.id, "test"), session.now().date())


def answered(session: TenantSession, invoice: Filed) -> bytes:
    """The buyer's response to a dispute of 23.00 about the rate, of which nothing is kept."""
    raised = disputes.raise_dispute(
        session, document_id=invoice.id, disputed=money("23.00 PLN"), reason=Reason.RATE,
        narrative="too dear", raised_by=Side.THEM,
    )  # fmt: skip
    xml = service.response_to(session, raised.id)
    disputes.withdraw(session, raised.id)
    return xml


def test_an_open_dispute_is_under_query_with_the_amount_that_is_right(
    session: TenantSession, invoice: Filed
) -> None:
    said = read_response(answered(session, invoice))

    assert (said.status, said.invoice, said.type_code) == ("UQ", "FV/1", "380")
    assert said.clarifications[0].code == "PRI"
    assert said.clarifications[0].conditions[0].value == "100.00"


@pytest.mark.parametrize(
    ("is_accepted", "status"),
    [(True, InvoiceStatus.CONDITIONALLY_ACCEPTED), (False, InvoiceStatus.ACCEPTED)],
)
def test_a_settled_dispute_says_how_it_ended(
    session: TenantSession, invoice: Filed, is_accepted: bool, status: InvoiceStatus
) -> None:
    raised = disputes.raise_dispute(
        session, document_id=invoice.id, disputed=money("23.00 PLN"), reason=Reason.RATE
    )
    disputes.settle(session, raised.id, is_accepted=is_accepted)

    assert read_response(service.response_to(session, raised.id)).status is status


def test_a_dispute_settled_at_a_part_says_what_is_due_without_that_part(
    session: TenantSession, invoice: Filed
) -> None:
    # 20.00 of 123.00 PLN are disputed, and the sides agree on 15.00: 108.00 stay due, not 103.00.
    raised = disputes.raise_dispute(
        session, document_id=invoice.id, disputed=money("20.00 PLN"), reason=Reason.RATE
    )
    disputes.settle_at(session, raised.id, money("15.00 PLN"))

    said = read_response(service.response_to(session, raised.id))

    assert said.status is InvoiceStatus.CONDITIONALLY_ACCEPTED
    assert said.clarifications[0].conditions[0].value == "108.00"


def test_a_response_raises_the_dispute_that_it_tells_of_and_only_once(
    session: TenantSession, invoice: Filed
) -> None:
    xml = answered(session, invoice)

    (raised,) = service.take_in(session, invoice.filing.party_id, xml)

    assert (shown(raised.disputed), raised.reason, raised.raised_by) == (
        "23.00 PLN", Reason.RATE, Side.THEM,
    )  # fmt: skip
    assert service.take_in(session, invoice.filing.party_id, xml) == [raised]


def test_a_rejection_without_an_amount_disputes_all_that_is_left(
    session: TenantSession, invoice: Filed
) -> None:
    disputes.raise_dispute(
        session, document_id=invoice.id, disputed=money("23.00 PLN"), reason=Reason.RATE
    )
    xml = answered(session, invoice).replace(b">UQ<", b">RE<").replace(b"BT-115", b"BT-9")

    (raised,) = service.take_in(session, invoice.filing.party_id, xml)

    assert shown(raised.disputed) == "100.00 PLN"


@pytest.mark.parametrize("status", [b">AP<", b">PD<", b">IP<", b">AB<"])
def test_what_disputes_nothing_raises_nothing(
    session: TenantSession, invoice: Filed, status: bytes
) -> None:
    xml = answered(session, invoice).replace(b">UQ<", status)

    assert service.take_in(session, invoice.filing.party_id, xml) == []


def test_another_partys_invoice_looks_unknown(session: TenantSession, invoice: Filed) -> None:
    xml = answered(session, invoice)
    session.principal = Principal("portal", Role.CUSTOMER_USER, party_id=session.ids.new())

    with pytest.raises(DomainError, match="no invoice FV/1 of type 380 with this party"):
        service.take_in(session, invoice.filing.party_id, xml)
