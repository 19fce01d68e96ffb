"""The first sheet of an XLSX workbook as rows of text (ECMA-376, SpreadsheetML).

A workbook is a ZIP of XML parts. Only what an invoice needs is read: texts, numbers, and dates,
which are numbers whose cell has a date format (built-in formats 14 to 22, or one of its own with a
year in it). Cells with an error or a formula without a value are empty. All parts are foreign XML
and are read as such; sizes are bounded before anything is unpacked.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import Final
from zipfile import BadZipFile, ZipFile

from lxml import etree

from currencies.money import plain
from currencies.xml_reading import XmlRefused, read_xml
from i18n.locale import Clause, Words, _, outside
from settlement.interconnect.supplier_invoices.table_reading import Row, TableUnreadable

FIRST_BYTES: Final = b"PK\x03\x04"
MOST_UNPACKED: Final = 20 * 1024 * 1024
MOST_ROWS: Final = 100_000
SHEET_ONE: Final = re.compile(r"xl/worksheets/sheet1\.xml")
REFERENCE: Final = re.compile(r"([A-Z]{1,3})[0-9]+")
BUILT_IN_DATES: Final = range(14, 23)
# Day 0 of the serial numbers; 1900 counts as a leap year there, which this day makes up for.
DAY_ZERO: Final = date(1899, 12, 30)
DAYS_MAX: Final = 110_000


def workbook_rows(content: bytes) -> list[Row]:
    """The filled rows of the first sheet with their numbers. Raises TableUnreadable."""
    try:
        with ZipFile(BytesIO(content)) as parts:
            return list(_rows(parts))
    except BadZipFile:
        raise TableUnreadable(reason=Words(_("it is no workbook"))) from None
    except XmlRefused as refused:
        raise TableUnreadable(reason=Clause(refused)) from None
    # A part is not there, is packed in a way that is not known, or wants a password.
    except (KeyError, NotImplementedError, RuntimeError) as fault:
        raise TableUnreadable(reason=outside("zip", fault)) from None


def _rows(parts: ZipFile) -> Iterator[Row]:
    texts = _texts(parts)
    dates = _date_styles(parts)
    sheet = _part(parts, _first_sheet(parts))
    for count, row in enumerate(sheet.iter("{*}row")):
        if count == MOST_ROWS:
            raise TableUnreadable(reason=Words(_("it has more than {most} rows"), most=MOST_ROWS))
        cells: list[str] = []
        for cell in row.iter("{*}c"):
            place = _column(cell.get("r"), len(cells))
            cells += [""] * (place + 1 - len(cells))
            cells[place] = _value(cell, texts, dates)
        if any(cells):
            yield int(row.get("r", count + 1)), cells


def _part(parts: ZipFile, name: str) -> etree._Element:
    if parts.getinfo(name).file_size > MOST_UNPACKED:
        raise TableUnreadable(
            reason=Words(
                _("{name} is larger than {most} bytes"),
                name=name,
                most=MOST_UNPACKED,
            )
        )
    return read_xml(parts.read(name))


def _first_sheet(parts: ZipFile) -> str:
    names = sorted(name for name in parts.namelist() if name.startswith("xl/worksheets/sheet"))
    if not names:
        raise TableUnreadable(reason=Words(_("there is no sheet in it")))
    return next((name for name in names if SHEET_ONE.fullmatch(name)), names[0])


def _texts(parts: ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in parts.namelist():
        return []
    shared = _part(parts, "xl/sharedStrings.xml")
    return ["".join(t.text or "" for t in si.iter("{*}t")) for si in shared.iter("{*}si")]


def _date_styles(parts: ZipFile) -> set[str]:
    """Which cell styles, by their place, show a date."""
    if "xl/styles.xml" not in parts.namelist():
        return set()
    styles = _part(parts, "xl/styles.xml")
    own = {
        each.get("numFmtId")
        for each in styles.iter("{*}numFmt")
        if "y" in (each.get("formatCode") or "").lower()
    }
    known = own | {str(each) for each in BUILT_IN_DATES}
    formats = styles.find("{*}cellXfs")
    listed = [] if formats is None else list(formats)
    return {str(place) for place, each in enumerate(listed) if each.get("numFmtId") in known}


def _column(reference: str | None, following: int) -> int:
    found = REFERENCE.fullmatch(reference or "")
    if found is None:
        return following
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _value(cell: etree._Element, texts: list[str], dates: set[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return "".join(t.text or "" for t in cell.iter("{*}t"))
    value = cell.findtext("{*}v") or ""
    if kind == "s":
        return texts[int(value)] if value.isdigit() and int(value) < len(texts) else ""
    if kind != "n" or not value:
        return "" if kind == "e" else value
    return _number(value, is_date=cell.get("s") in dates)


def _number(value: str, *, is_date: bool) -> str:
    """A number as it was typed: 15 digits are what a cell holds, the rest is binary noise."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    if is_date and 0 < number < DAYS_MAX:
        return (DAY_ZERO + timedelta(days=int(number))).isoformat()
    return plain(Decimal(f"{number:.15g}")) if number.is_finite() else value
