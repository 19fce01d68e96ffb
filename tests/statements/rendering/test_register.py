"""A long document keeps all its lines, on pages that carry their sums over."""

import re
from decimal import Decimal
from io import BytesIO

import psutil
import pypdfium2
import pytest
from pypdf import PdfReader
from reportlab.pdfbase.ttfonts import TTFontFile

from statements.rendering import view as views
from statements.rendering.choosing import page_of
from statements.rendering.glyphs import FACES
from statements.rendering.register import (
    COLUMN_EMS,
    PAGE_HEIGHT,
    register_pages,
    text_lines,
)
from statements.rendering.service import archive_pdf, draw
from statements.rendering.widths import EMS, breaking, cut_to, width_of
from tenants.children import Children
from tenants.settings import settings_from_environment
from tests.statements.builders import a_line, an_invoice
from tests.statements.rendering.test_service import fonts_in, is_embedded_subset

MILLIMETRE = 72 / 25.4
FOOTER = 20 * MILLIMETRE


def group_of(name, numbers, has_subtotal=True, description="Calls"):
    """Lines over 1.00 each; `carried` is how many there were so far."""
    rows = [
        {
            "id": str(number), "description": description, "period": "", "quantity": "1",
            "unit": "min", "price": "", "tax": "23%", "net": "1.00", "carried": f"{number}.00",
        }
        for number in numbers
    ]  # fmt: skip
    return {"name": name, "rows": rows, "has_subtotal": has_subtotal, "subtotal": "9.00"}


def pages_of(*groups):
    return register_pages(groups, str)


@pytest.mark.parametrize("count", [1, 46, 47, 48, 49, 50, 200])
def test_every_line_is_on_one_page_in_its_order(count):
    pages = pages_of(group_of("Voice", range(1, count + 1)))

    lines = [row["cells"][0] for page in pages for row in page if row["kind"] == "line"]
    assert lines == [str(number) for number in range(1, count + 1)]


def test_pages_are_full_and_never_over_full():
    pages = pages_of(group_of("Voice", range(1, 400)))

    heights = [sum(row["height"] for row in page) for page in pages]
    assert max(heights) <= PAGE_HEIGHT
    # What is left on a page is less than one more line of text would take.
    assert all(PAGE_HEIGHT - height < 10 for height in heights[:-1])


def test_what_is_carried_over_is_the_sum_up_to_the_page_break():
    pages = pages_of(group_of("Voice", range(1, 150)))

    assert len(pages) == 4
    for page, following in zip(pages, pages[1:], strict=False):
        last_line = next(row for row in reversed(page) if row["kind"] == "line")
        assert page[-1]["kind"] == following[0]["kind"] == "carry"
        assert page[-1]["amount"] == following[0]["amount"] == last_line["carried"]
    assert [pages[0][0]["kind"], pages[-1][-1]["kind"]] == ["heading", "subtotal"]


def test_a_heading_is_followed_by_a_line_and_a_subtotal_is_not_alone():
    for count in range(40, 52):
        pages = pages_of(group_of("Voice", range(count)), group_of("Data", range(60)))

        for page in pages:
            kinds = [row["kind"] for row in page if row["kind"] != "carry"]
            assert kinds[-1] != "heading"
            assert kinds[0] != "subtotal"


def test_a_service_without_a_name_has_no_heading():
    (page,) = pages_of(group_of("", [1, 2], has_subtotal=False))

    assert [row["kind"] for row in page] == ["line", "line"]


def test_no_character_is_wider_than_it_is_taken_for():
    face = TTFontFile(str(settings_from_environment().fonts_folder / FACES[0]))

    for sign, ems in EMS.items():
        assert face.charWidths[ord(sign)] <= ems * 1000, sign


