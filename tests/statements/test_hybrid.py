"""A PDF with its invoice inside: strangers find it there, and equal documents give equal bytes."""

from datetime import datetime, timedelta, timezone

import pytest
from facturx import facturx as library
from facturx import get_level, get_xml_from_pdf
from lxml import etree
from pypdf import PdfReader

from statements.cii import cross_industry_invoice
from statements.hybrid import factur_x
from statements.rendering.choosing import archive_page_of
from statements.rendering.service import draw_all
from tests.statements.rendering.test_service import fonts_in, is_embedded_subset
from tests.statements.test_ubl import consolidated_invoice

DOCUMENT = consolidated_invoice(locale="pl")
CII = cross_industry_invoice(DOCUMENT)


@pytest.fixture(scope="module")
def drawn():
    [pdf] = draw_all([archive_page_of(DOCUMENT)])
    return pdf


def joined(pdf):
    return factur_x(pdf, CII, DOCUMENT.issued_on, "pl", "Faktura FV/2026/11/000001")


def test_another_reader_takes_out_the_xml_that_was_put_in(drawn):
    name, xml = get_xml_from_pdf(joined(drawn))

    assert name == "factur-x.xml"
    assert xml == CII
    assert get_level(etree.fromstring(xml)) == "en16931"


def test_the_pages_stay_and_the_attachment_is_an_alternative_of_them(drawn, tmp_path):
    (tmp_path / "joined.pdf").write_bytes(joined(drawn))

    with PdfReader(tmp_path / "joined.pdf") as reader:
        root = reader.root_object
        [attached] = root["/AF"].get_object()
        texts = [page.extract_text() for page in reader.pages]
        description = root["/Metadata"].get_object().get_data().decode()
        relationship = attached.get_object()["/AFRelationship"]

        # What makes it PDF/A-3b is still there.
        assert root["/OutputIntents"][0].get_object()["/S"] == "/GTS_PDFA1"
        assert "/ID" in reader.trailer
        assert all(is_embedded_subset(font) for font in fonts_in(reader))

    assert relationship == "/Alternative"
    assert "<pdfaid:part>3</pdfaid:part>" in description
    assert "FV/2026/11/000001" in " ".join(texts)
    assert "<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>" in description


def test_equal_documents_give_equal_bytes_whenever_they_are_made(drawn, monkeypatch):
    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2031, 5, 6, 7, 8, 9, tzinfo=timezone(timedelta(0)))

    today = joined(drawn)
    monkeypatch.setattr(library, "datetime", Later)
    later = joined(drawn)

    assert later == today
    assert later.count(b"2026-11-10T00:00:00") == 2
