"""The PDF says what the document says, in the reader's language, with its fonts inside."""

import json
import re
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from currencies.money import money
from statements.document import Derivation, Detail, Kind, Step, Withholding
from statements.rendering.choosing import page_of
from statements.rendering.declaration_view import declaration_view
from statements.rendering.service import DrawingFailed, draw, draw_all
from statements.rendering.view import MAX_DETAILS, MAX_LINES, document_view, figure
from tenants.children import Children
from tests.statements.builders import (
    a_bucket,
    a_buyer,
    a_declaration,
    a_line,
    an_invoice,
    lines_of,
)

LOCALES = ["en", "pl", "ru"]


def text_of(pdf):
    """The text as a reader sees it, with every kind of space made one."""
    pages = PdfReader(BytesIO(pdf)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def drawn(document):
    return draw("invoice.html", document_view(document))


def a_statement(**changes):
    steps = (
        Step("Gross revenue", money("12300.00 PLN")),
        Step("Store fee", money("-1000.00 PLN"), "10 %"),
        Step("Share", money("6300.00 PLN"), "70 %", is_result=True),
        Step("In the currency of the agreement", money("1481.25 EUR"), is_result=True),
    )
    withheld = Withholding(
        "Withholding tax", money("100.00 PLN"), Decimal("0.10"), money("10.00 PLN")
    )
    return an_invoice(
        kind=Kind.SELF_BILLED_INVOICE,
        derivations=(Derivation("How the share came about", steps),),
        withholdings=(withheld,),
        policies=(("rounding_level", "statement"), ("a_policy_of_tomorrow", "value")),
        **changes,
    )


@pytest.mark.parametrize("locale", LOCALES)
def test_every_line_and_every_total_is_on_paper(locale):
    document = an_invoice(lines_of("10.05", "1234.56", "-0.70"), locale=locale)

    text = text_of(drawn(document))

    totals = document.totals
    for amount in (totals.net, totals.tax, totals.gross, *(line.net for line in document.lines)):
        assert re.sub(r"\s+", " ", figure(amount, locale)) in text
    for line in document.lines:
        assert f" {line.id} {line.description}" in text


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", ["Invoice", "one hundred and twenty-three zlotys", "To pay"]),
        ("pl", ["Faktura", "sto dwadzieścia trzy złote", "Żółw i Spółka"]),
        ("ru", ["Счёт-фактура", "сто двадцать три злотых"]),
    ],
)
def test_the_words_are_in_the_language_of_the_document(locale, words):
    text = text_of(drawn(an_invoice(locale=locale)))

    for word in words:
        assert word in text


def test_a_statement_shows_how_the_share_came_about_and_what_is_paid():
    text = text_of(drawn(a_statement()))

    for said in ("12,300.00 PLN", "-1,000.00", "1,481.25 EUR", "Withholding tax 10%", "-10.00 PLN"):
        assert said in text
    # 123.00 less 10.00 withheld.
    assert "We pay 113.00 PLN" in text
    assert "Shares are split once, on the sum of the statement." in text
    assert "a_policy_of_tomorrow: value" in text


@pytest.mark.parametrize("document", [an_invoice(locale="ru"), a_declaration()], ids=["ru", "en"])
def test_every_font_is_embedded_as_a_subset(document):
    layout, view = page_of(document)

    fonts = fonts_in(PdfReader(BytesIO(draw(layout, view))))

    assert {str(font["/BaseFont"]).partition("+")[2] for font in fonts} == {
        "DejaVuSansCondensed",
        "DejaVuSansCondensed-Bold",
    }
    assert all(is_embedded_subset(font) for font in fonts)


def fonts_in(reader):
    fonts = [
        font.get_object()
        for page in reader.pages
        for font in page["/Resources"]["/Font"].get_object().values()
    ]
    assert fonts
    return fonts


def is_embedded_subset(font):
    """Whether its programme is in the file, and only what is drawn of it."""
    within = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
    descriptor = within.get("/FontDescriptor", {})
    held = {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor)
    return bool(held) and re.match(r"/[A-Z]{6}\+", str(font["/BaseFont"])) is not None


def test_the_same_view_gives_the_same_bytes_in_another_process():
    view = document_view(an_invoice(locale="pl"))
    others = Children("statements.rendering.gateway")

    first, second = draw("invoice.html", view), draw("invoice.html", view, others)

    assert first == second
    others.close()


