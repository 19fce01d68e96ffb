"""Read the reference rates of the European Central Bank as XML: a day, ninety days or all of them.

    <Cube><Cube time="2020-01-31"><Cube currency="USD" rate="1.1052"/>...

The rates are units of a currency for one euro, published on the day that they are for. They are
the same as those of the CSV history, under the same source.
"""

from datetime import date

from lxml import etree

from currencies.ecb import SOURCE, NotEcbRates
from currencies.fx_rate import RatesRead
from currencies.rates_gathering import RatesGathering, day_of
from currencies.xml_reading import line_of, read_xml
from i18n.locale import Words, _

NAMESPACE = "http://www.ecb.int/vocabulary/2002-08-01/eurofxref"
CUBE = f"{{{NAMESPACE}}}Cube"


def parse_ecb_xml(content: bytes, since: date | None = None) -> RatesRead:
    """Read `eurofxref-*.xml`; days before `since` are left out. Raises NotEcbRates or XmlRefused.

    A day or a rate that cannot be read is a finding; the others stand.
    """
    root = read_xml(content)
    days = [each for each in root.iter(CUBE) if each.get("time") is not None]
    if not days:
        raise NotEcbRates(why=Words(_("no Cube has a time")))
    gathering = RatesGathering()
    for each in days:
        day = day_of(each.get("time", ""))
        if day is None:
            gathering.doubt(line_of(each), "time", each.get("time", ""), "not-a-date")
        elif since is None or day >= since:
            _read_day(gathering, each, day)
    return gathering.read


def _read_day(gathering: RatesGathering, cube: etree._Element, day: date) -> None:
    for each in cube.iterchildren(CUBE):
        pair = ("EUR", each.get("currency", ""))
        gathering.quote(line_of(each), SOURCE, pair, each.get("rate", ""), day)
