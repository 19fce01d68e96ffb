"""The listing for the one stop shop: tax owed to other member states, by country and rate.

Telecommunications sold to private persons are taxed where they live (VAT directive, art. 58), and
declared by quarter to the seller's own tax office (art. 369a-369k). An invoice belongs to the
quarter of its tax point; what corrects one belongs to the quarter in which it was issued, and names
what it corrects (art. 369g). The declaration is in euro, at the rate of the European Central Bank
of the last day of the quarter, or of the next day with one (art. 369h).
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from currencies.conversion import convert
from currencies.fx_rate import NoFxRate, RateTable
from currencies.money import Money, plain, shown, total
from i18n.errors import Invalid
from statements.csv_writing import csv_text
from statements.document import Period

QUARTER = re.compile(r"([2-9][0-9]{3})-Q([1-4])", re.ASCII)
DAYS_AFTER = 7
COLUMNS = (
    "quarter", "country", "rate", "document", "corrects", "day", "taxable", "tax", "currency",
)  # fmt: skip


class NotAQuarter(Invalid):
    """{text} is not a quarter. Write it like 2026-Q4."""


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of the calendar, as `2026-Q4`."""

    code: str
    span: Period


@dataclass(frozen=True, slots=True)
class Supply:
    """What a document says of one country and rate; below zero where it takes something back."""

    document_id: UUID
    document: str
    corrects: str
    day: dt.date
    country: str
    rate: Decimal
    taxable: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class OwedAbroad:
    """What is owed to a country at a rate in one currency, and in euro where the rate is known."""

    country: str
    rate: Decimal
    taxable: Money
    tax: Money
    taxable_euro: Money | None
    tax_euro: Money | None
    supplies: tuple[Supply, ...]


def quarter(text: str) -> Quarter:
    """Read a quarter. Raises NotAQuarter."""
    found = QUARTER.fullmatch(text)
    if found is None:
        raise NotAQuarter(text=repr(text)[:20])
    year, place = int(found[1]), int(found[2])
    until = dt.date(year + place // 4, place * 3 % 12 + 1, 1)
    return Quarter(text, Period(dt.date(year, place * 3 - 2, 1), until))


def quarter_of(day: dt.date) -> Quarter:
    """The quarter that a day lies in."""
    return quarter(f"{day.year}-Q{(day.month + 2) // 3}")


def listing(supplies: Iterable[Supply], rates: RateTable, last_day: dt.date) -> list[OwedAbroad]:
    """What is owed, by country, rate and currency."""
    grouped: dict[tuple[str, Decimal, str], list[Supply]] = defaultdict(list)
    for each in supplies:
        grouped[each.country, each.rate, str(each.tax.currency.code)].append(each)
    return [
        _owed(country, rate, grouped[country, rate, code], code, rates, last_day)
        for country, rate, code in sorted(grouped)
    ]


def listing_csv(code: str, owed: Iterable[OwedAbroad]) -> bytes:
    """Each document of the listing as CSV in UTF-8; its rows add up to the listing."""
    return csv_text(COLUMNS, _rows(code, owed)).encode()


def _rows(code: str, owed: Iterable[OwedAbroad]) -> Iterator[tuple[str, ...]]:
    for found in owed:
        for each in found.supplies:
            taxable, _blank, currency = shown(each.taxable).partition(" ")
            tax = shown(each.tax).partition(" ")[0]
            told = each.document, each.corrects, each.day.isoformat(), taxable, tax, currency
            yield code, found.country, plain(found.rate), *told


def _owed(
    country: str,
    rate: Decimal,
    supplies: Sequence[Supply],
    code: str,
    rates: RateTable,
    last_day: dt.date,
) -> OwedAbroad:
    taxable = total((each.taxable for each in supplies), code)
    tax = total((each.tax for each in supplies), code)
    return OwedAbroad(
        country=country,
        rate=rate,
        taxable=taxable,
        tax=tax,
        taxable_euro=_in_euro(taxable, rates, last_day),
        tax_euro=_in_euro(tax, rates, last_day),
        supplies=tuple(supplies),
    )


def _in_euro(amount: Money, rates: RateTable, last_day: dt.date) -> Money | None:
    """At the rate of the last day, or of the next one with a rate; None where none is known."""
    for after in range(DAYS_AFTER):
        try:
            day = last_day + dt.timedelta(days=after)
            return convert(amount, "EUR", rates, day, "ECB").amount
        except NoFxRate:
            continue
    return None
