"""Read a file of rates that somebody keeps themselves, by a description of its shape.

    Shape(delimiter=";", mark=",", days="dmy.", columns={"valid_on": "Data", "base": "Waluta",
          "rate": "Kurs"}, quote="PLN")

Columns are named as the first row names them. What the file does not say in a column is said once
for all rows: the quoted currency, the base, the number of units. Every line that cannot be used is
a finding with its reason; a line that contradicts an earlier one is, too.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from currencies.fx_rate import FxRate, RatesRead
from currencies.rates_gathering import UNIT, Mark, RatesGathering, day_of
from i18n.errors import Invalid
from i18n.locale import Words, _, why_not_text

Key = tuple[str, str, date]

FIELDS = ("base", "quote", "unit", "rate", "valid_on", "published_on", "number")
DELIMITERS = (",", ";", "\t", "|")
DAYS = ("ymd-", "ymd/", "ymd.", "dmy.", "dmy/", "dmy-", "mdy/")


class ShapeUnusable(Invalid):
    """The shape of the file is not usable: {why}. Correct the description."""


class NotAFileOfRates(Invalid):
    """The file cannot be read: {why}. Save it as CSV in UTF-8."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file writes rates; `columns` gives the heading of each field it has."""

    columns: Mapping[str, str] = field(
        default_factory=lambda: {each: each for each in ("valid_on", "base", "quote", "rate")}
    )
    delimiter: str = ","
    mark: Mark = "."
    days: str = "ymd-"
    base: str = ""
    quote: str = ""
    unit: str = "1"

    def __post_init__(self) -> None:
        wrong = [
            (self.delimiter not in DELIMITERS, f"the delimiter {self.delimiter[:5]!r} is unknown"),
            (self.mark not in (".", ","), f"the decimal mark {self.mark[:5]!r} is unknown"),
            (self.mark == self.delimiter, Words(_("the decimal mark is the delimiter"))),
            (self.days not in DAYS, f"days are not written {self.days[:5]!r}"),
            (not set(self.columns) <= set(FIELDS), "a column is of no field"),
            (not {"rate", "valid_on"} <= set(self.columns), "rate or valid_on has no column"),
            (bool(self.base) == ("base" in self.columns), "base is said nowhere or twice"),
            (bool(self.quote) == ("quote" in self.columns), "quote is said nowhere or twice"),
        ]
        for is_wrong, why in wrong:
            if is_wrong:
                raise ShapeUnusable(why=why)


def parse_uploaded(content: bytes, shape: Shape, source: str) -> RatesRead:
    """Read a file of that shape. Raises NotAFileOfRates."""
    rows = csv.reader(_text(content).splitlines(), delimiter=shape.delimiter)
    places = _places(next(rows, []), shape)
    gathering, seen = RatesGathering(), dict[Key, FxRate]()
    for line, row in enumerate(rows, 2):
        if any(cell.strip() for cell in row):
            _take(gathering, line, row, places, shape, source, seen)
    return gathering.read


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise NotAFileOfRates(why=why_not_text(content, fault)) from None
    if "\0" in text:
        raise NotAFileOfRates(why=Words(_("it holds a byte of zero")))
    return text


def _places(header: Sequence[str], shape: Shape) -> dict[str, int]:
    headings = [heading.strip() for heading in header]
    for heading in shape.columns.values():
        if headings.count(heading) != 1:
            raise NotAFileOfRates(
                why=Words(_("{heading} does not head one column"), heading=repr(heading[:40]))
            )
    return {name: headings.index(heading) for name, heading in shape.columns.items()}


def _take(
    gathering: RatesGathering,
    line: int,
    row: Sequence[str],
    places: Mapping[str, int],
    shape: Shape,
    source: str,
    seen: dict[Key, FxRate],
) -> None:
    if len(row) <= max(places.values()):
        gathering.doubt(line, "", shape.delimiter.join(row), "wrong-number-of-cells")
        return
    said = {"base": shape.base, "quote": shape.quote, "unit": shape.unit, "number": ""}
    said |= {name: row[at].strip() for name, at in places.items()}
    day = _day(said["valid_on"], shape)
    published_on = _day(said.get("published_on", said["valid_on"]), shape)
    if day is None or published_on is None:
        gathering.doubt(line, "valid_on", said["valid_on"], "not-a-date")
    elif not UNIT.fullmatch(said["unit"]):
        gathering.doubt(line, "unit", said["unit"], "not-a-unit")
    else:
        known = len(gathering.read.rates)
        gathering.quote(
            line,
            source,
            (said["base"], said["quote"]),
            said["rate"],
            day,
            unit=int(said["unit"]),
            published_on=published_on,
            table_number=said["number"][:40] or None,
            mark=shape.mark,
        )
        _drop_a_contradiction(gathering, line, known, said["rate"], seen)


def _drop_a_contradiction(
    gathering: RatesGathering, line: int, known: int, cell: str, seen: dict[Key, FxRate]
) -> None:
    rates = gathering.read.rates
    if len(rates) == known:
        return
    added = rates[-1]
    earlier = seen.setdefault(_key(added), added)
    if earlier is not added:
        rates.pop()
        if earlier.per_one != added.per_one:
            gathering.doubt(line, f"{added.base}/{added.quote}", cell, "contradicts-a-line")


def _key(rate: FxRate) -> Key:
    return rate.base, rate.quote, rate.valid_on


def _day(text: str, shape: Shape) -> date | None:
    return day_of(text, shape.days[:3], shape.days[3:])
