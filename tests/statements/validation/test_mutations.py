"""One field of a valid document is changed, and exactly the rule about that field says so.

A rule set that lets a fault pass, or that blames something else, would be worth nothing to those
who have to correct a held document. Rows of the tables: place, new value (none takes the element
away), the rules broken. A sum that two rules tie to others breaks both.
"""

from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from statements.cii import NAMESPACES, cross_industry_invoice
from statements.document import Endpoint, Kind, References, Tax
from statements.ksef.fields import FA
from statements.ksef.invoice import ksef_xml
from statements.ubl import BILLING, invoice_xml
from statements.ubl_writing import CAC, CBC
from statements.validation.manifest import pack_of
from statements.validation.rule_pack import EN16931_UBL, FACTURX_EN16931, KSEF_FA3
from statements.validation.service import validate
from tests.sample_data import sample
from tests.statements.builders import a_buyer, a_line, an_invoice

PREFIXES = {"cac": CAC, "cbc": CBC, **NAMESPACES, "fa": FA}
EXEMPT = Tax("E", Decimal(0), "Exempt", "VATEX-EU-132")
REVERSED = Tax("AE", Decimal(0), "Reverse charge", "VATEX-EU-AE")
BUYER = a_buyer(endpoint=Endpoint("9945", "PL6762484560"))
TAXED = [
    a_line("8.12", "1", quantity=Decimal(812), unit_price=Decimal("0.01")),
    a_line("199.99", "2", quantity=Decimal("37.5")),
]


def a_document(lines=TAXED, **changes):
    facts = {"buyer": BUYER, "tax_point_on": date(2026, 10, 31)} | changes
    return an_invoice(lines, **facts)


DOCUMENTS = {
    "taxed": a_document(),
    "exempt": a_document([a_line(tax=EXEMPT)]),
    "reversed": a_document([a_line(tax=REVERSED)]),
    "self-billed": a_document(kind=Kind.SELF_BILLED_INVOICE),
    "credit": a_document(
        kind=Kind.CREDIT_NOTE,
        references=References(buyer="B", corrects="FV/1", corrects_issued_on=date(2026, 9, 1)),
    ),
}


def changed(xml, path, value):
    """The XML with one element, or one attribute (`@`) of it, changed or taken away."""
    root = etree.fromstring(xml)
    place, _, attribute = path.partition("/@")
    element = root.xpath(place, namespaces=PREFIXES)[0]
    if attribute:
        element.set(attribute, value)
    elif value is None:
        element.getparent().remove(element)
    else:
        element.text = value
    return etree.tostring(root)


TOTALS = "cac:LegalMonetaryTotal/cbc"
SUBTOTAL = "cac:TaxTotal/cac:TaxSubtotal"
CATEGORY = f"{SUBTOTAL}/cac:TaxCategory"
SELLER = "cac:AccountingSupplierParty/cac:Party"
CUSTOMER = "cac:AccountingCustomerParty/cac:Party"
LINE = "cac:InvoiceLine"

