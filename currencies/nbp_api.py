"""Read tables A and C of Narodowy Bank Polski as its interface answers: JSON or XML.

Table A has average rates (`mid`), table C the rates at which banks buy (`bid`) and sell (`ask`).
Either is answered as tables of a day or as the series of one currency:

    [{"table": "A", "no": "056/A/NBP/2025", "effectiveDate": "2025-03-21",
      "rates": [{"currency": "euro", "code": "EUR", "mid": 4.1979}]}]
    {"table": "A", "code": "EUR", "rates": [{"no": ..., "effectiveDate": ..., "mid": 4.1979}]}

Prices are for one unit of every currency, the forint too, where the archives quote a hundred. Each
side of table C is a source of its own, `NBP-C-BID` and `NBP-C-ASK`, so that an agreement names the
one it means. `effectiveDate` is the day of publication, on which the table holds; the rates of
table C were taken from the market on `tradingDate`, the business day before, which is not kept.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from lxml import etree

from currencies.fx_rate import RatesRead
from currencies.nbp import SOURCE, NotNbpTable
from currencies.rates_gathering import RatesGathering, day_of, text_of
from currencies.xml_reading import leaf_text, line_of, read_xml
from i18n.locale import Words, _
from tenants.web.strict_json import loads

BID = "NBP-C-BID"
ASK = "NBP-C-ASK"
# By table: what the price is called, and under which source it is kept.
PRICES = {"A": {"mid": SOURCE}, "C": {"bid": BID, "ask": ASK}}
TABLE_NUMBER = re.compile(r"[0-9]{1,3}/([AC])/NBP/([0-9]{4})")


class Told(NamedTuple):
    """One line of an answer: all texts, as they stand in it."""

    line: int
    table: str
    code: str
    number: str
    day: str
    prices: Mapping[str, str]


def parse_nbp_json(content: bytes) -> RatesRead:
    """Read a JSON answer; findings count its rates from 1. Raises NotNbpTable or BadJson."""
    return _read(_told_by_json(loads(content)))


def parse_nbp_xml(content: bytes) -> RatesRead:
    """Read an XML answer. Raises NotNbpTable or XmlRefused."""
    return _read(_told_by_xml(read_xml(content)))


def _read(told: Iterator[Told]) -> RatesRead:
    gathering = RatesGathering()
    is_empty = True
    for each in told:
        is_empty = False
        _take(gathering, each)
    if is_empty:
        raise NotNbpTable(why=Words(_("it has no rates")))
    return gathering.read


def _take(gathering: RatesGathering, told: Told) -> None:
    wanted = PRICES.get(told.table)
    day = day_of(told.day)
    number = TABLE_NUMBER.fullmatch(told.number)
    if wanted is None:
        gathering.doubt(told.line, "table", told.table, "unknown-table")
    elif day is None:
        gathering.doubt(told.line, "effectiveDate", told.day, "not-a-date")
    # An invoice quotes the number of the table, so a rate without it is of no use.
    elif number is None or number[1] != told.table or int(number[2]) != day.year:
        gathering.doubt(told.line, "no", told.number, "no-table-number")
    else:
        for name, source in wanted.items():
            cell = told.prices.get(name, "")
            pair = (told.code, "PLN")
            gathering.quote(told.line, source, pair, cell, day, table_number=told.number)


def _told_by_json(answer: Any) -> Iterator[Told]:
    line = 0
    for table in answer if isinstance(answer, list) else [answer]:
        if not isinstance(table, dict) or not isinstance(table.get("rates"), list):
            raise NotNbpTable(why=Words(_("there is no list of rates")))
        for rate in table["rates"]:
            line += 1
            if not isinstance(rate, dict):
                raise NotNbpTable(why=Words(_("rate {line} is not an object"), line=line))
            yield _told(line, {**table, **rate})


def _told_by_xml(root: etree._Element) -> Iterator[Told]:
    # The root is an array of tables, or is one table or series itself.
    for table in root.iter("ExchangeRatesTable", "ExchangeRatesSeries"):
        outer = _leaves(table)
        for rate in table.iterfind("Rates/Rate"):
            yield _told(line_of(rate), {**outer, **_leaves(rate)})


def _leaves(element: etree._Element) -> dict[str, str]:
    """The values of an element by their names in JSON: `EffectiveDate` is `effectiveDate`."""
    return {
        f"{child.tag[0].lower()}{child.tag[1:]}": leaf_text(child)
        for child in element.iterchildren(etree.Element)
        if not len(child)
    }


def _told(line: int, facts: Mapping[str, Any]) -> Told:
    names: Sequence[str] = ("table", "code", "no", "effectiveDate")
    table, code, number, day = (text_of(facts.get(name)) for name in names)
    prices = {name: text_of(facts[name]) for name in ("mid", "bid", "ask") if name in facts}
    return Told(line, table, code, number, day, prices)