def test_many_are_drawn_in_their_order():
    documents = [an_invoice(lines_of(net)) for net in ("1.00", "2.00", "3.00")]

    pdfs = draw_all([("invoice.html", document_view(each)) for each in documents])

    assert ["1.23 PLN" in text_of(pdfs[0]), "3.69 PLN" in text_of(pdfs[2])] == [True, True]


def test_what_does_not_fit_on_paper_is_said_and_added_up():
    lines = lines_of(*["1.00"] * (MAX_LINES + 3))

    view = document_view(an_invoice(lines))

    assert sum(len(group["rows"]) for group in view["groups"]) == MAX_LINES
    assert view["further"].startswith("3 further lines, together 3.00")


def test_a_sum_is_never_without_the_line_before_it_on_a_page():
    breaks = 0
    for count in range(26, 32):
        lines = [a_line("10.00", str(number), group="Voice") for number in range(1, count + 1)]
        sms = a_line("10.00", "99", group="Messages")

        pages = PdfReader(BytesIO(drawn(an_invoice([*lines, sms])))).pages

        # Each line ends with its net amount; a heading or a page would stand between otherwise.
        [summed] = [text for page in pages if "Subtotal: Voice" in (text := said_on(page))]
        before = summed.partition("Subtotal: Voice")[0]
        assert before.endswith(f" {count} Calls to mobile numbers 812 min 23% 10.00 "), count
        breaks += summed != said_on(pages[0])
    # The sum went to the second page for some counts, and stayed on the first for others.
    assert 0 < breaks < 6


def said_on(page):
    return re.sub(r"\s+", " ", page.extract_text())


def test_the_amount_to_pay_stands_at_the_head_of_the_first_page():
    first = said_on(PdfReader(BytesIO(drawn(an_invoice(lines_of(*["10.00"] * 40))))).pages[0])

    # 40 lines of 10.00 and 23 % are 492.00; the sums are on a later page.
    assert "Due on 24 Nov 2026 To pay 492.00 PLN" in first and "Together" not in first


def test_detail_that_does_not_fit_is_counted():
    rows = tuple(
        Detail("call", Decimal(1), "SEC", money("0.001 PLN")) for _ in range(MAX_DETAILS + 7)
    )

    (annex,) = document_view(an_invoice([a_line(details=rows)]))["annexes"]

    assert len(annex["rows"]) == MAX_DETAILS
    assert annex["further"].startswith("7 further rows")


HOSTILE = """
<img src="http://127.0.0.1:9/x"/>
<link rel="stylesheet" href="http://127.0.0.1:9/x"/>
<td colspan="1000000">
<pdf:include src="file:///etc/passwd"/>
{{ 7 * 7 }} {% include "x" %}
</style><style>@import url(file:///etc/passwd);</style>
""".strip().splitlines()


@pytest.mark.parametrize("text", [*HOSTILE, "x" * 5000, "中文 😀 \x00 \u202e", "<div>" * 400])
def test_text_from_outside_is_shown_and_never_obeyed(text):
    document = an_invoice([a_line(description=text)], buyer=a_buyer(name=text), notes=(text,))

    drawn_text = text_of(drawn(document))

    assert "root:" not in drawn_text
    assert " 49 " not in drawn_text
    assert "123.00" in drawn_text


def test_what_the_font_cannot_draw_is_replaced():
    assert "\N{REPLACEMENT CHARACTER} Ltd" in text_of(
        drawn(an_invoice(buyer=a_buyer(name="龍 Ltd")))
    )


def test_a_view_without_a_value_fails_the_drawing():
    view = document_view(an_invoice())
    del view["words"]

    with pytest.raises(DrawingFailed, match="FV/2026/11/000001 .*words"):
        draw("invoice.html", view)


def test_a_missing_font_fails_the_drawing(monkeypatch, tmp_path):
    monkeypatch.setenv("SALDO_FONTS_DIR", str(tmp_path))
    children = Children("statements.rendering.gateway")

    with pytest.raises(DrawingFailed):
        draw("invoice.html", document_view(an_invoice()), children)

    children.close()


@pytest.mark.parametrize("locale", LOCALES)
def test_a_declaration_shows_its_totals(locale):
    buckets = [a_bucket(), a_bucket(2, direction="incoming", rate=None)]
    declaration = replace(a_declaration(buckets), locale=locale)

    text = text_of(draw("declaration.typ", declaration_view(declaration)))

    assert "TR-WAW-1" in text
    assert ("0.1375" if locale == "en" else "0,1375") in text


def test_a_view_is_plain_text_only():
    view = document_view(a_statement())

    assert json.loads(json.dumps(view)) is not None
