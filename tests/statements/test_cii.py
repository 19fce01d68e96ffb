"""Our CII keeps the rules of Factur-X, says what the UBL says, and strangers read it back."""

from datetime import date
from decimal import Decimal

import pytest
from drafthorse.models.document import Document as ReadDocument
from lxml import etree

from statements.cii import NAMESPACES, cross_industry_invoice
from statements.document import Kind, References, Tax
from statements.ubl import NotAnInvoice, NotNumberedYet
from statements.validation.rule_pack import FACTURX_EN16931
from statements.validation.service import validate
from tests.statements.builders import a_buyer, a_line, a_seller, an_invoice, lines_of
from tests.statements.test_ubl import AT_NBP, OUTSIDE, REVERSE_CHARGE, consolidated_invoice

SETTLED = "//ram:ApplicableHeaderTradeSettlement"


def values(xml, path):
    return etree.fromstring(xml).xpath(path, namespaces=NAMESPACES)


@pytest.mark.parametrize(
    "document",
    [
        consolidated_invoice(tax_point_on=date(2026, 10, 31)),
        consolidated_invoice(kind=Kind.SELF_BILLED_INVOICE),
        consolidated_invoice(kind=Kind.CREDIT_NOTE, payment_terms="Offset against FV/1"),
        consolidated_invoice(kind=Kind.SELF_BILLED_CREDIT, payment_terms="Offset"),
        consolidated_invoice(kind=Kind.CORRECTED_INVOICE, references=References(corrects="FV/1")),
        consolidated_invoice(policies=(("tax_rounding", "line"),)),
        consolidated_invoice(policies=(("total_rounding", "whole_unit"),)),
        an_invoice(lines_of("5.00", "-5.00")),
        an_invoice(lines_of("10.00", currency="EUR"), currency="EUR", tax_currency=AT_NBP),
        an_invoice([a_line(tax=REVERSE_CHARGE)], buyer=a_buyer(vat_id="DE811128135")),
        an_invoice([a_line(tax=Tax("E", Decimal(0), "Margin scheme.", "VATEX-EU-F"))]),
        an_invoice([a_line(tax=OUTSIDE)], seller=a_seller(vat_id=""), buyer=a_buyer(vat_id="")),
        an_invoice([a_line(description="< & > ąę \x01", period=an_invoice().period)]),
        an_invoice(
            notes=("One.", "Two."), references=References("B", "O", "A", "FV/1", date(2026, 9, 1))
        ),
    ],
    ids=lambda document: document.kind.value,
)
def test_every_kind_of_document_keeps_the_rules(document):
    verdict = validate(cross_industry_invoice(document), FACTURX_EN16931)

    assert verdict.is_valid, verdict.findings
    assert (verdict.pack, verdict.version) == ("facturx-en16931", "1.09")


def test_another_reader_finds_equal_lines_and_totals():
    document = consolidated_invoice()

    read = ReadDocument.parse(cross_industry_invoice(document))

    summation = read.trade.settlement.monetary_summation
    assert str(read.header.id) == document.number
    assert summation.line_total._value == document.totals.net.amount
    assert summation.grand_total._amount == document.totals.gross.amount
    assert summation.due_amount._value == document.totals.payable.amount
    assert [
        (str(line.product.name), line.settlement.monetary_summation.total_amount._value)
        for line in read.trade.items.children
    ] == [(line.description, line.net.amount) for line in document.lines]


def test_the_tax_in_local_currency_stands_beside_the_tax():
    document = an_invoice(lines_of("10.00", currency="EUR"), currency="EUR", tax_currency=AT_NBP)

    xml = cross_industry_invoice(document)

    # 2.30 EUR x 4.2345 = 9.73935 PLN
    totals = f"{SETTLED}/*/ram:TaxTotalAmount"
    assert values(xml, f"{totals}/text()") == ["2.30", "9.74"]
    assert values(xml, f"{totals}/@currencyID") == ["EUR", "PLN"]
    assert values(xml, f"string({SETTLED}/ram:TaxCurrencyCode)") == "PLN"


def test_a_line_at_several_rates_states_its_quantity_beside():
    line = a_line("199.99", quantity=Decimal("37.5"))

    xml = cross_industry_invoice(an_invoice([line]))

    assert values(xml, "string(//ram:BilledQuantity)") == "1"
    assert values(xml, "string(//ram:ApplicableProductCharacteristic/ram:Value)") == "37.5 MIN"


def test_the_period_ends_on_its_last_day():
    xml = cross_industry_invoice(consolidated_invoice())

    assert values(xml, f"string({SETTLED}/*/ram:EndDateTime/udt:DateTimeString)") == "20261031"


def test_a_statement_has_no_cii_and_a_draft_neither():
    with pytest.raises(NotAnInvoice):
        cross_industry_invoice(an_invoice(kind=Kind.STATEMENT))
    with pytest.raises(NotNumberedYet):
        cross_industry_invoice(an_invoice(number=""))
