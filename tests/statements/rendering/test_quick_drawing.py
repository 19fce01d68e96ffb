"""What draws in less time draws the same, byte for byte."""

from io import BytesIO

import pytest
from pypdf import PdfReader
from reportlab.lib.rl_accel import asciiBase85Encode

from statements.brand import Brand
from statements.rendering.choosing import Look, page_of
from statements.rendering.letters_view import reminder_view
from statements.rendering.quick_drawing import as_ascii
from statements.rendering.service import draw
from statements.rendering.view import document_view
from tenants.children import Children
from tests.statements.builders import a_line, an_invoice, lines_of
from tests.statements.rendering.test_letters import a_reminder
from tests.statements.rendering.test_service import a_statement

PAGES = {
    "two pages": page_of(an_invoice(lines_of(*["10.00"] * 30))),
    "a credit of long words": page_of(an_invoice([a_line("-3.10", description="Gespräch" * 30)])),
    "another look": page_of(an_invoice(), Look(Brand(deep="#a03020"))),
    "a derivation": ("invoice.html", document_view(a_statement())),
    "a letter": ("reminder.html", reminder_view(a_reminder())),
}


def test_every_page_has_the_bytes_that_the_library_as_published_gives():
    quick = Children("statements.rendering.gateway")
    plain = Children("tests.statements.rendering.plain_child")

    for name, page in PAGES.items():
        assert draw(*page, children=quick) == draw(*page, children=plain), name

    quick.close()
    plain.close()


def test_footers_at_the_end_say_and_place_what_a_second_drawing_does():
    once = Children("statements.rendering.gateway")
    twice = Children("tests.statements.rendering.twice_drawing_child")

    for name, count in (("two pages", 2), ("a letter", 1)):
        pages = placed(draw(*PAGES[name], children=once))
        assert pages == placed(draw(*PAGES[name], children=twice)), name
        said = ["".join(text for text, _, _ in page) for page in pages]
        assert [f"Page {at} / {count}" in each for at, each in enumerate(said, 1)] == [True] * count

    once.close()
    twice.close()


def placed(pdf: bytes) -> list[list[tuple[str, float, float]]]:
    """The texts of each page with where they begin, as drawn in order of place."""
    pages = []
    for page in PdfReader(BytesIO(pdf)).pages:
        found: list[tuple[str, float, float]] = []

        def note(text: str, _cm, matrix, _font, _size, into=found) -> None:
            into.append((text, round(matrix[4], 1), round(matrix[5], 1)))

        page.extract_text(visitor_text=note)
        pages.append(sorted(found, key=lambda each: (-each[2], each[1])))
    return pages


@pytest.mark.parametrize(
    "content", [b"", b"a", b"abc", b"\0\0\0\0", b"\0\0\0", b"\0\0\0\0\0", bytes(range(256)), "é\0"]
)
def test_bytes_are_written_as_the_library_writes_them(content):
    assert as_ascii(content) == asciiBase85Encode(content)
