"""Our FA(3) keeps the official schema, and a stranger reads equal figures out of it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from ksef_client.documents.fa3 import parse_invoice_xml
from lxml import etree

from currencies.money import money
from statements.document import Kind, References, Tax, TaxCurrency, Withholding
from statements.ksef import (
    FA,
    CorrectedUnknown,
    KindNotForKsef,
    NipWrong,
    RateNotPolish,
    TooLargeForKsef,
    ZlotyTaxMissing,
    ksef_xml,
)
from statements.validation.rule_pack import KSEF_FA3
from statements.validation.service import validate
from tests.sample_data import sample
from tests.statements.builders import VAT_23, a_buyer, a_line, a_seller, an_invoice, lines_of
from tests.statements.test_ubl import AT_NBP, OUTSIDE, REVERSE_CHARGE, consolidated_invoice

CORRECTED = References("B", "O", "A", "FV/1", date(2026, 9, 1))
AT_HUF = TaxCurrency("PLN", Decimal("1.0567"), date(2026, 11, 9), "NBP 217/A/NBP/2026", 100)
EXEMPT = Tax("E", Decimal(0), "art. 43 ust. 1 pkt 40 ustawy o VAT")
GERMAN = a_buyer(vat_id="DE811128135", address=replace(a_buyer().address, country="DE"))
WITHHELD = (Withholding("CIT", money("100 PLN"), Decimal("0.1"), money("10.00 PLN")),)


def values(xml, path):
    found = etree.fromstring(xml).iterfind("/".join(f"{{{FA}}}{name}" for name in path.split("/")))
    return [each.text for each in found]


KEPT = [
    consolidated_invoice(),
    consolidated_invoice(kind=Kind.SELF_BILLED_INVOICE),
    consolidated_invoice(kind=Kind.CREDIT_NOTE, references=CORRECTED),
    consolidated_invoice(kind=Kind.SELF_BILLED_CREDIT, references=CORRECTED),
    consolidated_invoice(kind=Kind.ADJUSTING_INVOICE, references=CORRECTED),
    consolidated_invoice(kind=Kind.ADJUSTING_CREDIT, references=CORRECTED),
    consolidated_invoice(policies=(("total_rounding", "whole_unit"),)),
    an_invoice(withholdings=WITHHELD),
    an_invoice(lines_of("5.00", "-5.00")),
    an_invoice(lines_of("10.00", currency="EUR"), currency="EUR", tax_currency=AT_NBP),
    an_invoice([a_line(tax=REVERSE_CHARGE)]),
    an_invoice([a_line(tax=REVERSE_CHARGE)], buyer=GERMAN),
    an_invoice([a_line(tax=OUTSIDE)], buyer=a_buyer(vat_id="CHE116281710")),
    an_invoice([a_line(tax=EXEMPT)], buyer=a_buyer(vat_id="")),
    an_invoice([a_line(tax=Tax("S", Decimal("0.08"))), a_line("3.00", "2", tax=VAT_23)]),
    an_invoice([a_line(description="ą\x7f\ufdd0\U0010ffff" * 400)], notes=("One.", "Two.")),
    an_invoice([a_line(quantity=Decimal("1.23456789"), unit_price=Decimal("81.000000664"))]),
    an_invoice(period=None, tax_point_on=date(2026, 10, 31), seller=a_seller(bank=None)),
]


@pytest.mark.parametrize("document", KEPT, ids=lambda document: document.kind.value)
def test_every_kind_of_document_keeps_the_official_schema_and_reads_back_equal(document):
    xml = ksef_xml(document)

    verdict = validate(xml, KSEF_FA3)
    assert verdict.is_valid, verdict.findings
    read = parse_invoice_xml(xml)
    sign = -1 if document.kind.is_credit else 1
    assert read.invoice_number == document.number
    assert (read.total_net, read.total_gross) == (
        sign * document.totals.net.amount,
        sign * document.totals.gross.amount,
    )
    assert [line.net_amount for line in read.lines] == [
        sign * line.net.amount for line in document.lines
    ]


def test_a_self_billed_invoice_says_so_and_turns_no_party_around():
    xml = ksef_xml(consolidated_invoice(kind=Kind.SELF_BILLED_INVOICE))

    assert values(xml, "Fa/Adnotacje/P_17") == ["1"]
    assert values(xml, "Podmiot1/DaneIdentyfikacyjne/NIP") == ["5260001246"]
    assert values(xml, "Podmiot2/DaneIdentyfikacyjne/NIP") == ["6762484560"]
    assert values(ksef_xml(consolidated_invoice()), "Fa/Adnotacje/P_17") == ["2"]


def test_tax_in_euro_is_also_stated_in_zloty_with_its_rate_beside_each_line():
    lines = lines_of("10.00", "20.00", currency="EUR")

    xml = ksef_xml(an_invoice(lines, currency="EUR", tax_currency=AT_NBP))

    # 6.90 EUR x 4.2345 = 29.21805 PLN
    assert values(xml, "Fa/P_13_1") == ["30.00"]
    assert values(xml, "Fa/P_14_1") == ["6.90"]
    assert values(xml, "Fa/P_14_1W") == ["29.22"]
    assert values(xml, "Fa/P_15") == ["36.90"]
    assert values(xml, "Fa/FaWiersz/KursWaluty") == ["4.2345", "4.2345"]


def test_a_rate_for_a_hundred_units_is_stated_for_one():
    document = an_invoice(
        lines_of("1000", currency="HUF"), currency="HUF", tax_currency=AT_HUF
    )  # fmt: skip

    assert values(ksef_xml(document), "Fa/FaWiersz/KursWaluty") == ["0.010567"]


def test_a_correction_states_the_difference_and_names_the_invoice():
    note = consolidated_invoice(kind=Kind.CREDIT_NOTE, references=CORRECTED)

    xml = ksef_xml(note)

    assert values(xml, "Fa/RodzajFaktury") == ["KOR"]
    assert values(xml, "Fa/P_13_1") == ["-215.11"]
    assert values(xml, "Fa/P_15") == ["-264.59"]
    assert values(xml, "Fa/FaWiersz/P_11") == ["-8.12", "-199.99", "-12.00", "5.00"]
    assert values(xml, "Fa/FaWiersz/P_8B") == ["-812", "-1", "-1", "1"]
    assert values(xml, "Fa/DaneFaKorygowanej/NrFaKorygowanej") == ["FV/1"]
    assert values(xml, "Fa/DaneFaKorygowanej/NrKSeFN") == ["1"]


def test_a_corrected_invoice_that_ksef_knows_is_named_by_its_number_there():
    number = "5260001246-20260901-8BEF280C8D35-4D"
    references = replace(CORRECTED, corrects_registered=number)

    xml = ksef_xml(consolidated_invoice(kind=Kind.CREDIT_NOTE, references=references))

    assert validate(xml, KSEF_FA3).is_valid
    assert values(xml, "Fa/DaneFaKorygowanej/NrKSeFFaKorygowanej") == [number]


@pytest.mark.parametrize(
    ("document", "name", "field"),
    [
        (an_invoice([a_line(tax=REVERSE_CHARGE)]), "oo", "P_13_10"),
        (an_invoice([a_line(tax=REVERSE_CHARGE)], buyer=GERMAN), "np II", "P_13_9"),
        (an_invoice([a_line(tax=OUTSIDE)]), "np I", "P_13_8"),
        (an_invoice([a_line(tax=EXEMPT)]), "zw", "P_13_7"),
        (an_invoice([a_line(tax=Tax("Z", Decimal(0)))]), "0 KR", "P_13_6_1"),
        (an_invoice([a_line(tax=Tax("S", Decimal("0.08")))]), "8", "P_13_2"),
        (an_invoice([a_line(tax=Tax("S", Decimal("0.05")))]), "5", "P_13_3"),
    ],
)
def test_each_tax_has_its_name_and_its_sum(document, name, field):
    xml = ksef_xml(document)

    assert values(xml, "Fa/FaWiersz/P_12") == [name]
    assert values(xml, f"Fa/{field}") == ["100.00"]


@pytest.mark.parametrize(
    ("document", "refused", "text"),
    [
        (an_invoice(seller=a_seller(vat_id="PL5260001247")), NipWrong, "PL5260001247"),
        (an_invoice(seller=a_seller(vat_id="DE811128135")), NipWrong, "DE811128135"),
        (an_invoice(seller=a_seller(vat_id="")), NipWrong, "''"),
        (an_invoice(buyer=a_buyer(vat_id="1234567890")), NipWrong, "1234567890"),
        (an_invoice([a_line(tax=Tax("S", Decimal("0.19")))]), RateNotPolish, "0.19"),
        (an_invoice(lines_of("10.00", currency="EUR"), currency="EUR"), ZlotyTaxMissing, "EUR"),
        (an_invoice(kind=Kind.CREDIT_NOTE), CorrectedUnknown, "does not say"),
        (an_invoice(kind=Kind.PROFORMA), KindNotForKsef, "proforma"),
        (an_invoice([a_line("0.01")] * 10_001), TooLargeForKsef, "10001 lines"),
        (an_invoice([a_line(description="x" * 500)] * 2_000), TooLargeForKsef, "bytes"),
    ],
)
def test_what_ksef_cannot_take_is_refused_with_the_reason(document, refused, text):
    with pytest.raises(refused, match=text):
        ksef_xml(document)


def test_the_file_has_no_mark_no_instruction_and_no_forbidden_sign():
    xml = ksef_xml(an_invoice([a_line(description="a\x80\x9f\ufdd0\U0001fffeb")]))

    assert xml.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<Faktura")
    assert values(xml, "Fa/FaWiersz/P_7") == ["a\ufffd\ufffd\ufffd\ufffdb"]


def test_the_official_samples_keep_the_schema():
    for path in sorted(sample("einvoice/ksef/fa3-official").glob("*.xml")):
        assert validate(path.read_bytes(), KSEF_FA3).is_valid, path.name


def test_the_same_document_gives_the_same_bytes():
    assert ksef_xml(consolidated_invoice()) == ksef_xml(consolidated_invoice())
