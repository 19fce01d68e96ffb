"""What banks and the Fund publish is read exactly; what is broken in it is a finding or refused.

The figures are written out by hand from the shapes that the publishers document.
"""

from datetime import date
from decimal import Decimal

import pytest

from currencies.cbr import NotCbrRates
from currencies.ecb import NotEcbRates, parse_ecb
from currencies.fx_rate import Finding, FxRate, RateTable
from currencies.imf import NotImfRates
from currencies.nbp import NotNbpTable
from currencies.nbu import NotNbuRates
from currencies.published import READERS, form_of
from currencies.xml_reading import XmlHasDoctype, XmlRefused
from i18n.errors import Invalid
from tests.currencies.test_ecb import THREE_DAYS
from tests.sample_data import sample

DAY = date(2025, 3, 21)

ECB = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
    xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<Cube>
<Cube time="2026-01-02"><Cube currency="USD" rate="1.1000"/><Cube currency="JPY" rate="160.10"/>
<Cube currency="PLN" rate="4.2100"/></Cube>
<Cube time="2025-12-31"><Cube currency="USD" rate="1.0990"/></Cube>
</Cube></gesmes:Envelope>"""

NBP_A = """[{"table": "A", "no": "056/A/NBP/2025", "effectiveDate": "2025-03-21", "rates": [
 {"currency": "euro", "code": "EUR", "mid": 4.1979},
 {"currency": "forint (Węgry)", "code": "HUF", "mid": 0.010567}]}]"""

NBP_C = """[{"table": "C", "no": "200/C/NBP/2024", "tradingDate": "2024-10-11",
 "effectiveDate": "2024-10-14", "rates": [{"code": "USD", "bid": 3.8857, "ask": 3.9643}]}]"""

NBP_SERIES = """<?xml version="1.0" encoding="utf-8"?>
<ExchangeRatesSeries><Table>A</Table><Currency>euro</Currency><Code>EUR</Code><Rates>
<Rate><No>056/A/NBP/2025</No><EffectiveDate>2025-03-21</EffectiveDate><Mid>4.1979</Mid></Rate>
</Rates></ExchangeRatesSeries>"""

NBP_TABLES = """<?xml version="1.0" encoding="utf-8"?>
<ArrayOfExchangeRatesTable><ExchangeRatesTable><Table>C</Table><No>200/C/NBP/2024</No>
<TradingDate>2024-10-11</TradingDate><EffectiveDate>2024-10-14</EffectiveDate><Rates>
<Rate><Currency>dolar</Currency><Code>USD</Code><Bid>3.8857</Bid><Ask>3.9643</Ask></Rate>
</Rates></ExchangeRatesTable></ArrayOfExchangeRatesTable>"""

NBU = """[{"r030": 978, "txt": "Євро", "rate": 48.8211, "cc": "EUR", "exchangedate": "20.11.2025"},
 {"r030": 959, "txt": "Золото", "rate": 171000.5, "cc": "XAU", "exchangedate": "20.11.2025"}]"""

NBU_LONG = """[{"exchangedate": "17.11.2025", "r030": 348, "cc": "HUF", "rate": 12.6700,
 "units": 100, "rate_per_unit": 0.1267, "group": "1", "calcdate": "14.11.2025"}]"""

NBU_XML = """<?xml version="1.0" encoding="utf-8"?><exchange>
<currency><r030>978</r030><txt>Євро</txt><rate>48.8211</rate><cc>EUR</cc>
<exchangedate>20.11.2025</exchangedate></currency></exchange>"""

CBR = """<?xml version="1.0" encoding="windows-1251"?>
<ValCurs Date="22.11.2025" name="Foreign Currency Market">
<Valute ID="R01235"><NumCode>840</NumCode><CharCode>USD</CharCode><Nominal>1</Nominal>
<Name>Доллар США</Name><Value>78,9500</Value><VunitRate>78,95</VunitRate></Valute>
<Valute ID="R01135"><NumCode>348</NumCode><CharCode>HUF</CharCode><Nominal>100</Nominal>
<Name>Форинтов</Name><Value>23,8100</Value><VunitRate>0,2381</VunitRate></Valute>
</ValCurs>"""

IMF = """SDRs per Currency unit and Currency units per SDR (1)
last five days
SDRs per Currency unit (2)

Currency\tAugust 28, 2024\tAugust 27, 2024
Chinese yuan\t0.1040520000\t0.1039250000
U.S. dollar\t0.7417320000\t0.7410250000
U.A.E. dirham\t\t0.2017770000

Currency units per SDR(3)

