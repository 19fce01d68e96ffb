"""Our invoices keep the rules of EN 16931, and one changed figure breaks the one rule about it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from currencies.money import money
from statements.document import Kind, Period, References, Tax, TaxCurrency
from statements.ubl import NotAnInvoice, NotNumberedYet, invoice_xml
from statements.ubl_writing import CAC, CBC
from statements.validation.service import validate
from tests.statements.builders import a_buyer, a_line, a_seller, an_invoice, lines_of

NS = {"cac": CAC, "cbc": CBC}
AT_NBP = TaxCurrency("PLN", Decimal("4.2345"), date(2026, 11, 9), "NBP 217/A/NBP/2026")
REVERSE_CHARGE = Tax("AE", Decimal(0), "Reverse charge", "VATEX-EU-AE")
OUTSIDE = Tax("O", Decimal(0), "Not subject to VAT", "VATEX-EU-O")


def consolidated_invoice(**changes):
    lines = [
        a_line("8.12", "1", quantity=Decimal(812), unit_price=Decimal("0.01")),
        a_line("199.99", "2", description="Calls abroad", quantity=Decimal("37.5")),
        a_line("12.00", "3", description="Ringtone ąę & <more>", unit_code="C62", group="Content"),
        a_line("-5.00", "4", description="Promotion", unit_code="C62", group="Fees"),
    ]
    return an_invoice(lines, **changes)


def values(xml, path):
    return etree.fromstring(xml).xpath(path, namespaces=NS)


def test_a_consolidated_invoice_keeps_the_rules():
    verdict = validate(invoice_xml(consolidated_invoice()))

    assert verdict.is_valid, verdict.findings
    assert (verdict.pack, verdict.version) == ("en16931-ubl", "1.3.16")


@pytest.mark.parametrize(
    "document",
    [
        consolidated_invoice(kind=Kind.SELF_BILLED_INVOICE),
        consolidated_invoice(kind=Kind.CREDIT_NOTE, payment_terms="Offset against FV/1"),
        consolidated_invoice(kind=Kind.SELF_BILLED_CREDIT, payment_terms="Offset"),
        consolidated_invoice(policies=(("tax_rounding", "line"),)),
        consolidated_invoice(policies=(("total_rounding", "whole_unit"),)),
        an_invoice(lines_of("5.00", "-5.00")),
        an_invoice(lines_of("10.00", currency="EUR"), currency="EUR", tax_currency=AT_NBP),
        an_invoice([a_line(tax=REVERSE_CHARGE)], buyer=a_buyer(vat_id="DE811128135")),
        an_invoice([a_line(tax=OUTSIDE)], seller=a_seller(vat_id=""), buyer=a_buyer(vat_id="")),
        an_invoice([*lines_of("1.00"), *lines_of("2.00", rate="0")[:0], a_line("3.00", "2")]),
        an_invoice(notes=("One.", "Two."), references=References("B", "O", "A", "FV/1")),
    ],
    ids=lambda document: document.kind.value,
)
def test_every_kind_of_document_keeps_the_rules(document):
    verdict = validate(invoice_xml(document))

    assert verdict.is_valid, verdict.findings


CHANGES = """
    LegalMonetaryTotal/cbc:LineExtensionAmount   1.00     BR-CO-10
    LegalMonetaryTotal/cbc:TaxExclusiveAmount    1.00     BR-CO-13
    LegalMonetaryTotal/cbc:TaxInclusiveAmount    1.00     BR-CO-15
    LegalMonetaryTotal/cbc:PayableAmount         1.00     BR-CO-16
    TaxTotal/cbc:TaxAmount                       1.00     BR-CO-14
    TaxTotal/cac:TaxSubtotal/cbc:TaxableAmount   1.00     BR-S-08
    TaxTotal/cac:TaxSubtotal/cbc:TaxAmount       1.00     BR-CO-17
    InvoiceLine[2]/cac:Price/cbc:PriceAmount     -199.99  BR-27
    AccountingSupplierParty//cac:PostalAddress/cac:Country/cbc:IdentificationCode  XX  BR-CL-14
