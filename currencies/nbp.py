"""Read table A of Narodowy Bank Polski: average rates in PLN, by which Polish VAT is converted.

The yearly archive is a CSV in Windows-1250 with semicolons and decimal commas. The first row
names a number of units and a currency in each column (`1EUR`, `100HUF`, `10000IDR`), the second
gives their Polish names; then a row per table with its date and, in the last two columns, its
number within the year and its full number (`056/A/NBP/2025`), which an invoice has to quote. After
an empty row three more repeat codes, names and units; the units are compared with the header.
"""

import csv
import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from currencies.fx_rate import RatesRead
from currencies.rates_gathering import RatesGathering
from i18n.errors import Invalid
from i18n.locale import Words, _

SOURCE = "NBP-A"
COLUMN = re.compile(r"([0-9]{1,6})([A-Z]{3})")
DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
TABLE_NUMBER = re.compile(r"[0-9]{1,3}/A/NBP/[0-9]{4}")
FOOT_UNITS = "liczba jednostek"
FOOT_OTHER = {"kod ISO", "nazwa waluty"}


class NotNbpTable(Invalid):
    """This is not an NBP archive of table A: {why}. Take archiwum_tab_a_YYYY.csv as published."""


class Column(NamedTuple):
    """One currency of the table: where it stands and how many units are quoted."""

    at: int
    unit: int
    currency: str


def parse_nbp(content: bytes) -> RatesRead:
    """Read `archiwum_tab_a_YYYY.csv`. Raises NotNbpTable.

    A cell or row that cannot be read is a finding; the rates around it stand.
    """
    # Everything that is read is ASCII; only the names of currencies need the code page.
    text = content.decode("cp1250", errors="replace")
    rows = list(csv.reader(text.splitlines(), delimiter=";"))
    columns = _columns(rows[0] if rows else [])
    number_at = rows[0].index("pełny numer tabeli") if "pełny numer tabeli" in rows[0] else -1
    if number_at < 0:
        raise NotNbpTable(why=Words(_("no column 'pełny numer tabeli'")))

    gathering = RatesGathering()
    for line, row in enumerate(rows[1:], start=2):
        if not row or row[0] in FOOT_OTHER or not any(row) or (line == 2 and not row[0]):
            continue
        if row[0] == FOOT_UNITS:
            _compare_units(gathering, line, row, columns)
        else:
            _read_table(gathering, line, row, columns, number_at)
    return gathering.read


def _columns(header: Sequence[str]) -> list[Column]:
    if not header or header[0] != "data":
        raise NotNbpTable(why=Words(_("the first column is not 'data'")))
    matches = ((at, COLUMN.fullmatch(name)) for at, name in enumerate(header))
    return [Column(at, int(match[1]), match[2]) for at, match in matches if match]


def _compare_units(
    gathering: RatesGathering, line: int, row: Sequence[str], columns: Sequence[Column]
) -> None:
    for column in columns:
        cell = row[column.at] if column.at < len(row) else ""
        if cell != str(column.unit):
            gathering.doubt(line, column.currency, cell, "units-disagree")


def _read_table(
    gathering: RatesGathering,
    line: int,
    row: Sequence[str],
    columns: Sequence[Column],
    number_at: int,
) -> None:
    day = _day(row[0])
    if day is None:
        gathering.doubt(line, "data", row[0], "not-a-date")
        return
    number = row[number_at] if number_at < len(row) else ""
    # Without its number a table cannot be quoted on an invoice, and a cut row has none.
    if not TABLE_NUMBER.fullmatch(number) or int(number[-4:]) != day.year:
        gathering.doubt(line, "pełny numer tabeli", number, "no-table-number")
        return
    for column in columns:
        # A currency that left the table in the year has nothing from then on: RUB since March 2022.
        if not row[column.at]:
            continue
        gathering.quote(
            line,
            SOURCE,
            (column.currency, "PLN"),
            row[column.at],
            day,
            unit=column.unit,
            table_number=number,
            mark=",",
            field=column.currency,
        )


def _day(text: str) -> date | None:
    match = DATE.fullmatch(text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None
