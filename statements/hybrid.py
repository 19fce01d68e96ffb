"""Put the XML of an invoice into its PDF: one Factur-X or ZUGFeRD file for people and programs.

The PDF is the archive copy that the rendering gives, which is PDF/A-3b before and stays it. What is
added is the attachment `factur-x.xml`, its place among the associated files, and the description of
both (XMP) that Factur-X 1.09 asks for. The library dates all of it by the clock; here it is dated
by the document, so that equal documents give equal bytes.
"""

import re
from datetime import date
from io import BytesIO
from typing import Final

from facturx import generate_from_binary
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject, TextStringObject

# Dates of creation and change in the description.
XMP_DATES: Final = re.compile(rb"(<xmp:(?:Create|Modify)Date>)[^<]*(<)")


def factur_x(pdf: bytes, cii: bytes, issued_on: date, locale: str, title: str) -> bytes:
    """Return the PDF with the CII inside, which is an alternative of what the pages say.

    `cii` has been checked before; it is not checked again.
    """
    described = {"author": "", "keywords": "Factur-X", "subject": title, "title": title}
    joined = generate_from_binary(
        pdf,
        cii,
        flavor="factur-x",
        level="en16931",
        check_xsd=False,
        pdf_metadata=described,
        lang=locale,
        afrelationship="alternative",
        xmp_compression=False,
    )
    return _dated(joined, issued_on)


def _dated(pdf: bytes, issued_on: date) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf)))
    writer.pdf_header = "%PDF-1.7"  # PDF/A-3 stands on this version.
    moment = TextStringObject(f"D:{issued_on:%Y%m%d}000000+00'00'")
    writer.add_metadata({"/CreationDate": moment, "/ModDate": moment})
    description = writer.root_object["/Metadata"].get_object()
    assert isinstance(description, StreamObject), "the description was just written"
    dates = rb"\g<1>%sT00:00:00+00:00\g<2>" % issued_on.isoformat().encode()
    description.set_data(XMP_DATES.sub(dates, description.get_data()))
    associated = writer.root_object["/AF"].get_object()
    assert isinstance(associated, ArrayObject), "the attachment was just written"
    for file in associated:
        attached = file.get_object()["/EF"]["/F"].get_object()["/Params"]
        assert isinstance(attached, DictionaryObject), "the attachment was just written"
        attached[NameObject("/ModDate")] = moment
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
