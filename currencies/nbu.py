"""Read the official rates of the National Bank of Ukraine, JSON or XML: a currency in hryvnias.

    [{"r030": 978, "txt": "...", "rate": 48.8211, "cc": "EUR", "exchangedate": "20.11.2025"}]
    <exchange><currency><r030>978</r030><rate>48.8211</rate><cc>EUR</cc><exchangedate>...

Since 2026 a rate also has `special`, which is empty and not read. The longer answer
(`exchange_site`) adds `units`, for how many pieces the rate is, and `calcdate`,
the day on which it was set. Without it a rate is for one piece, and the file does not say when it
became known: then the day from which it holds stands for that, the latest there can be. Metals,
which the bank quotes too, are no currencies of accounts and are left out without a word.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from currencies.fx_rate import RatesRead
from currencies.rates_gathering import UNIT, RatesGathering, day_of, text_of
from currencies.xml_reading import leaf_text, line_of, read_xml
from i18n.errors import Invalid
from i18n.locale import Words, _
from tenants.web.strict_json import loads

SOURCE = "NBU"
METALS = {"XAU", "XAG", "XPT", "XPD"}


class NotNbuRates(Invalid):
    """These are not rates of the National Bank of Ukraine: {why}. Take its answer as it is."""


def parse_nbu_json(content: bytes) -> RatesRead:
    """Read a JSON answer; findings count its rates from 1. Raises NotNbuRates or BadJson."""
    answer = loads(content)
    if not isinstance(answer, list) or not all(isinstance(each, dict) for each in answer):
        raise NotNbuRates(why=Words(_("it is not a list of rates")))
    return _read(enumerate(answer, 1))


def parse_nbu_xml(content: bytes) -> RatesRead:
    """Read an XML answer. Raises NotNbuRates or XmlRefused."""
    root = read_xml(content)
    return _read((line_of(each), _leaves(each)) for each in root.iterchildren("currency"))


def _read(told: Iterator[tuple[int, Mapping[str, Any]]]) -> RatesRead:
    gathering = RatesGathering()
    is_empty = True
    for line, facts in told:
        is_empty = False
        if facts.get("cc") not in METALS:
            _take(gathering, line, facts)
    if is_empty:
        raise NotNbuRates(why=Words(_("it has no rates")))
    return gathering.read


def _take(gathering: RatesGathering, line: int, facts: Mapping[str, Any]) -> None:
    told = text_of(facts.get("exchangedate"))
    day = day_of(told, "dmy", ".")
    unit = text_of(facts.get("units", "1"))
    set_on = text_of(facts.get("calcdate", told))
    published_on = day_of(set_on, "dmy", ".")
    if day is None:
        gathering.doubt(line, "exchangedate", told, "not-a-date")
    elif published_on is None or published_on > day:
        gathering.doubt(line, "calcdate", set_on, "not-a-date")
    elif not UNIT.fullmatch(unit):
        gathering.doubt(line, "units", unit, "not-a-unit")
    else:
        pair = (text_of(facts.get("cc")), "UAH")
        cell = text_of(facts.get("rate"))
        gathering.quote(line, SOURCE, pair, cell, day, unit=int(unit), published_on=published_on)


def _leaves(element: etree._Element) -> dict[str, str]:
    return {str(child.tag): leaf_text(child) for child in element.iterchildren(etree.Element)}
