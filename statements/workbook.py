"""The detail of a document as a workbook (XLSX), for people who look at it in a spreadsheet.

Written row by row, so that a long one takes little memory. A sheet has room for a million rows;
what does not fit is counted in the last row, never cut silently. Texts stay texts: none becomes a
formula or a link. A figure too long for the numbers of spreadsheets (15 digits) is written as text.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Final

import xlsxwriter

from statements.detail import FIGURES, detail_table
from statements.document import Document
from statements.plain_text import printable

ROWS_MAX: Final = 1_048_576
"""Rows of a sheet, the names of the columns and the count of what is left out among them."""

NUMBERS: Final = ("row", *FIGURES)
DIGITS: Final = 15
CELL_MAX: Final = 32_767
WIDTHS: Final = {"document": 20, "group": 20, "description": 48, "net": 14, "quantity": 14}


def detail_workbook(document: Document, rows_max: int = ROWS_MAX) -> bytes:
    """Return the workbook; equal documents give equal bytes."""
    assert document.issued_on is not None, "only what is issued is taken away"
    names, rows = detail_table(document)
    return table_workbook(names, rows, NUMBERS, document.issued_on, rows_max)


def table_workbook(
    names: Sequence[str],
    rows: Iterable[Sequence[str | int]],
    numbers: Sequence[str],
    day: date,
    rows_max: int = ROWS_MAX,
) -> bytes:
    """Return a table as a workbook; `numbers` are the columns of figures, `day` when it is of."""
    out = BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    # Written at the start of its day: the same table gives the same bytes.
    book.set_properties({"created": datetime(day.year, day.month, day.day)})  # noqa: DTZ001
    sheet = book.add_worksheet("Detail")
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for place, name in enumerate(names):
        sheet.set_column(place, place, WIDTHS.get(name, 10))
        sheet.write_string(0, place, name, bold)
    room, left_out = rows_max - 2, 0
    for number, row in enumerate(rows, start=1):
        if number <= room:
            _write(sheet, number, names, row, numbers)
        else:
            left_out += 1
    if left_out:
        told = f"{left_out} more rows have no room here. The CSV and Parquet forms have all."
        sheet.write_string(rows_max - 1, 0, told, bold)
    book.close()
    return out.getvalue()


def _write(
    sheet: xlsxwriter.worksheet.Worksheet,
    number: int,
    names: Sequence[str],
    row: Sequence[str | int],
    numbers: Sequence[str],
) -> None:
    for place, name in enumerate(names):
        value = str(row[place])
        # Fifteen digits pass through the numbers of a spreadsheet unchanged.
        if name in numbers and value and sum(sign.isdigit() for sign in value) <= DIGITS:
            sheet.write_number(number, place, Decimal(value))
        else:
            sheet.write_string(number, place, printable(value)[:CELL_MAX])
