"""A carrier's invoice is taken in whole, once, and checked against what we rated."""

import datetime as dt
from io import BytesIO
from zipfile import ZipFile

import pytest

from currencies.money import plain
from i18n.errors import DomainError
from settlement.interconnect.supplier_invoices import service
from settlement.interconnect.supplier_invoices.invoice import Head, SupplierInvoiceRefused
from settlement.interconnect.supplier_invoices.table_reading import InvoiceLayout
from settlement.interconnect.supplier_invoices.ubl_reading import read_ubl_invoice
from tenants.session import TenantSession
from tests.settlement.interconnect.exchange import rated_traffic

ISSUED = dt.date(2026, 11, 5)
HEAD = Head("INV-1", ISSUED, "XDR", "IC-atlantic")
PLAIN = InvoiceLayout({})

TABLE = b"""destination,service_from,service_to,minutes,amount
Ireland,2026-10-01,2026-10-31,150,1.50
Iceland,2026-10-01,2026-10-31,20.33,1.12
"""

UBL = b"""<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
 <cbc:ID>INV-9</cbc:ID><cbc:IssueDate>2026-11-05</cbc:IssueDate>
 <cbc:DocumentCurrencyCode>XDR</cbc:DocumentCurrencyCode>
 <cac:InvoicePeriod><cbc:StartDate>2026-10-01</cbc:StartDate><cbc:EndDate>2026-10-31</cbc:EndDate>
 </cac:InvoicePeriod>
 <cac:ContractDocumentReference><cbc:ID>IC-atlantic</cbc:ID></cac:ContractDocumentReference>
 <cac:LegalMonetaryTotal>
  <cbc:LineExtensionAmount currencyID="XDR">2.52</cbc:LineExtensionAmount>
 </cac:LegalMonetaryTotal>
 <cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode="MIN">150</cbc:InvoicedQuantity>
  <cbc:LineExtensionAmount currencyID="XDR">1.50</cbc:LineExtensionAmount>
  <cac:InvoicePeriod><cbc:StartDate>2026-10-01</cbc:StartDate><cbc:EndDate>2026-10-01</cbc:EndDate>
  </cac:InvoicePeriod>
  <cac:Item><cbc:Name>Ireland</cbc:Name>
   <cac:AdditionalItemProperty><cbc:Name>Trunk</cbc:Name><cbc:Value>TR-atlantic</cbc:Value>
   </cac:AdditionalItemProperty></cac:Item></cac:InvoiceLine>
 <cac:InvoiceLine><cbc:ID>2</cbc:ID><cbc:InvoicedQuantity unitCode="C62">20</cbc:InvoicedQuantity>
  <cbc:LineExtensionAmount currencyID="XDR">1.02</cbc:LineExtensionAmount>
  <cac:Item><cbc:Name>Iceland</cbc:Name></cac:Item></cac:InvoiceLine>
</Invoice>"""

SHEET = """<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c>
<c r="D1" t="inlineStr"><is><t>Charge</t></is></c></row>
<row r="3"><c r="A3" t="inlineStr"><is><t>Ireland</t></is></c><c r="B3" s="1"><v>46296</v></c>
<c r="C3" s="2"><v>46326</v></c><c r="D3"><v>1.5000000000000002</v></c></row>
</sheetData></worksheet>"""
STRINGS = """<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<si><t>Dest</t></si><si><r><t>Fr</t></r><r><t>om</t></r></si><si><t>To</t></si></sst>"""
STYLES = """<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<numFmts><numFmt numFmtId="170" formatCode="dd/mm/yyyy"/></numFmts>
<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs></styleSheet>"""


def workbook() -> bytes:
    """A sheet with shared and inline texts, two kinds of dates and the noise of a binary sum."""
    out = BytesIO()
    with ZipFile(out, "w") as parts:
        parts.writestr("xl/worksheets/sheet1.xml", SHEET)
        parts.writestr("xl/sharedStrings.xml", STRINGS)
        parts.writestr("xl/styles.xml", STYLES)
    return out.getvalue()


