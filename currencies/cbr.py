"""Read the rates of the Bank of Russia, of a day or of one currency: its pieces in roubles.

    <ValCurs Date="20.11.2025" name="Foreign Currency Market">
      <Valute ID="R01135"><CharCode>HUF</CharCode><Nominal>100</Nominal><Value>24,3900</Value>...

    <ValCurs ID="R01135" DateRange1="11.11.2025" DateRange2="20.11.2025" name="...">
      <Record Date="11.11.2025" Id="R01135"><Nominal>100</Nominal><Value>24,2700</Value>...

The first is `XML_daily`, in either language, the second `XML_dynamic`, which names its currency by
the bank's own code. The files are in windows-1251 and write decimal commas. `Nominal` says for how
many pieces the value is and changes over the years; `VunitRate`, the same for one piece, is derived
and not read. `Date` is the first day on which the rates hold. They are set on the business day
before, which the file does not name, so that day stands for the publication too, the latest there
can be. A request that the bank cannot answer gets a `ValCurs` with a sentence in it.
"""

from datetime import date

from lxml import etree

from currencies.fx_rate import RatesRead
from currencies.rates_gathering import UNIT, RatesGathering, day_of
from currencies.xml_reading import leaf_text, line_of, read_xml
from i18n.errors import Invalid
from i18n.locale import Words, _

SOURCE = "CBR"

# The bank's codes of currencies, from its list `XML_valFull`; a letter follows a redenomination.
CODES = {
    "R01010": "AUD", "R01020A": "AZN", "R01030": "DZD", "R01035": "GBP", "R01060": "AMD",
    "R01080": "BHD", "R01090": "BYR", "R01090B": "BYN", "R01100": "BGN", "R01105": "BOB",
    "R01115": "BRL", "R01135": "HUF", "R01150": "VND", "R01200": "HKD", "R01210": "GEL",
    "R01215": "DKK", "R01230": "AED", "R01235": "USD", "R01239": "EUR", "R01240": "EGP",
    "R01270": "INR", "R01280": "IDR", "R01300": "IRR", "R01310": "ISK", "R01335": "KZT",
    "R01350": "CAD", "R01355": "QAR", "R01370": "KGS", "R01375": "CNY", "R01390": "KWD",
    "R01395": "CUP", "R01405": "LVL", "R01420": "LBP", "R01435": "LTL", "R01500": "MDL",
    "R01503": "MNT", "R01520": "NGN", "R01530": "NZD", "R01535": "NOK", "R01540": "OMR",
    "R01565": "PLN", "R01580": "SAR", "R01580C": "SAR", "R01585": "ROL", "R01585F": "RON",
    "R01589": "XDR", "R01625": "SGD", "R01665A": "SRD", "R01670": "TJS", "R01675": "THB",
    "R01685": "BDT", "R01700J": "TRY", "R01710A": "TMT", "R01717": "UZS", "R01720": "UAH",
    "R01760": "CZK", "R01770": "SEK", "R01775": "CHF", "R01795": "EEK", "R01800": "ETB",
    "R01805F": "RSD", "R01810": "ZAR", "R01815": "KRW", "R01820": "JPY", "R02005": "MMK",
}  # fmt: skip


class NotCbrRates(Invalid):
    """These are no rates of the Bank of Russia: {why}. Take XML_daily or XML_dynamic as it is."""


def parse_cbr(content: bytes) -> RatesRead:
    """Read `XML_daily` or `XML_dynamic`. Raises NotCbrRates or XmlRefused.

    A rate that cannot be read is a finding; the others stand.
    """
    root = read_xml(content)
    if root.tag != "ValCurs":
        raise NotCbrRates(why=Words(_("it begins with {tag}"), tag=str(root.tag)[:40]))
    if not len(root):
        raise NotCbrRates(why=leaf_text(root)[:40] or Words(_("it has no rates")))
    gathering = RatesGathering()
    if root.get("ID") is None:
        _take_day(gathering, root)
    else:
        _take_currency(gathering, root)
    return gathering.read


def _take_day(gathering: RatesGathering, root: etree._Element) -> None:
    told = root.get("Date", "")
    day = day_of(told, "dmy", ".")
    if day is None:
        raise NotCbrRates(why=Words(_("{told} is not its day"), told=repr(told[:20])))
    for each in root.iterchildren("Valute"):
        facts = _leaves(each)
        _take(gathering, each, facts, facts.get("CharCode", ""), day)


def _take_currency(gathering: RatesGathering, root: etree._Element) -> None:
    for each in root.iterchildren("Record"):
        told, code = each.get("Date", ""), each.get("Id", "")
        day = day_of(told, "dmy", ".")
        if day is None:
            gathering.doubt(line_of(each), "Date", told, "not-a-date")
        elif code not in CODES or code != root.get("ID"):
            gathering.doubt(line_of(each), "Id", code, "unknown-currency")
        else:
            _take(gathering, each, _leaves(each), CODES[code], day)


def _take(
    gathering: RatesGathering,
    element: etree._Element,
    facts: dict[str, str],
    currency: str,
    day: date,
) -> None:
    line, unit = line_of(element), facts.get("Nominal", "")
    if not UNIT.fullmatch(unit):
        gathering.doubt(line, "Nominal", unit, "not-a-unit")
        return
    cell = facts.get("Value", "")
    gathering.quote(line, SOURCE, (currency, "RUB"), cell, day, unit=int(unit), mark=",")


def _leaves(element: etree._Element) -> dict[str, str]:
    return {str(child.tag): leaf_text(child) for child in element.iterchildren(etree.Element)}
