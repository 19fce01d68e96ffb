"""The detail of a document as CSV: every line and every row under it, none left out.

Columns: document number, line, row under the line (0 is the line itself), group, description,
quantity, unit, net, currency, tax category, tax rate. Numbers have a point, whatever the language
of the document, because programs read this file. A text that a spreadsheet would take for a
formula is preceded by an apostrophe.
"""

import csv
from collections.abc import Iterator
from decimal import Decimal
from io import StringIO

from moneyed import Money

from currencies.money import plain, shown
from statements.document import Document, Line
from statements.plain_text import cell

COLUMNS = (
    "document", "line", "row", "group", "description", "quantity", "unit", "net", "currency",
    "tax_category", "tax_rate",
)  # fmt: skip


def detail_csv(document: Document) -> bytes:
    """Return the CSV in UTF-8; equal documents give equal bytes."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in document.lines:
        writer.writerows(_rows(document.number, line))
    return out.getvalue().encode()


def _rows(number: str, line: Line) -> Iterator[tuple[object, ...]]:
    tax = (line.tax.category, plain(line.tax.rate))
    place = (cell(number), cell(line.id))
    group = cell(line.group)
    figures = _figures(line.quantity, line.unit_code, line.net)
    yield (*place, 0, group, cell(line.description), *figures, *tax)
    for row, detail in enumerate(line.details, start=1):
        figures = _figures(detail.quantity, detail.unit, detail.net)
        yield (*place, row, group, cell(detail.description), *figures, *tax)


def _figures(quantity: Decimal, unit: str, net: Money) -> tuple[str, str, str, str]:
    amount, _, currency = shown(net).partition(" ")
    return plain(quantity), cell(unit), amount, currency