Currency\tAugust 28, 2024\tAugust 27, 2024
U.S. dollar\t1.348200\t1.349480
Indonesian rupiah\tNA\t20,883.2
"""


def read(publisher, content, encoding="utf-8"):
    given = content if isinstance(content, bytes) else content.encode(encoding)
    return READERS[publisher][form_of(given)](given)


def only(publisher, content, encoding="utf-8"):
    rates, findings = read(publisher, content, encoding)
    assert findings == []
    return RateTable(rates)


def test_the_ecb_says_the_same_in_xml_and_in_its_history():
    history = RateTable(parse_ecb(THREE_DAYS).rates)

    in_xml = only("ecb", ECB)

    assert len(in_xml) == 4
    for rate in in_xml:
        assert history.rate(rate.base, rate.quote, rate.valid_on, "ECB") == rate


def test_the_published_ecb_xml_is_read_whole():
    content = sample("refdata/ecb/eurofxref-hist-90d-2020-01.xml").read_bytes()

    rates, findings = read("ecb", content)

    assert findings == []
    assert len(rates) == content.count(b"rate=")
    assert {each.base for each in rates} == {"EUR"}


def test_table_a_of_the_interface_agrees_with_the_archive_and_quotes_one_unit():
    table = only("nbp", NBP_A)

    forint = table.rate("HUF", "PLN", date(2025, 3, 21), "NBP-A")
    assert (forint.unit, forint.rate) == (1, Decimal("0.010567"))
    # The archive: 100 HUF are 1.0567.
    assert forint.per_one == FxRate("NBP-A", "HUF", "PLN", 100, Decimal("1.0567"), DAY, DAY).per_one
    assert forint.table_number == "056/A/NBP/2025"


@pytest.mark.parametrize("content", [NBP_C, NBP_TABLES])
def test_table_c_buys_and_sells_under_two_names(content):
    table = only("nbp", content)

    day = date(2024, 10, 14)
    bid = table.rate("USD", "PLN", day, "NBP-C-BID")
    ask = table.rate("USD", "PLN", day, "NBP-C-ASK")
    assert (bid.rate, ask.rate) == (Decimal("3.8857"), Decimal("3.9643"))
    assert bid.table_number == ask.table_number == "200/C/NBP/2024"
    assert (bid.valid_on, bid.published_on) == (day, day)


def test_a_series_of_one_currency_is_read_too():
    rate = only("nbp", NBP_SERIES).rate("EUR", "PLN", date(2025, 3, 21), "NBP-A")

    assert (rate.rate, rate.table_number) == (Decimal("4.1979"), "056/A/NBP/2025")


@pytest.mark.parametrize("content", [NBU, NBU_XML])
def test_ukraine_quotes_a_currency_in_hryvnias_and_its_gold_is_left_out(content):
    table = only("nbu", content)

    assert [(each.base, each.quote, each.rate) for each in table] == [
        ("EUR", "UAH", Decimal("48.8211"))
    ]


def test_ukraine_may_say_for_how_many_and_since_when():
    rate = only("nbu", NBU_LONG).rate("HUF", "UAH", date(2025, 11, 17), "NBU")

    assert (rate.unit, rate.rate) == (100, Decimal("12.67"))
    assert rate.published_on == date(2025, 11, 14)


def test_russia_writes_commas_units_and_the_first_day_of_validity():
    table = only("cbr", CBR, "windows-1251")

    forint = table.rate("HUF", "RUB", date(2025, 11, 22), "CBR")
    assert (forint.unit, forint.rate) == (100, Decimal("23.81"))
    assert table.rate("USD", "RUB", date(2025, 11, 22), "CBR").rate == Decimal("78.95")


def test_the_fund_quotes_both_directions_and_its_gaps_stay_gaps():
    table = only("imf", IMF)

    day, before = date(2024, 8, 28), date(2024, 8, 27)
    assert len(table) == 8
    assert table.rate("USD", "XDR", day, "IMF").rate == Decimal("0.741732")
    assert table.rate("XDR", "USD", day, "IMF").rate == Decimal("1.3482")
    assert table.rate("XDR", "IDR", before, "IMF").rate == Decimal("20883.2")
    assert table.find("AED", "XDR", day, "IMF") is None


BROKEN = [
    ("ecb", ECB, "1.1000", "1,1000", "not-a-rate", 3),
    ("ecb", ECB, '"USD" rate="1.1000"', '"ZZZ" rate="1.1000"', "unknown-currency", 3),
    ("ecb", ECB, "2026-01-02", "2026-02-30", "not-a-date", 1),
    ("ecb", ECB, '"PLN"', '"EUR"', "same-currency", 3),
    ("nbp", NBP_A, "4.1979", "-4.1979", "not-a-rate", 1),
    ("nbp", NBP_A, "4.1979", "null", "not-a-rate", 1),
    ("nbp", NBP_A, "4.1979", "0", "not-a-rate", 1),
    ("nbp", NBP_A, "4.1979", "true", "not-a-rate", 1),
    ("nbp", NBP_A, "056/A/NBP/2025", "056/A/NBP/2024", "no-table-number", 0),
    ("nbp", NBP_A, "056/A/NBP/2025", "056/C/NBP/2025", "no-table-number", 0),
    ("nbp", NBP_A, '"A", "no"', '"B", "no"', "unknown-table", 0),
    ("nbp", NBP_A, "2025-03-21", "21.03.2025", "not-a-date", 0),
    ("nbp", NBP_C, "3.9643", '"3,9643"', "not-a-rate", 1),
    ("nbu", NBU, "48.8211", '"4 8"', "not-a-rate", 0),
    ("nbu", NBU, "20.11.2025", "2025-11-20", "not-a-date", 0),
    ("nbu", NBU_LONG, "100", "0", "not-a-unit", 0),
    ("nbu", NBU_LONG, "14.11.2025", "18.11.2025", "not-a-date", 0),
    ("cbr", CBR, "78,9500", "78.9500", "not-a-rate", 1),
    ("cbr", CBR, "78,9500", "7,8,9", "not-a-rate", 1),
    ("cbr", CBR, "<Nominal>1</Nominal>", "<Nominal>1.5</Nominal>", "not-a-unit", 1),
    ("cbr", CBR, ">USD<", ">usd<", "unknown-currency", 1),
    ("imf", IMF, "0.7417320000", "0.74a", "not-a-rate", 7),
    ("imf", IMF, "20,883.2", "20,88.2", "not-a-rate", 7),
    ("imf", IMF, "Chinese yuan", "Chinese tael", "unknown-currency", 6),
    ("imf", IMF, "\t0.1040520000", "", "wrong-number-of-cells", 6),
    ("imf", IMF, "\tAugust 27, 2024\nCh", "\t27.8.2024\nCh", "not-a-date", 5),
]  # fmt: skip


@pytest.mark.parametrize(("publisher", "content", "good", "bad", "reason", "kept"), BROKEN)
def test_what_cannot_be_read_is_a_finding_and_the_rest_stands(
    publisher, content, good, bad, reason, kept
):
    assert good in content
    encoding = "windows-1251" if publisher == "cbr" else "utf-8"

    rates, findings = read(publisher, content.replace(good, bad), encoding)

    assert {each.reason for each in findings} == {reason}
    assert len(rates) == kept


def test_a_finding_names_the_line_and_the_cell():
    assert read("ecb", ECB.replace("4.2100", "-")).findings == [
        Finding(6, "EUR/PLN", "-", "not-a-rate")
    ]


@pytest.mark.parametrize(
    ("publisher", "content", "error"),
    [
        ("ecb", "<a/>", NotEcbRates),
        ("ecb", "[]", NotEcbRates),
        ("nbp", "[]", NotNbpTable),
        ("nbp", '{"table": "A"}', NotNbpTable),
        ("nbp", '[{"table": "A", "rates": [1]}]', NotNbpTable),
        ("nbp", "<a/>", NotNbpTable),
        ("nbu", "[]", NotNbuRates),
        ("nbu", "{}", NotNbuRates),
        ("nbu", "[1]", NotNbuRates),
        ("nbu", "<exchange/>", NotNbuRates),
        ("cbr", "<a/>", NotCbrRates),
        ("cbr", '<ValCurs Date="today"/>', NotCbrRates),
        ("imf", "Currency\tAugust 28, 2024\nEuro\t1\n", NotImfRates),
        ("imf", "", NotImfRates),
    ],
)
def test_another_file_is_refused_with_what_is_wanted(publisher, content, error):
    with pytest.raises(error):
        read(publisher, content)


HOSTILE = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


@pytest.mark.parametrize("publisher", ["ecb", "nbp", "nbu", "cbr"])
def test_hostile_xml_is_refused_by_every_reader(publisher):
    with pytest.raises(XmlHasDoctype):
        read(publisher, HOSTILE)
    with pytest.raises(XmlRefused):
        read(publisher, "<a>" * 100_000)


@pytest.mark.parametrize("publisher", sorted(READERS))
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe",
        b"{",
        b"[[[[",
        b"[" * 100_000,
        b"<",
        b"\xef\xbb\xbf[]",
        b"NaN",
        b"a;b\n",
    ],
)
def test_noise_is_refused_and_never_a_crash(publisher, content):
    with pytest.raises(Invalid):
        read(publisher, content)
