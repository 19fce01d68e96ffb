"""Our FA(3) keeps the official schema, and a stranger reads equal figures out of it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from ksef_client.documents.fa3 import parse_invoice_xml
from lxml import etree

from currencies.money import money
from statements.correcting import adjust, correct
from statements.document import Kind, References, Tax, TaxCurrency, TaxUnit, Withholding
from statements.ksef.fields import FA
from statements.ksef.invoice import ksef_xml
from statements.ksef.refusals import (
    CorrectedUnknown,
    KindNotForKsef,
    NipWrong,
    RateNotPolish,
    TooLargeForKsef,
    ZlotyTaxMissing,
)
from statements.validation.rule_pack import KSEF_FA3
from statements.validation.service import validate
from tests.sample_data import sample
from tests.statements.builders import VAT_23, a_buyer, a_line, a_seller, an_invoice, lines_of
from tests.statements.test_ubl import AT_NBP, OUTSIDE, REVERSE_CHARGE, consolidated_invoice

CORRECTED = References("B", "O", "A", "FV/1", date(2026, 9, 1))
AT_HUF = TaxCurrency("PLN", Decimal("1.0567"), date(2026, 11, 9), "NBP 217/A/NBP/2026", 100)
EXEMPT = Tax("E", Decimal(0), "art. 43 ust. 1 pkt 40 ustawy o VAT")
MARGIN = Tax("E", Decimal(0), "Procedura marży: towary używane.", "VATEX-EU-F")
GERMAN = a_buyer(vat_id="DE811128135", address=replace(a_buyer().address, country="DE"))
SCHOOL = TaxUnit("local_government", "Szkoła Podstawowa nr 1", "5260250274-12345")
MEMBER = TaxUnit("vat_group", "Druga Spółka", "5260250274")
WITHHELD = (Withholding("CIT", money("100 PLN"), Decimal("0.1"), money("10.00 PLN")),)


def values(xml, path):
    found = etree.fromstring(xml).iterfind("/".join(f"{{{FA}}}{name}" for name in path.split("/")))
    return [each.text for each in found]


def corrected(invoice=None, earlier=(), buyer=None, **right):
    """The whole invoice anew; `right` says which lines were wrong, and their net amounts."""
    wrong = invoice or consolidated_invoice()
    lines = [
        replace(line, net=money(right[f"_{line.id}"], wrong.currency), unit_price=None, details=())
        if f"_{line.id}" in right
        else line
        for line in wrong.lines
    ]
    draft = correct(wrong, earlier, lines, "wrong tariff", buyer)
    return draft.numbered("FKS/1", date(2026, 11, 12))


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
    an_invoice(buyer=a_buyer(unit=SCHOOL)),
    an_invoice(buyer=a_buyer(unit=MEMBER)),
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


def test_the_margin_scheme_has_its_own_sum_and_notice_and_shows_no_rate():
    xml = ksef_xml(an_invoice([a_line("1000.00", tax=MARGIN)]))

    assert validate(xml, KSEF_FA3).is_valid
    assert values(xml, "Fa/P_13_11") == ["1000.00"]
    assert values(xml, "Fa/P_15") == ["1000.00"]
    assert values(xml, "Fa/P_13_7") == []
    assert values(xml, "Fa/Adnotacje/PMarzy/P_PMarzy") == ["1"]
    assert values(xml, "Fa/Adnotacje/PMarzy/P_PMarzy_3_1") == ["1"]
    assert values(xml, "Fa/Adnotacje/Zwolnienie/P_19N") == ["1"]
    assert values(xml, "Fa/FaWiersz/P_11A") == ["1000.00"]
    assert values(xml, "Fa/FaWiersz/P_12") == values(xml, "Fa/FaWiersz/P_11") == []


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


@pytest.mark.parametrize(
    ("document", "net", "gross"),
    [
        (corrected(an_invoice(lines_of("100.00", "50.00")), _2="20.00"), "-30.00", "-36.90"),
        (corrected(an_invoice(lines_of("100.00")), _1="110.00"), "10.00", "12.30"),
        (corrected(consolidated_invoice(), buyer=GERMAN, _3="12.00"), None, None),
    ],
)
def test_a_corrected_invoice_keeps_the_schema_and_is_read_as_the_difference(document, net, gross):
    xml = ksef_xml(document)

    verdict = validate(xml, KSEF_FA3)
    assert verdict.is_valid, verdict.findings
    read = parse_invoice_xml(xml)
    # The reader takes negative lines before a correction as positive, so it is not asked there.
    if net is not None:
        assert (read.total_net, read.total_gross) == (Decimal(net), Decimal(gross))


def test_a_corrected_invoice_states_its_lines_before_and_after_and_the_difference():
    xml = ksef_xml(corrected(_2="99.99"))

    # 199.99 were 100.00 too much, and 23.00 of tax with it.
    assert values(xml, "Fa/RodzajFaktury") == ["KOR"]
    assert values(xml, "Fa/P_13_1") == ["-100.00"]
    assert values(xml, "Fa/P_14_1") == ["-23.00"]
    assert values(xml, "Fa/P_15") == ["-123.00"]
    before, after = ["8.12", "199.99", "12.00", "-5.00"], ["8.12", "99.99", "12.00", "-5.00"]
    assert values(xml, "Fa/FaWiersz/P_11") == before + after
    assert values(xml, "Fa/FaWiersz/NrWierszaFa") == [str(number) for number in range(1, 9)]
    rows = etree.fromstring(xml).iterfind(f"{{{FA}}}Fa/{{{FA}}}FaWiersz")
    marks = [row.findtext(f"{{{FA}}}StanPrzed") for row in rows]
    assert marks == ["1"] * 4 + [None] * 4


def test_what_changed_an_invoice_before_is_in_the_lines_before():
    invoice = consolidated_invoice()
    credited = adjust(
        invoice, [], {"2": money("-50.00 PLN")}, "agreed", date(2026, 11, 11)
    ).numbered("81/1", date(2026, 11, 11))

    xml = ksef_xml(corrected(invoice, [credited], _2="99.99"))

    assert values(xml, "Fa/FaWiersz/P_11")[:4] == ["8.12", "149.99", "12.00", "-5.00"]
    assert values(xml, "Fa/P_13_1") == ["-50.00"]
    assert values(xml, "Fa/P_15") == ["-61.50"]


def test_a_corrected_buyer_is_told_beside_the_one_before():
    xml = ksef_xml(corrected(buyer=a_buyer(name="Another")))

    assert values(xml, "Podmiot2/DaneIdentyfikacyjne/Nazwa") == ["Another"]
    assert values(xml, "Fa/Podmiot2K/DaneIdentyfikacyjne/Nazwa") == [a_buyer().name]
    assert values(xml, "Fa/P_15") == ["0.00"]


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


@pytest.mark.parametrize(
    ("unit", "marks", "number", "role"),
    [
        (None, ("2", "2"), [], []),
        (SCHOOL, ("1", "2"), [("IDWew", "5260250274-12345")], ["8"]),
        (MEMBER, ("2", "1"), [("NIP", "5260250274")], ["10"]),
    ],
)
def test_the_part_of_the_buyer_is_a_third_party_in_its_role(unit, marks, number, role):
    xml = ksef_xml(an_invoice(buyer=a_buyer(unit=unit)))

    assert (*values(xml, "Podmiot2/JST"), *values(xml, "Podmiot2/GV")) == marks
    named = [
        (name, each)
        for name in ("NIP", "IDWew")
        for each in values(xml, f"Podmiot3/DaneIdentyfikacyjne/{name}")
    ]
    assert named == number
    assert values(xml, "Podmiot3/Rola") == role
    assert values(xml, "Podmiot3/DaneIdentyfikacyjne/Nazwa") == ([unit.name] if unit else [])
