"""A traffic declaration as CSV, for carriers that do not write XML; the same facts, the same rules.

    record,number,issued_on,declarant,recipient,agreement,period_from,period_until,time_zone,
    currency,day,direction,trunk,destination,calls,seconds,billed_seconds,rate_per_minute,amount,payable

The first row names the columns, in any order. One row has `header` as its record and fills the
facts from `number` to `currency`; each `bucket` those from `day` to `amount`, where a rate that
does not explain its amount is left empty; each `total` a direction, its sums and what is payable.
Cells that a record does not have are empty. A header may have a column more, `corrects`: the number
of the declaration that this one corrects. Comma or semicolon between cells, UTF-8.

Every row is looked at before anything is refused, so that the sender hears of all faults at once.
"""

import csv
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from io import StringIO
from typing import Final, NamedTuple, TypeVar

from currencies.money import money, parse_amount
from i18n.errors import DomainError, Invalid
from i18n.locale import Clause, Several, Words, _, outside
from statements.declaration import DIRECTIONS, Bucket, DirectionTotal, Received, check_declaration
from statements.document import Period

Row = dict[str, str]
Value = TypeVar("Value")

HEADER: Final = (
    "number", "issued_on", "declarant", "recipient", "agreement", "period_from", "period_until",
    "time_zone", "currency",
)  # fmt: skip
SUMS: Final = ("direction", "calls", "seconds", "billed_seconds", "amount")
BUCKET: Final = (*SUMS, "day", "trunk", "destination", "rate_per_minute")
TOTAL: Final = (*SUMS, "payable")
# A column that a file need not have: what a declaration corrects.
CORRECTS: Final = "corrects"
FILLED: Final = {"header": (*HEADER, CORRECTS), "bucket": BUCKET, "total": TOTAL}
COLUMNS: Final = ("record", *HEADER, *BUCKET, "payable")
KEY: Final = ("day", "direction", "trunk", "destination", "rate_per_minute")
COUNT: Final = re.compile(r"-?[0-9]{1,15}")
CURRENCY: Final = re.compile(r"[A-Z]{3}")
LONGEST: Final = 200
MOST_SAID: Final = 20


class DeclarationCsvRefused(Invalid):
    """{count} rows of the declaration are refused: {findings}. Correct them and send it again."""


class _Wrong(Invalid):
    """{why}"""


class _Numbered(NamedTuple):
    """A row with its number in the file, the row of names being 1."""

    number: int
    cells: Row


def read_declaration_csv(content: bytes) -> Received:
    """Read a declaration that another side wrote.

    Raises DeclarationCsvRefused, or DeclarationDoesNotTie where its totals are not its sums.
    """
    rows = list(_rows(content))
    faults: list[Words] = []
    headers = _read_all(rows, "header", _header, faults)
    buckets = _read_all(rows, "bucket", _bucket, faults)
    if len(headers) != 1 and not faults:
        faults.append(Words(_("there are {count} header rows instead of one"), count=len(headers)))
    if faults:
        raise _refused(faults)
    header = headers[0]
    totals = _read_all(rows, "total", lambda row: _total(row, header.currency), faults)
    faults += _outside(rows, header.period)
    faults += _repeated(rows)
    if faults:
        raise _refused(faults)
    check_declaration(header.number, buckets, totals, header.currency)
    return replace(header, buckets=tuple(buckets), totals=tuple(totals))


def is_csv(content: bytes) -> bool:
    """Whether a declaration is CSV and not XML, by how it begins."""
    return content.removeprefix(BOM_UTF8).lstrip()[:6] in (b"record", b'"recor')


