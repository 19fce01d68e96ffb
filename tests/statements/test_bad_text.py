"""Whatever people write into any text of a document, it is issued, shown, and never obeyed.

Every field that holds free text takes every one of the strings below, in both engines and in every
form; property tests go on with texts nobody thought of.
"""

import csv
import io
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pypdf import PdfReader

from currencies.money import money
from statements.cii import cross_industry_invoice
from statements.detail import detail_csv
from statements.document import Derivation, Detail, Document, References, Step, Withholding
from statements.document_json import document_json
from statements.plain_text import FORMULA_STARTS, UNFIT, printable
from statements.rendering.service import draw
from statements.rendering.view import document_view, long_document_view
from statements.ubl import invoice_xml
from statements.workbook import detail_workbook
from tests.statements.builders import a_buyer, a_line, a_seller, an_invoice

NAUGHTY = (
    "{{7*7}} {% for x in y %} {# no #}",
    "<b>bold</b> &amp; <img src='http://127.0.0.1:9/x'/> <!-- c -->",
    "</td></tr></table></body> ]]> <![CDATA[ x",
    "<style>@import url(file:///etc/passwd); @page { size: a0 }</style>",
    "<pdf:include src='file:///etc/passwd'/> <td colspan='1000000'>",
    '#eval("1") #read("/etc/passwd") #while true {} #import "x": *',
    "$ sum_1^n $ *bold* _it_ `raw` <label> @ref \\ \\u{202e} // /* ~ --- //",
    '=HYPERLINK("http://127.0.0.1:9","x")',
    "+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "-2+3",
    "＝1＋1",
    "\t=1+1",
    "\u202eevil\u202c \u2066rtl\u2069 \u200e\u200f",
    "عربى עברית ไทย हिन्दी 龍 😀 𝔘 ﷽",
    "\x00\x01\x07\x1b[31mred\x1b[0m\x7f\x85\ud800\ufffe",
    "Z̸̢̛a͎l͖g̈ó " + "e" + "\u0301" * 60,
    "line\r\nfeed: X\n\n\n\nSet-Cookie: a=b",
    "'; DROP TABLE documents; -- %s %n {0} {name} ${x}",
    "\ufeff \u2028\u2029 \u00ad \u200b",
    "x" * 10_000,
    "ab " * 4_000,
    "W" * 240,
    "<div>" * 2_000,
    "\n" * 500,
)
# Texts that are codes with a form of their own, checked where they are entered.
CODES = {
    "country", "scheme", "iban", "bic", "unit_code", "category", "currency", "locale", "number",
    "code", "reason_code", "id", "corrects", "place", "vat_id", "policies",
}  # fmt: skip


def with_texts(value, text_of):
    """The same value with another text in every field that holds free text."""
    changes = {}
    for each in fields(value):
        held = getattr(value, each.name)
        if each.name in CODES or held is None:
            continue
        if isinstance(held, str):
            changes[each.name] = text_of(each.name)
        elif is_dataclass(held):
            changes[each.name] = with_texts(held, text_of)
        elif isinstance(held, tuple) and held:
            changes[each.name] = tuple(
                text_of(each.name)
                if isinstance(item, str)
                else with_texts(item, text_of)
                if is_dataclass(item)
                else item
                for item in held
            )
    return replace(value, **changes) if changes else value


def a_full_document() -> Document:
    """An invoice in which every text that a document may hold is filled in."""
    line = a_line("100.00")
    lines = tuple(
        replace(line, id=str(number), group=f"Group {number % 3}", details=detail)
        for number, detail in enumerate(
            [(Detail("detail", Decimal(1), "MIN", money("100.00 PLN")),), *[()] * 5], start=1
        )
    )
    steps = (Step("label", money("1.00 PLN"), "formula"), Step("all", money("1.00 PLN"), "", True))
    withheld = Withholding("tax", money("600.00 PLN"), Decimal("0.1"), money("60.00 PLN"))
    return an_invoice(
        lines,
        seller=a_seller(phone="1"),
        buyer=a_buyer(registration="r", email="e", phone="p"),
        withholdings=(withheld,),
        references=References(buyer="b", order="o", agreement="a"),
        payment_terms="terms",
        notes=("note", "another"),
        derivations=(Derivation("title", steps),),
    )


