"""Templates that tenants write: they place what there is, reach nothing else, and are stopped."""

import io

import pytest
from PIL import Image
from pypdf import PdfReader

from statements.brand import Brand, Logo
from statements.rendering.choosing import HTML_LINES_MAX, Look, page_of
from statements.rendering.own_templates.gateway import own_page
from statements.rendering.own_templates.markup import MarkupRefused
from statements.rendering.own_templates.sandbox import NotInTheSandbox
from statements.rendering.service import (
    PictureUnusable,
    TemplateStopped,
    decoded_picture,
    draw,
    marked,
)
from statements.rendering.view import document_view
from tests.statements.builders import a_buyer, a_line, an_invoice
from tests.statements.rendering.test_service import text_of

EXTENDING = """{% extends "invoice.html" %}
{% block content %}<p>{{ _("Sender") }} {{ seller.name }}: {{ due }}</p>
{% for group in groups %}{% for row in group.rows %}<p>{{ loop.index }} {{ row.net }}</p>
{% endfor %}{% endfor %}{{ super() }}{% endblock %}"""


def with_template(source, document=None):
    brand = Brand(templates={"invoice.html": source})
    return page_of(document or an_invoice(), Look(brand))


def a_picture(kind="PNG", size=(900, 300), mode="RGBA"):
    out = io.BytesIO()
    Image.new(mode, size, (200, 80, 20, 255)[: len(mode)]).save(out, kind)
    return out.getvalue()


def test_a_template_places_what_the_document_says_and_extends_a_layout_of_ours():
    document = an_invoice(locale="pl")

    text = text_of(draw(*with_template(EXTENDING, document)))

    assert "Nadawca Telekom Wisła S.A.: 123,00 PLN" in text
    assert "sto dwadzieścia trzy złote" in text


ESCAPES = [
    "{{ ''.__class__.__mro__ }}",
    "{{ number.upper() }}",
    "{{ number.format }}",
    "{{ ('%s' % number) }}",
    "{{ 'x' * 1000000000 }}",
    "{{ 2 ** 99999999 }}",
    "{{ [1] * 99999999 }}",
    "{{ range(9) }}",
    "{{ lipsum() }}",
    "{{ namespace(x=1) }}",
    "{{ self.__init__.__globals__ }}",
    "{{ _.__globals__ }}",
    "{{ _.func }}",
    "{{ number | attr('upper') }}",
    "{{ number | safe }}",
    "{{ number | center(999999999) }}",
    "{{ view.constructor }}",
    "{{ cycler.__init__ }}",
    "{{ loop }}{{ joiner }}",
    "{{ seller['__class__'] }}",
    "{{ config }}",
    "{{ request }}",
    "{% for x in groups recursive %}{{ loop(groups) }}{% endfor %}",
    "{% include 'letter.typ' %}",
    "{% include '../layouts/letter.html' %}",
    "{% include number %}",
    "{% import 'own' as o %}",
    "{% extends 'own' %}",
    "{% autoescape false %}{{ number }}{% endautoescape %}",
    "{% do number %}",
    "{% set x = %}",
    "{{ number",
    "{% for a in groups %}{% for b in groups %}{% for c in groups %}{% for d in groups %}x"
    "{% endfor %}{% endfor %}{% endfor %}{% endfor %}",
    "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
]


@pytest.mark.parametrize("source", ESCAPES)
def test_a_template_reaches_nothing_but_the_view(source):
    with pytest.raises(Exception) as refused:  # noqa: PT011 (the child names whatever it was)
        own_page(source, document_view(an_invoice()))

    assert not isinstance(refused.value, AssertionError)


HOSTILE_PAGES = [
    '<img src="http://127.0.0.1:9/x"/>',
    '<img src="file:///etc/passwd"/>',
    '<img src="//host/x"/>',
    '<link rel="stylesheet" href="x"/>',
    "<script>x</script>",
    "<iframe src='x'></iframe>",
    "<pdf:include src='file:///etc/passwd'/>",
    "<object data='x'></object>",
    '<p onclick="x">x</p>',
    "<style>@import url(http://127.0.0.1:9/x);</style>",
    "<style>@font-face { src: url(http://127.0.0.1:9/x.ttf) }</style>",
    "<style>@page { background-image: url(../../x.pdf) }</style>",
    "<style>p { background: u\\rl(x) }</style>",
    '<p style="background: url(file:///etc/passwd)">x</p>',
    '<table><tr><td colspan="1000000">x</td></tr></table>',
    '<table><tr><td colspan="-1">x</td></tr></table>',
    '<table repeat="99999"><tr><td>x</td></tr></table>',
    "<div>" * 5000,
    "<br/>" * 20_001,
]