def told(session: TenantSession, invoice: service.CheckedInvoice) -> list[str]:
    return [
        f"{each.destination} {each.starts_on} {each.seconds} {plain(each.amount)} "
        f"{plain(each.expected_amount)} {each.agreement.value}"
        for each in service.lines_of(session, invoice.id)
    ]


def test_a_table_is_checked_line_by_line(session: TenantSession) -> None:
    # 20 x 61 s / 60 x 0.05 = 1.016667; 0.5 % of it is 0.005, so 1.12 is too much.
    carrier_id, _ = rated_traffic(session)

    found = service.take_in(session, carrier_id, TABLE, PLAIN, HEAD)

    assert told(session, found) == [
        "Iceland 2026-10-01 1220 1.12 1.016667 out_of_tolerance",
        "Ireland 2026-10-01 9000 1.5 1.5 exact",
    ]
    assert (plain(found.amount), plain(found.expected_amount)) == ("2.62", "2.516667")
    assert found.verdict.value == "out_of_tolerance"
    assert service.bytes_of(session, found.id) == TABLE


def test_a_ubl_invoice_says_its_head_and_the_days_of_its_lines(session: TenantSession) -> None:
    carrier_id, _ = rated_traffic(session)

    found = service.take_in(session, carrier_id, UBL, PLAIN)

    assert (found.number, found.issued_on, found.agreement) == ("INV-9", ISSUED, "IC-atlantic")
    assert told(session, found) == [
        "Iceland 2026-10-01 None 1.02 1.016667 within_tolerance",
        "Ireland 2026-10-01 9000 1.5 1.5 exact",
    ]
    assert service.invoices(session, carrier_id=carrier_id) == [found]


def test_a_workbook_is_read_by_a_mapping_of_its_headings(session: TenantSession) -> None:
    carrier_id, _ = rated_traffic(session)
    layout = InvoiceLayout(
        {"destination": "Dest", "service_from": "From", "service_to": "To", "amount": "Charge"}
    )

    found = service.take_in(session, carrier_id, workbook(), layout, HEAD)

    assert told(session, found) == [
        "Iceland 2026-10-31 None 0 1.016667 missing_theirs",
        "Ireland 2026-10-01 None 1.5 1.5 exact",
    ]


def test_a_table_of_another_country_is_read_by_its_layout(session: TenantSession) -> None:
    carrier_id, _ = rated_traffic(session)
    table = (
        "destination;service_from;service_to;seconds;amount\n"
        "Ireland;01.10.2026;30.10.2026;9000;1,50\n"
    )
    layout = InvoiceLayout({}, delimiter=";", decimal=",", dates="dmy")

    found = service.take_in(session, carrier_id, table.encode(), layout, HEAD)

    assert told(session, found) == ["Ireland 2026-10-01 9000 1.5 1.5 exact"]


def test_all_bad_lines_are_named_and_nothing_is_kept(session: TenantSession) -> None:
    carrier_id, _ = rated_traffic(session)
    table = TABLE + b"Malta,2026-10-31,2026-10-01,1,1.00\nChad,2026-10-01,2026-10-02,1,1e3\n,,,,\n"

    with pytest.raises(SupplierInvoiceRefused, match=r"2 lines .* line 4: .* line 5: "):
        service.take_in(session, carrier_id, table, PLAIN, HEAD)

    assert service.invoices(session) == []


