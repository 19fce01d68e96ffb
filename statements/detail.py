"""The detail of a document as a table: every line and every row under it.

Columns: document number, line, row under the line (0 is the line itself), group, description,
quantity, unit, net, currency, tax category, tax rate; then the cost centre, where a line names one,
and the balance of a partner's account, where the document states it: the same in each row, and no
part of what the lines sum up to. Three forms of it: CSV and Parquet, which
leave nothing out, and a workbook for people (`statements.workbook`). Numbers have a point, whatever
the language of the document, because programs read these files; equal documents give equal bytes.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from io import BytesIO
from typing import NamedTuple

import pyarrow as pa
from moneyed import Money
from pyarrow import parquet

from currencies.money import plain, shown
from statements.csv_writing import csv_text
from statements.document import BalanceForward, Document, Line
from statements.plain_text import printable

DECIMAL = pa.decimal128(38, 12)


class DetailRow(NamedTuple):
    """One row; amounts, quantities and rates are texts that are numbers."""

    document: str
    line: str
    row: int
    group: str
    description: str
    quantity: str
    unit: str
    net: str
    currency: str
    tax_category: str
    tax_rate: str


COLUMNS = DetailRow._fields
COST_CENTRE = "cost_centre"
BALANCE = ("brought_forward", "stated", "payable", "carried_forward")
FIGURES = ("quantity", "net", "tax_rate", *BALANCE)


def detail_rows(document: Document) -> Iterator[DetailRow]:
    """Each line, followed by the rows under it."""
    for line in document.lines:
        figures = _figures(line.quantity, line.unit_code, line.net)
        yield _row(document, line, 0, line.description, figures)
        for row, each in enumerate(line.details, start=1):
            figures = _figures(each.quantity, each.unit, each.net)
            yield _row(document, line, row, each.description, figures)


def detail_table(document: Document) -> tuple[tuple[str, ...], Iterator[tuple[str | int, ...]]]:
    """The columns and the rows; cost centres and a balance are there where any is stated."""
    names: tuple[str, ...] = COLUMNS
    centres: dict[str, tuple[str, ...]] = {}
    balance: tuple[str, ...] = ()
    if any(line.cost_centre for line in document.lines):
        names = (*names, COST_CENTRE)
        centres = {line.id: (line.cost_centre,) for line in document.lines}
    if document.forward is not None:
        names = (*names, *BALANCE)
        balance = _balance(document.forward)
    return names, ((*row, *centres.get(row.line, ()), *balance) for row in detail_rows(document))


def _balance(forward: BalanceForward) -> tuple[str, ...]:
    amounts = (forward.brought, forward.stated, forward.payable, forward.carried)
    return tuple(shown(each).partition(" ")[0] for each in amounts)


def _row(
    document: Document, line: Line, row: int, description: str, figures: tuple[str, str, str, str]
) -> DetailRow:
    tax = (line.tax.category, plain(line.tax.rate))
    return DetailRow(document.number, line.id, row, line.group, description, *figures, *tax)


def _figures(quantity: Decimal, unit: str, net: Money) -> tuple[str, str, str, str]:
    amount, _, currency = shown(net).partition(" ")
    return plain(quantity), unit, amount, currency


def detail_csv(document: Document) -> bytes:
    """Return the table as CSV in UTF-8, guarded against formulas."""
    names, rows = detail_table(document)
    return csv_text(names, rows).encode()


def detail_parquet(document: Document) -> bytes:
    """Return the table as Parquet: figures are decimals, texts as they are."""
    names, rows = detail_table(document)
    return table_parquet(names, rows, FIGURES)


def table_parquet(
    names: Sequence[str], found: Iterable[Sequence[str | int]], figures: Sequence[str]
) -> bytes:
    """Return a table as Parquet; an empty figure is null."""
    rows = [
        [printable(value) if isinstance(value, str) else value for value in row] for row in found
    ]
    columns = {}
    for place, name in enumerate(names):
        if name in figures:
            decimals = [Decimal(row[place]) if row[place] != "" else None for row in rows]
            columns[name] = pa.array(decimals, DECIMAL)
        else:
            columns[name] = pa.array([row[place] for row in rows])
    out = BytesIO()
    parquet.write_table(pa.table(columns), out, compression="zstd")
    return out.getvalue()
