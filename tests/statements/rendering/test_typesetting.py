"""The second engine: typeset statements and archive copies, confined and repeatable."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from currencies.money import money
from statements.document import BalanceForward, Kind, References
from statements.rendering.choosing import HTML_LINES_MAX, page_of
from statements.rendering.figures import figure
from statements.rendering.service import DrawingFailed, archive_pdf, draw
from statements.rendering.typesetting import gateway
from statements.rendering.view import document_view
from statements.totals import check_ties
from tenants.children import Children
from tests.statements.builders import a_buyer, a_line, an_invoice
from tests.statements.rendering.test_service import (
    HOSTILE,
    LOCALES,
    a_statement,
    fonts_in,
    is_embedded_subset,
    text_of,
)


def many_lines(count, group_size=1000):
    """Lines over 1.01, 2.02, ...: their running totals are n(n+1)/2 times 1.01."""
    return [
        a_line(
            f"{Decimal(number) * Decimal('1.01')}",
            str(number),
            group=f"Service {number // group_size}",
        )
        for number in range(1, count + 1)
    ]


def typeset(document, children=None, *, archive=False):
    return draw("document.typ", {**document_view(document), "archive": archive}, children)


def pages_of(pdf):
    return [re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(BytesIO(pdf)).pages]


@pytest.mark.parametrize("locale", LOCALES)
def test_a_statement_says_every_amount_in_its_language(locale):
    document = a_statement(locale=locale)

    text = text_of(typeset(document))

    for amount in (document.totals.net, document.totals.tax, document.totals.gross):
        assert re.sub(r"\s+", " ", figure(amount, locale)) in text
    assert document_view(document)["words"] in text


@pytest.mark.parametrize("layout", ["document.typ", "invoice.html"])
@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", ["Brought forward from earlier statements", "Less than 500.00 PLN is not paid out"]),
        ("pl", ["Przeniesiono z poprzednich rozliczeń", "Kwoty poniżej 500,00 PLN"]),
        ("ru", ["Перенесено из прежних ведомостей", "Суммы меньше 500,00 PLN"]),
        ("de", ["Übertrag aus früheren Abrechnungen", "Weniger als 500,00 PLN"]),
        ("uk", ["Перенесено з попередніх відомостей", "Суми, менші за 500,00 PLN"]),
    ],
)
def test_a_balance_is_on_paper_line_by_line_and_adds_up(layout, locale, words):
    # 345.67 from before and 113.00 (123.00 less 10.00 of tax withheld) are 458.67.
    plain = a_statement(locale=locale)
    amounts = [money(f"{each} PLN") for each in ("345.67", "113.00", "0.00", "458.67", "500.00")]
    document = replace(plain, forward=BalanceForward(*amounts))

    check_ties(document)
    text = text_of(draw(layout, document_view(document)))

    assert all(each in text for each in words)
    for amount in amounts:
        assert re.sub(r"\s+", " ", figure(amount, locale)) in text
    assert words[0] not in text_of(draw(layout, document_view(plain)))


def test_pages_say_which_of_how_many_they_are():
    pages = pages_of(typeset(an_invoice(many_lines(150))))

    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} / {len(pages)}" in page


def test_what_was_added_up_is_carried_over_every_page_break_of_the_lines():
    pages = pages_of(typeset(an_invoice(many_lines(150))))

    broken = [page for page in pages if "To the next page" in page]
    assert len(broken) == sum("From the previous page" in page for page in pages) >= 2
    for page, following in zip(pages, pages[1:], strict=False):
        if "To the next page" not in page:
            continue
        last = max(int(number) for number in re.findall(r"(\d+) Calls to mobile", page))
        so_far = f"{Decimal(last * (last + 1) // 2) * Decimal('1.01'):,.2f}"
        assert f"To the next page {so_far}" in page
        assert f"From the previous page {so_far}" in following


def test_a_short_table_carries_nothing_over():
    text = text_of(typeset(an_invoice(many_lines(3))))

    assert "next page" not in text


def test_the_heading_of_a_service_is_never_alone_at_the_foot_of_a_page():
    # Over these numbers of lines before it, the second service passes the page break.
    begins_on_first = []
    for lines in (38, 39, 40, 41):
        document = an_invoice(
            [
                a_line("1.00", str(n), group="First" if n <= lines else "Second")
                for n in range(1, 50)
            ]
        )

        first, *_rest = pages_of(typeset(document))

        begins_on_first.append("Second" in first)
        if "Second" in first:
            assert re.search(rf"Second {lines + 1} Calls", first), first[-300:]

    assert set(begins_on_first) == {True, False}


def test_an_archive_copy_is_pdf_a_3b_with_its_fonts_inside():
    reader = PdfReader(BytesIO(archive_pdf(an_invoice(locale="ru"))))

    description = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in description
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in description
    intents = reader.trailer["/Root"]["/OutputIntents"]
    assert intents[0].get_object()["/S"] == "/GTS_PDFA1"
    assert "/ID" in reader.trailer
    assert all(is_embedded_subset(font) for font in fonts_in(reader))


def test_equal_documents_are_set_in_equal_bytes_by_another_process():
    others = Children("statements.rendering.typesetting.gateway")

    for archive in (False, True):
        first = typeset(a_statement(), archive=archive)
        assert typeset(a_statement(), archive=archive, children=others) == first
    others.close()


@pytest.mark.parametrize(
    "text",
    [
        *HOSTILE,
        '#read("/etc/passwd") #import "@preview/cetz:0.2.0": *',
        '"); #sys.inputs //',
        "\\u{202e} $sum_1^n$ *bold* _italic_ `raw` <label> @reference",
        "中文 😀 \x00 \u202e \ud800",
        "x" * 5000,
    ],
)
def test_text_from_outside_is_set_as_text(text):
    document = an_invoice([a_line(description=text)], buyer=a_buyer(name=text), notes=(text,))

    said = text_of(typeset(document))

    assert "root:" not in said
    assert "123.00 PLN" in said
    for sign in ("#read", "$sum_1^n$", "{{ 7 * 7 }}"):
        assert sign not in text or sign in said


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ('#import "@preview/cetz:0.2.0": *', "download"),
        ('#import "@pre" + "view/cetz:0.2.0": *', "download"),
        ('#read("/etc/passwd")', "not found"),
        ('#read("../../../gateway.py")', "escape"),
        ('#read("../gateway.py")', "escape"),
        ('#image("http://127.0.0.1:9/x.png")', "not found"),
        ('#text(font: "Helvetica")[x]', "unknown font"),
        ("#while true {}", "always true"),
    ],
)
def test_a_layout_reaches_nothing_outside_its_folder(source, reason, monkeypatch, tmp_path):
    # The limits of the child are those of this process only as far as they are its environment.
    for name in (*gateway.PROXIES, *map(str.lower, gateway.PROXIES)):
        monkeypatch.setenv(name, gateway.NOWHERE)
    (tmp_path / "layout.typ").write_text(source)
    monkeypatch.setattr(gateway, "LAYOUTS", tmp_path)
    gateway._compiler.cache_clear()

    with pytest.raises(Exception, match=reason):
        gateway._pdf("layout.typ", document_view(an_invoice()), archive=False)

    gateway._compiler.cache_clear()


def test_a_missing_font_fails_the_setting(monkeypatch, tmp_path):
    monkeypatch.setenv("SALDO_FONTS_DIR", str(tmp_path))
    children = Children("statements.rendering.typesetting.gateway")

    with pytest.raises(DrawingFailed, match="FV/2026/11/000001"):
        typeset(an_invoice(), children=children)

    children.close()


def test_a_statement_is_typeset_and_an_invoice_is_a_page():
    assert page_of(an_invoice())[0] == "invoice.html"
    assert page_of(a_statement())[0] == "document.typ"
    assert page_of(an_invoice(many_lines(HTML_LINES_MAX + 1)))[0] == "document.typ"


def test_negative_amounts_have_bars_of_their_own():
    lines = [a_line("10.00", "1", group="A"), a_line("-5.00", "2", group="B")]

    bars = document_view(an_invoice(lines))["chart"]["bars"]

    assert [(bar["part"], bar["is_negative"]) for bar in bars] == [(1000, False), (500, True)]


DIGEST = "a1b2c3d4" * 8


@pytest.mark.parametrize("kind", [Kind.INVOICE, Kind.STATEMENT])
def test_a_digest_can_be_copied_from_paper(kind):
    note = f"Merkle root of the events behind this statement: {DIGEST}"
    document = an_invoice([a_line("1.00")], kind=kind, notes=(note, "w" * 200))

    for pdf in (draw(*page_of(document)), archive_pdf(document)):
        text = PdfReader(BytesIO(pdf)).pages[0].extract_text()
        assert DIGEST in text
        # Other words are broken where they would run over the edge, by no character of their own.
        assert "w" * 20 in text and "w" * 200 not in text
        assert "\u200b" not in text


@pytest.mark.parametrize("kind", [Kind.CREDIT_NOTE, Kind.SELF_BILLED_CREDIT, Kind.ADJUSTING_CREDIT])
def test_a_credit_asks_nobody_to_pay(kind):
    corrected = References(corrects="FV/1", corrects_issued_on=date(2026, 10, 5))
    document = an_invoice([a_line("100.00")], kind=kind, references=corrected)

    for pdf in (draw(*page_of(document)), archive_pdf(document)):
        text = text_of(pdf)
        assert "Credited 123.00 PLN" in text
        assert "FV/1, 5 Oct 2026" in text
        for words in ("To pay", "We pay", "IBAN", "Account holder"):
            assert words not in text


def test_the_amount_in_words_stands_with_the_amount():
    # The sums of these just had room on the first page, and the words no more.
    services = ("Voice", "Voice", "Monthly fees", "Messages")
    lines = [a_line("1.00", str(n), group=service) for n, service in enumerate(services, 1)]

    _, last = pages_of(draw(*page_of(an_invoice(lines, locale="ru"))))

    assert "К оплате" in last and "Сумма прописью" in last
