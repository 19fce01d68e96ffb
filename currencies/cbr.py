"""Read the daily rates of the Bank of Russia (`XML_daily`): pieces of a currency in roubles.

    <ValCurs Date="20.11.2025" name="Foreign Currency Market">
      <Valute ID="R01135"><CharCode>HUF</CharCode><Nominal>100</Nominal><Value>24,3900</Value>...

The file is in windows-1251 and writes decimal commas. `Nominal` says for how many pieces the value
is; `VunitRate`, the same for one piece, is derived and not read. `Date` is the first day on which
the rates hold. They are set on the business day before, which the file does not name, so that day
stands for the publication too, the latest there can be.
"""

from datetime import date

from lxml import etree

from currencies.fx_rate import RatesRead
from currencies.rates_gathering import UNIT, RatesGathering, day_of
from currencies.xml_reading import leaf_text, line_of, read_xml
from i18n.errors import Invalid

SOURCE = "CBR"


class NotCbrRates(Invalid):
    """These are not daily rates of the Bank of Russia: {why}. Take XML_daily as it is."""


def parse_cbr(content: bytes) -> RatesRead:
    """Read `XML_daily`. Raises NotCbrRates or XmlRefused.

    A currency that cannot be read is a finding; the others stand.
    """
    root = read_xml(content)
    if root.tag != "ValCurs":
        raise NotCbrRates(why=f"it begins with {str(root.tag)[:40]}")
    told = root.get("Date", "")
    day = day_of(told, "dmy", ".")
    if day is None:
        raise NotCbrRates(why=f"{told[:20]!r} is not its day")
    gathering = RatesGathering()
    for each in root.iterchildren("Valute"):
        _take(gathering, each, day)
    return gathering.read


def _take(gathering: RatesGathering, valute: etree._Element, day: date) -> None:
    line = line_of(valute)
    told = {str(child.tag): leaf_text(child) for child in valute.iterchildren(etree.Element)}
    unit = told.get("Nominal", "")
    if not UNIT.fullmatch(unit):
        gathering.doubt(line, "Nominal", unit, "not-a-unit")
        return
    pair = (told.get("CharCode", ""), "RUB")
    gathering.quote(line, SOURCE, pair, told.get("Value", ""), day, unit=int(unit), mark=",")