"""


@pytest.mark.parametrize("change", [row.split() for row in CHANGES.strip().splitlines()])
def test_one_changed_field_breaks_the_rule_about_it(change):
    path, value, rule = change
    root = etree.fromstring(invoice_xml(consolidated_invoice()))
    root.xpath(f"cac:{path}", namespaces=NS)[0].text = value

    verdict = validate(etree.tostring(root))

    assert rule in verdict.broken_rules
    assert not verdict.is_valid


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"lines": [a_line(tax=REVERSE_CHARGE)], "buyer": a_buyer(vat_id="")}, "BR-AE-02"),
        ({"lines": [a_line(tax=Tax("E", Decimal(0)))]}, "BR-E-10"),
        ({"seller": a_seller(vat_id="")}, "BR-S-02"),
        ({"seller": a_seller(vat_id="5260001246")}, "BR-CO-09"),
        ({"lines": lines_of("1.234", currency="KWD"), "currency": "KWD"}, "BR-DEC-23"),
    ],
)
def test_a_document_that_cannot_leave_is_held_by_its_rule(facts, rule):
    lines = facts.pop("lines", None)

    verdict = validate(invoice_xml(an_invoice(lines, **facts)))

    assert rule in verdict.broken_rules


def test_self_billing_turns_no_party_around():
    xml = invoice_xml(consolidated_invoice(kind=Kind.SELF_BILLED_INVOICE))

    assert values(xml, "string(cbc:InvoiceTypeCode)") == "389"
    assert "selfbilling:3.0" in values(xml, "string(cbc:CustomizationID)")
    assert values(xml, "string(cac:AccountingSupplierParty//cbc:RegistrationName)") == (
        "Telekom Wisła S.A."
    )


def test_the_period_ends_on_its_last_day():
    xml = invoice_xml(consolidated_invoice())

    assert values(xml, "string(cac:InvoicePeriod/cbc:EndDate)") == "2026-10-31"


def test_a_line_at_several_rates_states_its_quantity_beside():
    xml = invoice_xml(consolidated_invoice())

    line = "cac:InvoiceLine[2]"
    assert values(xml, f"string({line}/cbc:InvoicedQuantity)") == "1"
    assert values(xml, f"string({line}//cac:AdditionalItemProperty/cbc:Value)") == "37.5 MIN"


def test_a_line_is_written_in_the_order_of_the_schema_and_quoted():
    november = Period(date(2026, 11, 1), date(2026, 12, 1))
    line = a_line(
        "-4.50", "<7>", description="A & B", group="<Fees>", quantity=Decimal("2.50"),
        unit_code='"H"', period=november, tax=Tax("S", Decimal("0.190")), currency="EUR",
    )  # fmt: skip

    credit = an_invoice([line], kind=Kind.CREDIT_NOTE, currency="EUR", period=november)
    xml = invoice_xml(credit).decode()

    written = xml[xml.index("  <cac:CreditNoteLine>") : xml.index("</CreditNote>")]
    assert (
        written
        == """\
  <cac:CreditNoteLine>
    <cbc:ID>&lt;7&gt;</cbc:ID>
    <cbc:CreditedQuantity unitCode="C62">-1</cbc:CreditedQuantity>
    <cbc:LineExtensionAmount currencyID="EUR">-4.50</cbc:LineExtensionAmount>
    <cac:InvoicePeriod>
      <cbc:StartDate>2026-11-01</cbc:StartDate>
      <cbc:EndDate>2026-11-30</cbc:EndDate>
    </cac:InvoicePeriod>
    <cac:Item>
      <cbc:Description>&lt;Fees&gt;</cbc:Description>
      <cbc:Name>A &amp; B</cbc:Name>
      <cac:ClassifiedTaxCategory>
        <cbc:ID>S</cbc:ID>
        <cbc:Percent>19</cbc:Percent>
        <cac:TaxScheme>
          <cbc:ID>VAT</cbc:ID>
        </cac:TaxScheme>
      </cac:ClassifiedTaxCategory>
      <cac:AdditionalItemProperty>
        <cbc:Name>Quantity</cbc:Name>
        <cbc:Value>2.5 "H"</cbc:Value>
      </cac:AdditionalItemProperty>
    </cac:Item>
    <cac:Price>
      <cbc:PriceAmount currencyID="EUR">4.5</cbc:PriceAmount>
    </cac:Price>
  </cac:CreditNoteLine>
"""
    )


def test_a_unit_is_quoted_and_what_is_not_said_is_not_written():
    line = a_line("4.50", "", quantity=Decimal(3), unit_code='"H"', unit_price=Decimal("1.5"))

    xml = invoice_xml(an_invoice([line])).decode()

    written = xml[xml.index("  <cac:InvoiceLine>") : xml.index("<cac:Item>")].splitlines()
    assert written[:2] == [
        "  <cac:InvoiceLine>",
        '    <cbc:InvoicedQuantity unitCode="&quot;H&quot;">3</cbc:InvoicedQuantity>',
    ]
    assert "AdditionalItemProperty" not in xml


def test_the_tax_in_local_currency_stands_beside_the_tax():
    document = an_invoice(lines_of("10.00", currency="EUR"), currency="EUR", tax_currency=AT_NBP)

    xml = invoice_xml(document)

    # 2.30 EUR x 4.2345 = 9.73935 PLN
    assert values(xml, "cac:TaxTotal/cbc:TaxAmount/text()") == ["2.30", "9.74"]
    assert values(xml, "string(cbc:TaxCurrencyCode)") == "PLN"


def test_what_is_written_can_be_read_back_to_the_same_totals():
    document = consolidated_invoice()

    xml = invoice_xml(document)

    stated = {
        "cac:LegalMonetaryTotal/cbc:LineExtensionAmount": document.totals.net,
        "cac:TaxTotal/cbc:TaxAmount": document.totals.tax,
        "cac:LegalMonetaryTotal/cbc:PayableAmount": document.totals.payable,
    }
    for path, amount in stated.items():
        assert money(values(xml, f"string({path})"), "PLN") == amount
    nets = values(xml, "cac:InvoiceLine/cbc:LineExtensionAmount/text()")
    assert [money(net, "PLN") for net in nets] == [line.net for line in document.lines]


def test_the_same_document_gives_the_same_bytes():
    assert invoice_xml(consolidated_invoice()) == invoice_xml(consolidated_invoice())


def test_a_statement_has_no_ubl_and_a_draft_neither():
    with pytest.raises(NotAnInvoice):
        invoice_xml(an_invoice(kind=Kind.STATEMENT))
    with pytest.raises(NotNumberedYet):
        invoice_xml(replace(an_invoice(), number=""))