EN16931 = [
    ("taxed", f"{TOTALS}:LineExtensionAmount", "1.00", "BR-CO-10 BR-CO-13"),
    ("taxed", f"{TOTALS}:TaxExclusiveAmount", "1.00", "BR-CO-13 BR-CO-15"),
    ("taxed", "cac:TaxTotal/cbc:TaxAmount", "1.00", "BR-CO-14 BR-CO-15"),
    ("taxed", f"{TOTALS}:TaxInclusiveAmount", "1.00", "BR-CO-15 BR-CO-16"),
    ("taxed", f"{TOTALS}:PayableAmount", "1.00", "BR-CO-16"),
    ("taxed", f"{TOTALS}:PayableAmount", "255.980", "BR-DEC-18 UBL-DT-01"),
    ("taxed", f"{SUBTOTAL}/cbc:TaxableAmount", "1.00", "BR-CO-17 BR-S-08 BR-S-09"),
    ("taxed", f"{SUBTOTAL}/cbc:TaxAmount", "1.00", "BR-CO-14 BR-CO-17 BR-S-09"),
    ("taxed", f"{LINE}[2]/cbc:LineExtensionAmount", "1.00", "BR-CO-10 BR-S-08"),
    ("taxed", f"{LINE}[2]/cac:Price/cbc:PriceAmount", "-199.99", "BR-27"),
    ("taxed", f"{LINE}[1]/cac:Item/cbc:Name", None, "BR-25"),
    ("taxed", f"{LINE}[1]/cbc:InvoicedQuantity/@unitCode", "NIX", "BR-CL-23"),
    ("taxed", f"{SELLER}/cac:PostalAddress", None, "BR-08"),
    ("taxed", f"{SELLER}/cac:PostalAddress/cac:Country/cbc:IdentificationCode", "XX", "BR-CL-14"),
    ("taxed", f"{SELLER}/cac:PartyTaxScheme", None, "BR-S-02"),
    ("taxed", f"{SELLER}/cac:PartyTaxScheme/cbc:CompanyID", "5260001246", "BR-CO-09"),
    ("taxed", f"{SELLER}/cac:PartyLegalEntity/cbc:RegistrationName", None, "BR-06"),
    ("taxed", f"{CUSTOMER}/cac:PartyLegalEntity/cbc:RegistrationName", None, "BR-07"),
    ("taxed", f"{CUSTOMER}/cac:PostalAddress", None, "BR-10"),
    ("taxed", f"{SELLER}/cbc:EndpointID/@schemeID", "0000", "BR-CL-25"),
    ("taxed", "cbc:InvoiceTypeCode", "999", "BR-CL-01"),
    ("taxed", "cac:PaymentMeans/cbc:PaymentMeansCode", "999", "BR-CL-16"),
    ("taxed", "cac:PaymentMeans/cac:PayeeFinancialAccount", None, "BR-61"),
    ("taxed", "cac:InvoicePeriod/cbc:EndDate", "2026-09-01", "BR-29"),
    ("taxed", "cbc:IssueDate", "2026-13-01", "XSD"),
    ("taxed", "cac:InvoicePeriod/cbc:EndDate", "2026-11-31", "RULES XSD"),
    ("exempt", f"{SUBTOTAL}/cbc:TaxableAmount", "1.00", "BR-E-08"),
    ("exempt", f"{SUBTOTAL}/cbc:TaxAmount", "1.00", "BR-CO-14 BR-CO-17 BR-E-09"),
    ("exempt", f"{LINE}/cac:Item/cac:ClassifiedTaxCategory/cbc:Percent", "5", "BR-E-05"),
    ("exempt", f"{SELLER}/cac:PartyTaxScheme", None, "BR-E-02"),
    ("exempt", f"{CATEGORY}/cbc:TaxExemptionReasonCode", "VATEX-EU-XX", "BR-CL-22"),
    ("reversed", f"{CUSTOMER}/cac:PartyTaxScheme", None, "BR-AE-02"),
    ("reversed", f"{SUBTOTAL}/cbc:TaxableAmount", "1.00", "BR-AE-08"),
    ("reversed", f"{LINE}/cac:Item/cac:ClassifiedTaxCategory/cbc:Percent", "5", "BR-AE-05"),
]
PEPPOL = [
    ("taxed", "cbc:CustomizationID", "urn:cen.eu:en16931:2017", "R004"),
    ("taxed", "cbc:ProfileID", "urn:fdc:peppol.eu:2017:poacc:billing:1", "R007"),
    ("taxed", "cbc:InvoiceTypeCode", "389", "P0100"),
    ("taxed", f"{SELLER}/cbc:EndpointID", None, "R020"),
    ("taxed", f"{CUSTOMER}/cbc:EndpointID", None, "R010"),
    ("taxed", "cbc:BuyerReference", None, "R003"),
    ("taxed", f"{LINE}[1]/cac:Price/cbc:PriceAmount", "0.02", "R120"),
    ("taxed", f"{LINE}[1]/cbc:LineExtensionAmount/@currencyID", "EUR", "R051"),
    ("self-billed", "cbc:CustomizationID", BILLING[0], "R004"),
    ("self-billed", "cbc:ProfileID", BILLING[1], "R007"),
    ("self-billed", "cbc:InvoiceTypeCode", "380", "P0100"),
    ("self-billed", f"{CUSTOMER}/cbc:EndpointID", None, "R010"),
]
SETTLED = "//ram:ApplicableHeaderTradeSettlement"
SUMMED = f"{SETTLED}/ram:SpecifiedTradeSettlementHeaderMonetarySummation/ram"
FACTUR_X = [
    ("taxed", f"{SUMMED}:LineTotalAmount", "1.00", "BR-CO-10 BR-CO-13"),
    ("taxed", f"{SUMMED}:TaxTotalAmount", "1.00", "BR-CO-14 BR-CO-15"),
    ("taxed", f"{SUMMED}:DuePayableAmount", "1.00", "BR-CO-16"),
    ("taxed", "//ram:SellerTradeParty/ram:SpecifiedTaxRegistration", None, "BR-S-02"),
    ("exempt", f"{SETTLED}/ram:ApplicableTradeTax/ram:BasisAmount", "1.00", "BR-E-08"),
    ("taxed", f"{SETTLED}/ram:ApplicableTradeTax/ram:CategoryCode", "XX", "FX-SCH-A-000587"),
    ("taxed", "//rsm:ExchangedDocumentContext//ram:ID", "urn:nothing", "FX-SCH-A-000556"),
    ("taxed", "//rsm:ExchangedDocument/ram:TypeCode", "999", "FX-SCH-A-000555"),
    ("taxed", "//ram:BilledQuantity/@unitCode", "NIX", "FX-SCH-A-000613"),
]
KSEF = [
    ("taxed", "fa:Podmiot1/fa:DaneIdentyfikacyjne/fa:NIP", "0123456789", "NIP"),
    ("taxed", "fa:Podmiot2/fa:JST", None, "JST"),
    ("taxed", "fa:Fa/fa:P_15", "1.234", "P_15"),
    ("self-billed", "fa:Fa/fa:Adnotacje/fa:P_17", "3", "P_17"),
    ("taxed", "fa:Fa/fa:FaWiersz/fa:P_12", "19", "P_12"),
    ("credit", "fa:Fa/fa:RodzajFaktury", "KORYGUJE", "RodzajFaktury"),
]