def _rows(content: bytes) -> Iterator[_Numbered]:
    try:
        text = content.removeprefix(BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError:
        raise _refused([Words(_("the file is not in UTF-8"))]) from None
    names = text.partition("\n")[0]
    reader = csv.reader(StringIO(text), delimiter=";" if ";" in names else ",", strict=True)
    try:
        columns = [name.strip() for name in next(reader, [])]
        _require_columns(columns)
        for cells in reader:
            if len(cells) != len(columns):
                raise _refused(
                    [Words(_("row {row} has {count} cells"), row=reader.line_num, count=len(cells))]
                )
            yield _Numbered(reader.line_num, dict(zip(columns, cells, strict=True)))
    except csv.Error as error:
        raise _refused([_at(reader.line_num, outside("csv", error))]) from None


def _require_columns(columns: list[str]) -> None:
    absent = [name for name in COLUMNS if name not in columns]
    strange = [name[:40] for name in columns if name not in (*COLUMNS, CORRECTS)]
    if absent or strange or len(set(columns)) < len(columns):
        wrong = ", ".join(absent or strange or columns)
        raise _refused(
            [
                Words(
                    _("row 1: these columns are missing, unknown or repeated: {columns}"),
                    columns=wrong,
                )
            ]
        )


def _read_all(
    rows: list[_Numbered], record: str, read: Callable[[Row], Value], faults: list[Words]
) -> list[Value]:
    """The rows of one record as values; what is wrong with others is added to the faults."""
    found = []
    for number, cells in rows:
        kind = cells["record"]
        if kind not in FILLED and record == "header":
            faults.append(_at(number, Words(_("{kind} is no record"), kind=repr(kind[:20]))))
        if kind != record:
            continue
        try:
            _require_empty(cells)
            found.append(read(cells))
        except DomainError as error:
            faults.append(_at(number, Clause(error)))
    return found


def _require_empty(cells: Row) -> None:
    filled = ("record", *FILLED[cells["record"]])
    strange = [name for name, cell in cells.items() if cell and name not in filled]
    if strange:
        raise _Wrong(
            why=Words(
                _("{column} is filled, which a {record} does not have"),
                column=strange[0],
                record=cells["record"],
            )
        )


def _header(row: Row) -> Received:
    if not CURRENCY.fullmatch(row["currency"]):
        raise _Wrong(
            why=Words(_("currency {text} is not three capitals"), text=repr(row["currency"][:20]))
        )
    return Received(
        number=_name(row, "number"),
        issued_on=_day(row, "issued_on"),
        declarant=_name(row, "declarant"),
        recipient=_name(row, "recipient"),
        agreement=_name(row, "agreement"),
        period=Period(_day(row, "period_from"), _day(row, "period_until")),
        time_zone=_name(row, "time_zone"),
        currency=row["currency"],
        buckets=(),
        totals=(),
        corrects=_name(row, CORRECTS) if row.get(CORRECTS) else None,
    )


def _bucket(row: Row) -> Bucket:
    return Bucket(
        day=_day(row, "day"),
        direction=_direction(row),
        trunk=_name(row, "trunk"),
        destination=_name(row, "destination"),
        calls=_count(row, "calls"),
        seconds=_count(row, "seconds"),
        billed_seconds=_count(row, "billed_seconds"),
        rate=parse_amount(row["rate_per_minute"]) if row["rate_per_minute"] else None,
        amount=parse_amount(row["amount"]),
    )


def _total(row: Row, currency: str) -> DirectionTotal:
    return DirectionTotal(
        direction=_direction(row),
        calls=_count(row, "calls"),
        seconds=_count(row, "seconds"),
        billed_seconds=_count(row, "billed_seconds"),
        amount=parse_amount(row["amount"]),
        payable=money(row["payable"], currency),
    )


def _outside(rows: list[_Numbered], period: Period) -> list[Words]:
    days = [(number, cells["day"]) for number, cells in rows if cells["record"] == "bucket"]
    return [
        _at(number, Words(_("{day} lies outside the period declared"), day=day))
        for number, day in days
        if not period.starts_on <= date.fromisoformat(day) < period.until
    ]


def _repeated(rows: list[_Numbered]) -> list[Words]:
    """Rows that say again what another one says: a bucket of one price, a total of a direction."""
    seen: set[tuple[str, ...]] = set()
    faults: list[Words] = []
    for number, cells in rows:
        key = tuple(cells[name] for name in ("record", *KEY))
        if key in seen:
            already = Words(_("there is such a {record} already"), record=cells["record"])
            faults.append(_at(number, already))
        seen.add(key)
    return faults


def _name(row: Row, column: str) -> str:
    text = row[column].strip()
    if not 0 < len(text) <= LONGEST or not text.isprintable():
        raise _Wrong(
            why=Words(
                _("{column} is not 1 to {longest} printable characters"),
                column=column,
                longest=LONGEST,
            )
        )
    return text


def _day(row: Row, column: str) -> date:
    text = row[column]
    day = None
    with suppress(ValueError):
        day = date.fromisoformat(text)
    if day is None or day.isoformat() != text:
        raise _Wrong(
            why=Words(
                _("{column} {text} is not a date like 2026-10-01"),
                column=column,
                text=repr(text[:20]),
            )
        )
    return day


def _count(row: Row, column: str) -> int:
    if not COUNT.fullmatch(row[column]):
        raise _Wrong(
            why=Words(
                _("{column} {text} is not a whole number"),
                column=column,
                text=repr(row[column][:20]),
            )
        )
    return int(row[column])


def _direction(row: Row) -> str:
    if row["direction"] not in DIRECTIONS:
        raise _Wrong(
            why=Words(
                _("direction {text} is not incoming or outgoing"), text=repr(row["direction"][:20])
            )
        )
    return row["direction"]


def _refused(faults: list[Words]) -> DeclarationCsvRefused:
    return DeclarationCsvRefused(count=len(faults), findings=Several(faults[:MOST_SAID]))


def _at(row: int, why: Words) -> Words:
    return Words(_("row {row}: {why}"), row=row, why=why)
