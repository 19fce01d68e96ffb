"""A cause of a comparison and a line of a carrier's invoice are disputed with their difference."""

import pytest

from currencies.money import shown
from settlement.disputes import service as disputes
from settlement.disputes.claims import service
from settlement.disputes.dispute import Reason, Side
from settlement.disputes.service import DisputedAlready, NoDifference, Said
from settlement.interconnect.records import service as records
from settlement.interconnect.records.service import Asked, NoSuchRecordComparison
from settlement.interconnect.records.waterfall import Cause
from settlement.interconnect.supplier_invoices import service as supplier_invoices
from tenants.principal import Principal, Role
from tenants.session import TenantSession
from tests.settlement.interconnect.exchange import an_exchange, rated_traffic
from tests.settlement.interconnect.records.sent import Line, land_numbers, their_records
from tests.settlement.interconnect.supplier_invoices.test_service import HEAD, PLAIN, TABLE


def three_missing(line: Line) -> Line | None:
    """Three calls of 100 s at 0.03 a minute are missing with them: 0.15 XDR less for us."""
    missing = ("ATL-1-incoming-0", "ATL-1-incoming-1", "ATL-1-incoming-2")
    return None if line["record_id"] in missing else line


def test_a_cause_is_disputed_on_our_declaration(session: TenantSession) -> None:
    exchange = an_exchange(session)
    land_numbers(session, exchange.agreement_id)
    found = records.answer(
        session, exchange.carrier_id, Asked("IC-atlantic", "2026-10"), their_records(three_missing)
    )
    said = Said(service.reason_of(Cause.MISSING_THERE))

    raised = service.dispute_cause(session, found.id, "incoming", Cause.MISSING_THERE, said)

    assert (shown(raised.disputed), raised.document_line) == ("0.15 XDR", "incoming")
    assert raised.variance is not None and shown(raised.variance) == "-0.15 XDR"
    assert (raised.document_id, raised.reason) == (
        exchange.ours.document_id, Reason.TRAFFIC_MISSING,
    )  # fmt: skip
    assert shown(disputes.disputed_amount(session, exchange.ours.document_id)) == "0.15 XDR"
    with pytest.raises(DisputedAlready, match=str(raised.id)):
        service.dispute_cause(session, found.id, "incoming", Cause.MISSING_THERE, said)
    with pytest.raises(service.NoSuchCause):
        service.dispute_cause(session, found.id, "incoming", Cause.FX, said)
    session.principal = Principal("portal", Role.CARRIER_USER, party_id=session.ids.new())
    with pytest.raises(NoSuchRecordComparison):
        service.dispute_cause(session, found.id, "incoming", Cause.MISSING_THERE, said)


def test_a_line_of_an_invoice_is_disputed_and_nothing_of_ours_waits(
    session: TenantSession,
) -> None:
    """Iceland is invoiced at 1.12, expected at 1.016667: 0.11 covers the difference."""
    carrier_id, _ = rated_traffic(session)
    invoice = supplier_invoices.take_in(session, carrier_id, TABLE, PLAIN, HEAD)
    said = Said(Reason.RATE, "Price of Iceland", Side.US)

    raised = service.dispute_invoice_line(session, invoice.id, 1, said)

    assert (shown(raised.disputed), shown(raised.held)) == ("0.11 XDR", "0.00 XDR")
    assert (raised.party_id, raised.document_id) == (carrier_id, None)
    assert [each.id for each in disputes.disputes(session, party_id=carrier_id)] == [raised.id]
    with pytest.raises(NoDifference):
        service.dispute_invoice_line(session, invoice.id, 2, said)
    with pytest.raises(service.NoSuchInvoiceLine, match="lines 1 to 2"):
        service.dispute_invoice_line(session, invoice.id, 3, said)
    with pytest.raises(DisputedAlready):
        service.dispute_invoice_line(session, invoice.id, 1, said)
