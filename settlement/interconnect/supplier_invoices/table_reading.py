"""Read an invoice out of a table, as carriers send it: CSV, or the first sheet of a workbook.

No two carriers agree on headings, so a layout maps the fields to them:

    destination, service_from, service_to, amount    needed; service_to is the last day
    trunk, calls, seconds, minutes                   where the carrier gives them

A line without a destination and without an amount (an empty one) is passed over; every other line
is read strictly, and one that cannot be read refuses the file, with the reasons of all such lines.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Final

from currencies.money import EXACT, parse_amount
from currencies.rounding import round_to
from i18n.errors import DomainError, Invalid
from i18n.locale import Clause, Words, _, outside, why_not_text
from settlement.interconnect.supplier_invoices.invoice import Finding, SupplierLine, refused

NEEDED: Final = ("destination", "service_from", "service_to", "amount")
FIELDS: Final = (*NEEDED, "trunk", "calls", "seconds", "minutes")
DATES: Final = {"ymd": "%Y-%m-%d", "dmy": "%d.%m.%Y", "dmy_slash": "%d/%m/%Y", "mdy": "%m/%d/%Y"}
WHOLE: Final = re.compile(r"[0-9]{1,15}", re.ASCII)
LONGEST: Final = 200
ONE_DAY: Final = timedelta(days=1)
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)

Row = tuple[int, list[str]]


class ColumnMissing(Invalid):
    """The table has no column {column} for {field}. Its columns are: {found}."""


class TableUnreadable(Invalid):
    """The table cannot be read: {reason}. Save it again and send that."""


class _Wrong(Invalid):
    """{why}"""


@dataclass(frozen=True, slots=True)
class InvoiceLayout:
    """How one carrier writes: `columns` maps fields to headings; a field is its own by default."""

    columns: Mapping[str, str]
    delimiter: str = ","
    decimal: str = "."
    dates: str = "ymd"


def csv_rows(content: bytes, delimiter: str) -> list[Row]:
    """The lines of a delimited file in UTF-8, numbered from 1. Raises TableUnreadable."""
    try:
        text = content.decode("utf-8-sig")
        reader = csv.reader(StringIO(text), delimiter=delimiter, strict=True)
        return [(reader.line_num, cells) for cells in reader if any(cells)]
    except UnicodeDecodeError as fault:
        raise TableUnreadable(reason=why_not_text(content, fault)) from None
    except csv.Error as fault:
        raise TableUnreadable(reason=outside("csv", fault)) from None


def read_table(rows: list[Row], layout: InvoiceLayout) -> tuple[SupplierLine, ...]:
    """The lines of a table whose first row names its columns.

    Raises ColumnMissing, or SupplierInvoiceRefused with the reasons of all lines that are wrong.
    """
    if not rows:
        raise TableUnreadable(reason=Words(_("there is no row in it")))
    headings = [cell.strip() for cell in rows[0][1]]
    places = _places(headings, layout)
    lines, findings = [], []
    for number, cells in rows[1:]:
        found = {field: _cell(cells, place) for field, place in places.items()}
        if not found["destination"] and not found["amount"]:
            continue
        try:
            lines.append(_line(number, found, layout))
        except DomainError as fault:
            findings.append(Finding(number, Clause(fault)))
    if findings or not lines:
        raise refused(
            findings or [Finding(rows[0][0], Words(_("there is no line below the headings")))]
        )
    return tuple(lines)


def checked_line(
    number: int,
    destination: str,
    trunk: str,
    days: tuple[date, date],
    quantities: tuple[int | None, int | None],
    amount: Decimal,
) -> SupplierLine | Finding:
    """A line of whatever form, or why it is none; `days` are the first and the last."""
    try:
        first, last = _ordered(*days)
        calls, seconds = quantities
        return SupplierLine(
            number, _name(destination), trunk.strip(), first, last + ONE_DAY, calls, seconds, amount
        )
    except _Wrong as fault:
        return Finding(number, Clause(fault))


def _places(headings: list[str], layout: InvoiceLayout) -> dict[str, int]:
    places = {}
    for field in FIELDS:
        heading = layout.columns.get(field, field)
        if heading in headings:
            places[field] = headings.index(heading)
        elif field in NEEDED or field in layout.columns:
            raise ColumnMissing(column=heading, field=field, found=", ".join(headings)[:LONGEST])
    return places


def _cell(cells: list[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""


def _line(number: int, found: Mapping[str, str], layout: InvoiceLayout) -> SupplierLine:
    first, last = _ordered(
        _day(found["service_from"], layout.dates), _day(found["service_to"], layout.dates)
    )
    trunk = found.get("trunk", "")
    return SupplierLine(
        line=number,
        destination=_name(found["destination"]),
        trunk=_name(trunk) if trunk else "",
        starts_on=first,
        until=last + ONE_DAY,
        calls=_whole(found.get("calls", "")),
        seconds=_seconds(found, layout),
        amount=_amount(found["amount"], layout),
    )


def _ordered(first: date, last: date) -> tuple[date, date]:
    if not FIRST_DAY <= first <= last <= LAST_DAY:
        raise _Wrong(
            why=Words(_("the service period {first} to {last} is none"), first=first, last=last)
        )
    return first, last


def _name(text: str) -> str:
    text = text.strip()
    if not 0 < len(text) <= LONGEST or not text.isprintable():
        raise _Wrong(
            why=Words(
                _("a name has 1 to {longest} printable characters, not {text}"),
                longest=LONGEST,
                text=repr(text[:20]),
            )
        )
    return text


def _day(text: str, dates: str) -> date:
    try:
        # A date has no zone; what is parsed here is never an instant.
        return datetime.strptime(text, DATES[dates]).date()  # noqa: DTZ007
    except ValueError:
        raise _Wrong(
            why=Words(
                _("{text} is not a date written as {dates}"), text=repr(text[:20]), dates=dates
            )
        ) from None


def _whole(text: str) -> int | None:
    if not text:
        return None
    if not WHOLE.fullmatch(text):
        raise _Wrong(why=Words(_("{text} is not a whole number"), text=repr(text[:20])))
    return int(text)


def _amount(text: str, layout: InvoiceLayout) -> Decimal:
    if layout.decimal == ",":
        if "." in text:
            raise _Wrong(
                why=Words(
                    _("{text} has a point where a comma is the decimal mark"), text=repr(text[:30])
                )
            )
        text = text.replace(",", ".")
    return parse_amount(text)


def _seconds(found: Mapping[str, str], layout: InvoiceLayout) -> int | None:
    if found.get("seconds"):
        return _whole(found["seconds"])
    minutes = found.get("minutes", "")
    return seconds_of_minutes(_amount(minutes, layout)) if minutes else None


def seconds_of_minutes(minutes: Decimal) -> int:
    """Whole seconds, half-up; invoices give minutes with two decimals or so."""
    return int(round_to(EXACT.multiply(minutes, Decimal(60)), 0))
