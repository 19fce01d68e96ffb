"""A bill that is cut by the customer's cycle day states its days in every form it leaves in.

From 15 September to 14 October, with the tax point on the 14th: BG-14 and BT-7 of EN 16931, in UBL
and in CII, OkresFa (P_6_Od, P_6_Do) of FA(3). The rules that each form is sent under are applied.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

import pytest
import sqlalchemy as sa
from facturx import get_xml_from_pdf
from ksef_client.documents.fa3 import parse_invoice_xml
from lxml import etree

from settlement.billing import service as billing
from settlement.billing.changing import service as changing
from settlement.billing.changing.right_lines import RightLine
from settlement.billing.splitting import service
from settlement.periods import service as periods
from statements import service as statements
from statements.cii import NAMESPACES
from statements.document import Kind as DocumentKind
from statements.filing import Filed
from statements.ksef.fields import FA
from statements.profiles import service as profiles
from statements.profiles.service import Choice
from statements.ubl_writing import CAC, CBC
from tenants.session import TenantSession
from tests.settlement.billing.builders import a_customer, charged, october
from tests.settlement.books import a_period
from tests.statements.profiles.test_peppol import official_rules

__all__ = ["official_rules"]

XML, PDF = "application/xml", "application/pdf"
AUGUST, SEPTEMBER, OCTOBER = (dt.date(2026, number, 1) for number in (8, 9, 10))
CUT = dt.date(2026, 10, 15)
NAMES = {"cac": CAC, "cbc": CBC, "fa": FA, **NAMESPACES}


def said(xml: bytes, path: str) -> list[str]:
    """The texts at a place of a form, in their order."""
    found = etree.fromstring(xml).xpath(path, namespaces=NAMES)
    return [each.text for each in found]


def the_bill(
    session: TenantSession, profile: str, *more: tuple[str, Mapping[str, object]]
) -> Filed:
    """What a customer with cycle day 15, who takes a form, gets of the run over October."""
    where = october(session)
    customer = a_customer(session)
    charged(session, where, customer, "14.00", starts_on=OCTOBER, ends_on=CUT)
    for amount, changes in more:
        charged(session, where, customer, amount, **changes)
    service.choose_cycle_day(session, customer, 15, SEPTEMBER)
    profiles.choose(session, Choice(profile, OCTOBER, customer))
    periods.close(session, "2026-10")
    run = billing.bill_period(session, "2026-10")
    assert run.parked == ()
    [issued] = run.issued
    assert issued.verdict is not None
    assert (issued.status, issued.verdict.broken_rules) == ("issued", ())
    return issued


def xml_of(session: TenantSession, document_id: UUID) -> bytes:
    _, xml = statements.download(session, document_id, XML)
    return xml


def test_in_ubl_the_period_ends_the_day_before_the_cut(session: TenantSession):
    xml = xml_of(session, the_bill(session, "en16931").id)

    assert said(xml, "cac:InvoicePeriod/*") == ["2026-09-15", "2026-10-14"]
    assert said(xml, "cbc:TaxPointDate") == ["2026-10-14"]
    assert said(xml, "cac:InvoiceLine/cac:InvoicePeriod/*") == ["2026-10-01", "2026-10-14"]


def test_in_factur_x_too_and_inside_the_pdf(session: TenantSession):
    issued = the_bill(session, "factur-x")
    _, pdf = statements.download(session, issued.id, PDF)
    _, xml = get_xml_from_pdf(pdf)

    settled = "//ram:ApplicableHeaderTradeSettlement"
    days = f"{settled}/ram:BillingSpecifiedPeriod/*/udt:DateTimeString"
    assert said(xml, days) == ["20260915", "20261014"]
    assert said(xml, f"{settled}//ram:TaxPointDate/udt:DateString") == ["20261014"]
    assert xml == xml_of(session, issued.id)


def test_in_ksef_it_is_the_period_that_the_invoice_is_about(session: TenantSession):
    xml = xml_of(session, the_bill(session, "ksef").id)

    assert said(xml, "fa:Fa/fa:OkresFa/*") == ["2026-09-15", "2026-10-14"]
    # FA(3) has either the period or one day of delivery.
    assert said(xml, "fa:Fa/fa:P_6") == []
    parse_invoice_xml(xml)


def came_late(session: TenantSession) -> tuple[str, Mapping[str, object]]:
    """A charge of August, which is closed, that is billed with October."""
    august = a_period(session, "2026-08")
    closed = "UPDATE periods SET status = 'closed', closed_at = now() WHERE id = :id"
    session.execute(sa.text(closed), {"id": august})
    session.expire_all()
    return "3.00", {"corrects_period_id": august, "starts_on": AUGUST, "ends_on": SEPTEMBER}


@pytest.mark.usefixtures("official_rules")
def test_what_came_late_keeps_the_rules_of_peppol_and_says_its_days_in_a_note(
    session: TenantSession,
):
    # PEPPOL-EN16931-R110: the days of a line are days of the document.
    xml = xml_of(session, the_bill(session, "peppol", came_late(session)).id)

    assert said(xml, "cac:InvoicePeriod/*") == ["2026-09-15", "2026-10-14"]
    assert said(xml, "cac:InvoiceLine[2]/cbc:Note") == ["2026-08-01/2026-08-31"]
    assert said(xml, "cac:InvoiceLine[2]/cac:InvoicePeriod/*") == []
    assert said(xml, "cac:InvoiceLine[1]/cac:InvoicePeriod/*") == ["2026-10-01", "2026-10-14"]
    assert said(xml, "cac:InvoiceLine[1]/cbc:Note") == []


def test_what_came_late_says_its_days_in_a_note_of_factur_x_too(session: TenantSession):
    xml = xml_of(session, the_bill(session, "factur-x", came_late(session)).id)

    line = "//ram:IncludedSupplyChainTradeLineItem"
    assert said(xml, f"{line}[2]//ram:IncludedNote/ram:Content") == ["2026-08-01/2026-08-31"]
    assert said(xml, f"{line}[2]//ram:BillingSpecifiedPeriod/*/*") == []
    days = f"{line}[1]//ram:BillingSpecifiedPeriod/*/udt:DateTimeString"
    assert said(xml, days) == ["20261001", "20261014"]


def test_a_correction_of_a_cut_bill_is_about_the_same_days(session: TenantSession):
    statements.open_series(session, DocumentKind.CORRECTED_INVOICE, "FKS/{number}")
    issued = the_bill(session, "ksef")
    right = RightLine("1", net=Decimal("12.00"))

    corrected = changing.correct_invoice(session, issued.id, [right], "Wrong tariff")

    xml = xml_of(session, corrected.id)
    assert said(xml, "fa:Fa/fa:RodzajFaktury") == ["KOR"]
    assert said(xml, "fa:Fa/fa:OkresFa/*") == ["2026-09-15", "2026-10-14"]