@pytest.mark.parametrize(("document", "path", "value", "rules"), EN16931)
def test_en_16931(document, path, value, rules):
    xml = invoice_xml(DOCUMENTS[document])

    verdict = validate(changed(xml, path, value), EN16931_UBL)

    assert sorted(verdict.broken_rules) == rules.split()
    assert verdict.was_checked


@pytest.mark.parametrize(("document", "path", "value", "rule"), PEPPOL)
def test_peppol(document, path, value, rule):
    xml = invoice_xml(DOCUMENTS[document])

    verdict = validate(changed(xml, path, value), peppol_pack(document))

    assert verdict.broken_rules == (f"PEPPOL-EN16931-{rule}",)


@pytest.mark.parametrize(("document", "path", "value", "rules"), FACTUR_X)
def test_factur_x(document, path, value, rules):
    xml = cross_industry_invoice(DOCUMENTS[document])

    verdict = validate(changed(xml, path, value), FACTURX_EN16931)

    assert sorted(verdict.broken_rules) == rules.split()


@pytest.mark.parametrize(("document", "path", "value", "field"), KSEF)
def test_ksef(document, path, value, field):
    xml = ksef_xml(DOCUMENTS[document])

    verdict = validate(changed(xml, path, value), KSEF_FA3)

    assert verdict.broken_rules == ("XSD",)
    assert field in verdict.findings[0].text


@pytest.mark.parametrize("document", DOCUMENTS)
def test_unchanged_they_keep_all_rules(document):
    stated = DOCUMENTS[document]

    assert validate(invoice_xml(stated), EN16931_UBL).findings == ()
    assert validate(cross_industry_invoice(stated), FACTURX_EN16931).is_valid
    assert validate(ksef_xml(stated), KSEF_FA3).findings == ()
    assert validate(invoice_xml(stated), peppol_pack(document)).findings == ()


def test_self_billing_is_not_billing_and_billing_not_self_billing():
    found = [
        validate(invoice_xml(DOCUMENTS["self-billed"]), peppol_pack("taxed")).broken_rules,
        validate(invoice_xml(DOCUMENTS["taxed"]), peppol_pack("self-billed")).broken_rules,
    ]

    assert found == [("PEPPOL-EN16931-R007", "PEPPOL-EN16931-R004")] * 2


def peppol_pack(document):
    """The official rules for it; the calling test is skipped where they are not here."""
    name = f"PEPPOL-EN16931-UBL{'-SB' if document == 'self-billed' else ''}.sch"
    folder = sample(f"einvoice/peppol-rules-2026.5/{name}").parent
    manifest = f'id = "p"\nversion = "2026.5"\nbuilds_on = "en16931-ubl"\nrules = ["{name}"]'
    return pack_of(manifest, str(folder))
