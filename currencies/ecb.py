"""Read the reference rates of the European Central Bank: units of a currency for one euro.

The history is one CSV: a row per TARGET day, newest first, a column per currency that ever was in
the list. `N/A` stands where a currency was not quoted on that day, because it had not begun, had
ended, or was suspended (ISK 2008-2018, RUB since 2022); that is not a finding. The rates are
published on the day they are for, at about 16:00 CET.
"""

import csv
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from currencies.fx_rate import Finding, FxRate, RatesRead
from currencies.money import NotAnAmount, parse_amount
from currencies.units import is_known
from i18n.errors import Invalid

SOURCE = "ECB"
NOT_QUOTED = {"N/A", ""}
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class NotEcbRates(Invalid):
    """This is not the ECB's history of reference rates: {why}. Take eurofxref-hist.csv."""


def parse_ecb(content: bytes, since: date | None = None) -> RatesRead:
    """Read `eurofxref-hist.csv`; rows before `since` are left out. Raises NotEcbRates.

    A cell that cannot be read is a finding; the rates around it stand.
    """
    read = RatesRead([], [])
    rows = csv.reader(_text(content).splitlines())
    header = next(rows, [])
    currencies = _header(header)
    for line, row in enumerate(rows, start=2):
        day = _day(row[0]) if row else None
        if day is None:
            read.findings.append(Finding(line, "Date", (row or [""])[0][:40], "not-a-date"))
        # The last cell of a cut row may be a cut number, so nothing of such a row is taken.
        elif len(row) != len(header):
            read.findings.append(Finding(line, "Date", row[0], "wrong-number-of-cells"))
        elif since is None or day >= since:
            _read_row(read, line, day, zip(currencies, row[1:], strict=False))
    return read


def _text(content: bytes) -> str:
    try:
        return content.decode("ascii")
    except UnicodeDecodeError as fault:
        raise NotEcbRates(why=f"byte {fault.start} is not ASCII") from None


def _header(row: list[str]) -> list[str]:
    names = [name.strip() for name in row if name.strip()]
    if not names or names[0] != "Date":
        raise NotEcbRates(why="the first column is not Date")
    return names[1:]


def _day(text: str) -> date | None:
    if not DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _read_row(read: RatesRead, line: int, day: date, cells: Iterator[tuple[str, str]]) -> None:
    for currency, cell in cells:
        if cell in NOT_QUOTED:
            continue
        rate = _rate(cell)
        if not is_known(currency):
            read.findings.append(Finding(line, currency, cell[:40], "unknown-currency"))
        elif rate is None:
            read.findings.append(Finding(line, currency, cell[:40], "not-a-rate"))
        else:
            read.rates.append(FxRate(SOURCE, "EUR", currency, 1, rate, day, day))


def _rate(cell: str) -> Decimal | None:
    try:
        number = parse_amount(cell)
    except NotAnAmount:
        return None
    return number if number > 0 else None