def turned(first):
    """The full document with the naughty strings dealt out over its fields, beginning with one."""
    dealt = iter(range(first, 100_000))
    return with_texts(a_full_document(), lambda _field: NAUGHTY[next(dealt) % len(NAUGHTY)])


def all_of(text):
    return with_texts(a_full_document(), lambda _field: text)


def read(pdf):
    pages = PdfReader(io.BytesIO(pdf)).pages
    return len(pages), " ".join(page.extract_text() for page in pages)


DRAWN = {
    "invoice.html": document_view,
    "document.typ": document_view,
    "long": long_document_view,
}


@pytest.mark.parametrize("layout", DRAWN)
@pytest.mark.parametrize("first", range(0, len(NAUGHTY), 9))
def test_naughty_texts_in_every_field_are_drawn_and_not_obeyed(layout, first):
    view = DRAWN[layout](turned(first))

    count, text = read(draw("document.typ" if layout == "long" else layout, view))

    assert "738.00" in text
    assert "root:" not in text and "49" not in text.split()
    # Long texts are cut to some lines; uncut, each would be pages of its own.
    assert count <= 16


@pytest.mark.parametrize("layout", ["invoice.html", "document.typ"])
@pytest.mark.parametrize(
    "said",
    [
        "{{7*7}} {% for x in y %} {# no #}",
        '#eval("1")',
        "$ sum_1^n $ *bold* _it_ `raw`",
        "<b>bold</b> &amp;",
    ],
)
def test_what_looks_like_a_program_is_shown_as_it_was_written(layout, said):
    document = an_invoice(notes=(said,))

    _, text = read(draw(layout, document_view(document)))

    assert said in " ".join(text.split())


@pytest.mark.parametrize("layout", ["invoice.html", "document.typ"])
def test_a_name_of_ten_thousand_characters_is_cut_visibly(layout):
    count, text = read(draw(layout, document_view(an_invoice(buyer=a_buyer(name="Q" * 10_000)))))

    assert "…" in text
    assert 100 < text.count("Q") < 600
    assert "123.00" in text
    assert count == 1


def check_forms(document):
    """Every form but paper: it is written, it can be read, and it says what was written."""
    for write in (invoice_xml, cross_industry_invoice):
        root = etree.fromstring(write(document))
        said = {"".join(node.itertext()) for node in root.iter() if not len(node)}
        name = printable(document.buyer.name)
        assert name in said or name.strip() in {each.strip() for each in said}
    rows = list(csv.reader(io.StringIO(detail_csv(document).decode("utf-8-sig"), newline="")))
    for row in rows[1:]:
        for cell in row:
            is_number = cell.removeprefix("-").replace(".", "", 1).isdigit()
            assert is_number or not cell.startswith(FORMULA_STARTS), cell
            assert not UNFIT.search(cell)
    assert detail_workbook(document)
    assert document_json(document)
    view = document_view(document)
    assert longest(view) <= 2000


def longest(view):
    """The longest text of a view, but for pictures."""
    if isinstance(view, str):
        return 0 if view.startswith(("data:", "<svg")) else len(view)
    if isinstance(view, dict):
        return max((longest(each) for each in view.values()), default=0)
    if isinstance(view, list | tuple):
        return max((longest(each) for each in view), default=0)
    return 0


@pytest.mark.parametrize("place", range(len(NAUGHTY)))
def test_naughty_texts_in_every_field_are_written_in_every_form(place):
    check_forms(all_of(NAUGHTY[place]))


@settings(max_examples=25)
@given(text=st.text(alphabet=st.characters(), max_size=120))
def test_any_text_in_every_field_is_written_in_every_form(text):
    check_forms(all_of(text))


@settings(max_examples=6, derandomize=True)
@given(texts=st.lists(st.text(alphabet=st.characters(), max_size=60), min_size=40, max_size=40))
@pytest.mark.parametrize("layout", ["invoice.html", "document.typ"])
def test_any_text_is_drawn_by_both_engines(layout, texts):
    dealt = iter(texts * 4)
    document = with_texts(a_full_document(), lambda _field: next(dealt))

    _, text = read(draw(layout, document_view(document)))

    assert "738.00" in text