def test_words_are_broken_and_labels_cut_to_their_column():
    # W is taken for 1 em, the ellipsis has a place of 1.2.
    assert breaking("W" * 50 + " in", 20.0) == f"{'W' * 20} {'W' * 20} {'W' * 10} in"
    assert breaking("Calls to mobile numbers", 20.0) == "Calls to mobile numbers"
    assert cut_to("W" * 40, 21.0) == "W" * 19 + "…"
    assert width_of(cut_to("ж" * 40, 21.0)) <= 21.0
    assert cut_to("Roaming in the European Union", 21.0) == "Roaming in the European Union"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", 1),
        ("Calls to mobile numbers", 1),
        # A width that is not known is 1.2 em, a space 0.3: fifteen of them in a column of 23.
        (" ".join("漢" * 38), 3),
        # 6.8 em: three and the spaces between are 21.
        (" ".join(["Verbindungen"] * 10), 4),
    ],
)
def test_a_text_takes_so_many_lines(text, lines):
    assert COLUMN_EMS == 23.0
    assert text_lines(text) == lines


def a_long_invoice(monkeypatch, description="Calls"):
    """Lines over 0.01, 0.02, ... on a head of one page and a register."""
    monkeypatch.setattr(views, "MAX_LINES", 10)
    monkeypatch.setattr("statements.rendering.choosing.MAX_LINES", 10)
    lines = [
        a_line(
            f"{Decimal(n).scaleb(-2)}", str(n), description=f"{description} {n}", group=f"G{n % 2}"
        )
        for n in range(1, 561)
    ]
    return an_invoice(lines)


def texts_of(pdf):
    return [re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(BytesIO(pdf)).pages]


def test_a_long_document_is_one_file_with_all_lines_and_all_pages_counted(monkeypatch):
    monkeypatch.setattr("statements.rendering.service.PART_PAGES", 4)
    document = a_long_invoice(monkeypatch)

    layout, view = page_of(document)
    pages = texts_of(draw(layout, view))

    assert [f"Page {n} / {len(pages)}" in page for n, page in enumerate(pages, 1)].count(False) == 0
    assert len(pages) == 1 + len(view["register"]) > 8
    found = re.findall(r"(\d+) Calls (\d+) 812 min 23% ([\d.]+)", " ".join(pages))
    assert sorted(found, key=lambda row: int(row[0])) == [
        (str(n), str(n), f"{Decimal(n).scaleb(-2):.2f}") for n in range(1, 561)
    ]


def test_what_draws_a_long_document_keeps_nothing_of_its_parts(monkeypatch):
    drawing = Children("statements.rendering.typesetting.gateway", size=1)
    monkeypatch.setattr("statements.rendering.service.PART_PAGES", 5)
    document = an_invoice([a_line("0.01", str(n)) for n in range(1, 3001)])
    layout, view = page_of(document)
    register = view["register"]

    def memory_after(parts):
        draw(layout, view | {"register": register[: parts * 5]}, drawing)
        return psutil.Process(drawing._idle.queue[0].process.pid).memory_info().rss

    few, many = memory_after(1), memory_after(8)

    # Of each part the engine would keep some eight megabytes.
    assert len(register) >= 40
    assert many - few < 25 * 2**20
    drawing.close()


def test_the_archive_copy_of_a_long_document_is_pdf_a_and_repeatable(monkeypatch):
    document = a_long_invoice(monkeypatch)

    first, second = archive_pdf(document), archive_pdf(document)

    reader = PdfReader(BytesIO(first))
    description = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in description
    assert "/OutputIntents" in reader.trailer["/Root"] and "/ID" in reader.trailer
    assert all(is_embedded_subset(font) for font in fonts_in(reader))
    assert first == second


def test_no_text_runs_over_its_column_or_its_row(monkeypatch):
    # Long words of the widest letters of two alphabets, in the place of a description.
    wide = "Ж" * 60 + " " + "W" * 60

    pdf = draw("register.typ", _one_page(monkeypatch, wide))

    text = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    boxes = [
        text.get_charbox(at)
        for at, sign in enumerate(text.get_text_range())
        if sign in "ЖW" and text.get_charbox(at)[1] > FOOTER
    ]
    left, right = 31 * MILLIMETRE, (31 + 83) * MILLIMETRE
    assert len(boxes) >= 4 * 120
    assert all(left <= box[0] and box[2] <= right for box in boxes)


def _one_page(monkeypatch, description):
    _layout, view = page_of(a_long_invoice(monkeypatch, description))
    register = view.pop("register")
    return {**view, "pages": register[:1], "page_first": 2, "pages_after": 0}