REFUSED: list[tuple[str, bytes, Head]] = [
    ("head-missing", TABLE, Head("INV-1", ISSUED)),
    ("head-missing", TABLE, Head("", ISSUED, "XDR")),
    ("invoiced-in-another-currency", TABLE, Head("INV-1", ISSUED, "EUR")),
    ("no-such-agreement-between-us", TABLE, Head("INV-1", ISSUED, "XDR", "IC-baltic")),
    ("column-missing", TABLE.replace(b"amount", b"charge", 1), HEAD),
    ("table-unreadable", b"PK\x03\x04 no workbook", HEAD),
    ("table-unreadable", b"", HEAD),
    ("table-unreadable", b"\xff\xfe", HEAD),
    ("supplier-invoice-does-not-tie", UBL.replace(b">2.52<", b">2.53<"), HEAD),
    ("xml-value-broken", UBL.replace(b">1.02<", b">1.0<!-- -->2<"), HEAD),
    ("supplier-invoice-refused", UBL.replace(b'"XDR">1.02', b'"EUR">1.02'), HEAD),
    ("not-a-ubl-invoice", b"<Invoice/>", HEAD),
    ("xml-has-doctype", b"<!DOCTYPE x><x/>", HEAD),
]


@pytest.mark.parametrize("place", range(len(REFUSED)))
def test_what_is_no_invoice_of_this_carrier_is_refused(session: TenantSession, place: int) -> None:
    code, content, head = REFUSED[place]
    carrier_id, _ = rated_traffic(session)

    with pytest.raises(DomainError) as refused:
        service.take_in(session, carrier_id, content, PLAIN, head)

    assert refused.value.code == code


def test_a_number_is_taken_in_once(session: TenantSession) -> None:
    carrier_id, _ = rated_traffic(session)
    service.take_in(session, carrier_id, TABLE, PLAIN, HEAD)

    with pytest.raises(DomainError, match="INV-1 of this carrier was taken in before"):
        service.take_in(session, carrier_id, TABLE, PLAIN, HEAD)


def part(tag: bytes, after: bytes = b"<Invoice") -> bytes:
    """The first element of that name after some words of the invoice."""
    start = UBL.index(b"<" + tag, UBL.index(after))
    return UBL[start : UBL.index(b"</" + tag + b">", start) + len(tag) + 3]


def doubled(found: bytes, was: bytes, other: bytes) -> bytes:
    """The invoice with one element twice, the second of them with another value."""
    assert was in found
    return UBL.replace(found, found + found.replace(was, other), 1)


def test_two_contracts_of_an_invoice_are_refused() -> None:
    two = doubled(part(b"cac:ContractDocumentReference"), b"IC-atlantic", b"IC-other")

    with pytest.raises(DomainError, match="ContractDocumentReference stands more than once"):
        read_ubl_invoice(two)


def test_what_a_line_says_twice_is_refused_line_by_line() -> None:
    days = doubled(part(b"cac:InvoicePeriod", b"InvoiceLine"), b"2026-10-01", b"2026-10-02")
    trunks = doubled(part(b"cac:AdditionalItemProperty"), b"TR-atlantic", b"TR-other")

    with pytest.raises(SupplierInvoiceRefused, match=r"line 1: Element InvoicePeriod stands more"):
        read_ubl_invoice(days)
    with pytest.raises(SupplierInvoiceRefused, match=r"line 1: The line names 2 trunks"):
        read_ubl_invoice(trunks)


def test_two_periods_of_an_invoice_are_refused_for_the_lines_without_one() -> None:
    two = doubled(part(b"cac:InvoicePeriod"), b"2026-10-31", b"2026-10-30")

    with pytest.raises(SupplierInvoiceRefused, match=r"line 2: Element InvoicePeriod") as refusal:
        read_ubl_invoice(two)
    assert "line 1" not in str(refusal.value).partition("line 2")[0]


@pytest.mark.parametrize("tag", [b"cac:LegalMonetaryTotal", b"cbc:LineExtensionAmount"])
def test_two_totals_of_an_invoice_are_refused(tag: bytes) -> None:
    start = UBL.index(b"<" + tag)
    total = UBL[start : UBL.index(b"</" + tag) + len(tag) + 3]

    with pytest.raises(DomainError, match="stands more than once"):
        read_ubl_invoice(UBL.replace(total, total + total.replace(b"2.52", b"9.99"), 1))
