"""Read the reference rates of the European Central Bank: units of a currency for one euro.

The history is one CSV: a row per TARGET day, newest first, a column per currency that ever was in
the list. `N/A` stands where a currency was not quoted on that day, because it had not begun, had
ended, or was suspended (ISK 2008-2018, RUB since 2022); that is not a finding. The file of the last
day has one row only, a space before each cell and the month in words, `30 October 2026`. The rates
are published on the day they are for, at about 16:00 CET.
"""

import csv
from collections.abc import Iterable
from datetime import date

from currencies.fx_rate import RatesRead
from currencies.rates_gathering import RatesGathering, day_in_words, day_of
from i18n.errors import Invalid
from i18n.locale import Words, _

SOURCE = "ECB"
NOT_QUOTED = {"N/A", ""}


class NotEcbRates(Invalid):
    """These are not reference rates of the ECB: {why}. Take eurofxref.csv or eurofxref-hist.csv."""


def parse_ecb(content: bytes, since: date | None = None) -> RatesRead:
    """Read `eurofxref-hist.csv` or `eurofxref.csv`, from a day on. Raises NotEcbRates.

    A cell that cannot be read is a finding; the rates around it stand.
    """
    gathering = RatesGathering()
    rows = csv.reader(_text(content).splitlines(), skipinitialspace=True)
    header = next(rows, [])
    currencies = _header(header)
    for line, row in enumerate(rows, start=2):
        day = _day(row[0]) if row else None
        if day is None:
            gathering.doubt(line, "Date", (row or [""])[0], "not-a-date")
        # The last cell of a cut row may be a cut number, so nothing of such a row is taken.
        elif len(row) != len(header):
            gathering.doubt(line, "Date", row[0], "wrong-number-of-cells")
        elif since is None or day >= since:
            _read_row(gathering, line, day, zip(currencies, row[1:], strict=False))
    return gathering.read


def _text(content: bytes) -> str:
    try:
        return content.decode("ascii")
    except UnicodeDecodeError as fault:
        raise NotEcbRates(why=Words(_("byte {start} is not ASCII"), start=fault.start)) from None


def _day(cell: str) -> date | None:
    words = cell.split(" ")
    return day_in_words(*words) if len(words) == 3 else day_of(cell)


def _header(row: list[str]) -> list[str]:
    names = [name.strip() for name in row if name.strip()]
    if not names or names[0] != "Date":
        raise NotEcbRates(why=Words(_("the first column is not Date")))
    return names[1:]


def _read_row(
    gathering: RatesGathering, line: int, day: date, cells: Iterable[tuple[str, str]]
) -> None:
    for currency, cell in cells:
        if cell not in NOT_QUOTED:
            gathering.quote(line, SOURCE, ("EUR", currency), cell, day, field=currency)