@pytest.mark.parametrize("page", HOSTILE_PAGES)
def test_a_page_that_fetches_or_explodes_is_refused_before_it_is_drawn(page):
    with pytest.raises(MarkupRefused):
        own_page(page, document_view(an_invoice()))


def test_a_text_of_a_document_stays_a_text_in_a_template():
    view = document_view(an_invoice(buyer=a_buyer(name="<script>x</script>{{ 7 * 7 }}")))

    page = own_page("<p>{{ buyer.name }}</p>", view)

    assert page == "<p>&lt;script&gt;x&lt;/script&gt;{{ 7 * 7 }}</p>"


def test_a_page_that_grows_without_end_is_cut_off():
    rows = [a_line("1.00", str(number)) for number in range(1, 99)]
    filler = "x" * 5000

    with pytest.raises(NotInTheSandbox, match="longer than"):
        own_page(
            "{% for a in groups %}{% for b in a.rows %}{% for c in a.rows %}"
            f"{filler}"
            "{% endfor %}{% endfor %}{% endfor %}",
            document_view(an_invoice(rows)),
        )


# One that eats time is in tests/statements/branding, where it holds a document.
EATS_MEMORY = (
    "{% macro f(t, n) %}{% if n %}{{ f(t ~ t, n - 1) }}{% endif %}{% endmacro %}"
    "{% set x = f('xxxxxxxx', 40) %}<p>x</p>"
)


def test_a_template_that_eats_memory_is_stopped_and_the_next_is_drawn():
    with pytest.raises(TemplateStopped, match="memory"):
        draw(*with_template(EATS_MEMORY))

    assert "FV/2026/11/000001" in text_of(draw(*with_template("<p>{{ number }}</p>")))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_is_written_anew_and_no_larger_than_paper_needs(kind):
    sent = a_picture(kind, mode="RGBA" if kind == "PNG" else "RGB") + b"<script>x</script>"

    kept = decoded_picture(sent)

    assert Image.open(io.BytesIO(kept)).size == (600, 200)
    assert b"script" not in kept
    assert kept == decoded_picture(sent)


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + b"\0" * 50,
        a_picture()[:60],
        a_picture("TIFF", (5, 5)),
        a_picture("PNG", (5000, 4000), "L"),
        b"\x89PNG" + b"\0" * 1_000_000,
    ],
)
def test_what_is_no_small_png_or_jpeg_is_refused(file):
    with pytest.raises(PictureUnusable):
        decoded_picture(file)


FOOTER = "W" * 200


@pytest.mark.parametrize("lines", [1, HTML_LINES_MAX + 1])
@pytest.mark.parametrize("locale", ["en", "uk"])
def test_a_brand_reaches_both_engines_in_the_reader_s_language(lines, locale):
    logo = decoded_picture(a_picture())
    texts = {
        "en": {"header": "We connect", "payment_note": "Quote the number", "footer": FOOTER},
        "uk": {"header": "Ми з'єднуємо"},
    }
    brand = Brand("#6a1b4d", "#fbf1f6", texts, {}, Logo("0" * 64, 600, 200))
    document = an_invoice([a_line("1.00", str(n)) for n in range(lines)], locale=locale)

    layout, view = page_of(document, Look(brand, logo))
    pdf = draw(layout, view)

    assert layout.endswith("html" if lines == 1 else "typ")
    first = PdfReader(io.BytesIO(pdf)).pages[0]
    text = text_of(pdf)
    assert texts[locale]["header"] in text
    assert "Quote the number" in text
    assert "W" * 20 in text
    assert len(first.images) >= 1
    assert draw(layout, view) == pdf


def test_a_preview_says_so_on_every_page():
    pdf = draw(*page_of(an_invoice([a_line("1.00", str(n)) for n in range(80)])))

    pages = PdfReader(io.BytesIO(marked(pdf, "Podgląd"))).pages

    assert len(pages) > 1
    assert all("Podgląd" in page.extract_text() for page in pages)


def test_the_process_is_told_nothing_of_the_installation(monkeypatch):
    monkeypatch.setenv("SALDO_DATABASE_URL", "postgresql://secret")
    from statements.rendering import service  # noqa: PLC0415 (its processes are looked at)

    decoded_picture(a_picture())

    assert all(set(each._environment) == {"SALDO_FONTS_DIR"} for each in service._apart.values())
