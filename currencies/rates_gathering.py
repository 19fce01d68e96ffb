"""Gather the rates of a file, cell by cell: what reads as a rate is kept, the rest is a finding.

All readers of published rates say their cells to one `RatesGathering`, so that a cell means the
same in every format: digits with the decimal mark of the source, above zero, in a currency that
amounts can be kept in. One bad cell never spoils the others.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Literal

from currencies.fx_rate import Finding, FxRate, RatesRead
from currencies.money import plain
from currencies.units import is_known

Mark = Literal[".", ","]

RATES: dict[Mark, re.Pattern[str]] = {
    ".": re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,12})?"),
    ",": re.compile(r"[0-9]{1,15}(?:,[0-9]{1,12})?"),
}
UNIT = re.compile(r"[1-9][0-9]{0,6}")
SHOWN = 40
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


class RatesGathering:
    """What a file has said so far."""

    def __init__(self) -> None:
        self.read = RatesRead([], [])

    def doubt(self, line: int, field: str, value: str, reason: str) -> None:
        """Note what cannot be read, and why."""
        self.read.findings.append(Finding(line, field[:SHOWN], value[:SHOWN], reason))

    def quote(
        self,
        line: int,
        source: str,
        pair: tuple[str, str],
        cell: str,
        valid_on: date,
        *,
        unit: int = 1,
        mark: Mark = ".",
        field: str | None = None,
        published_on: date | None = None,
        table_number: str | None = None,
    ) -> None:
        """Keep the price of `unit` of the first currency of the pair in the second.

        `field` is what a finding calls the cell. Without a day of publication the rate became
        known on the day that it is for.
        """
        base, quote = pair
        unknown = [code for code in pair if not is_known(code)]
        rate = rate_of(cell, mark)
        if unknown:
            self.doubt(line, field or unknown[0], cell, "unknown-currency")
        elif base == quote:
            self.doubt(line, field or base, cell, "same-currency")
        elif rate is None:
            self.doubt(line, field or f"{base}/{quote}", cell, "not-a-rate")
        else:
            known_on = published_on or valid_on
            self.read.rates.append(
                FxRate(source, base, quote, unit, rate, valid_on, known_on, table_number)
            )


def rate_of(cell: str, mark: Mark = ".") -> Decimal | None:
    """The rate a cell says, above zero, with that decimal mark; None where it says none."""
    if not RATES[mark].fullmatch(cell):
        return None
    return Decimal(cell.replace(mark, ".")) or None


def text_of(value: object) -> str:
    """A text or number of a JSON answer as it is compared here; other values are no text."""
    if isinstance(value, Decimal):
        return plain(value)
    return str(value) if isinstance(value, str | int) else ""


def day_of(text: str, order: str = "ymd", mark: str = "-") -> date | None:
    """A day of full figures in the order of its source; None where it is none."""
    parts = text.split(mark)
    if len(parts) != len(order) or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    told = dict(zip(order, parts, strict=True))
    if [len(told[each]) for each in "ymd"] != [4, 2, 2]:
        return None
    try:
        return date(int(told["y"]), int(told["m"]), int(told["d"]))
    except ValueError:
        return None


def day_in_words(day: str, month: str, year: str) -> date | None:
    """A day by the English name of its month: `30`, `October`, `2026`; None where it is none."""
    figures = re.fullmatch(r"([0-9]{1,2}) ([0-9]{4})", f"{day} {year}")
    if figures is None or month not in MONTHS:
        return None
    try:
        return date(int(figures[2]), MONTHS.index(month) + 1, int(figures[1]))
    except ValueError:
        return None
