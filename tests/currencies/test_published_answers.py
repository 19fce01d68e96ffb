"""Answers are read in the very shape that publishers give them: names, marks, gaps and odd rows.

The shapes are those of answers that people keep in public archives; the documents are made by hand.
"""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest

from currencies.cbr import NotCbrRates
from currencies.fx_rate import Finding, RateTable
from currencies.gateway import unpacked
from currencies.published import READERS, form_of


def read(publisher, content):
    return READERS[publisher][form_of(content)](content)


def only(publisher, content):
    rates, findings = read(publisher, content)
    assert findings == []
    return RateTable(rates)


def told(table):
    return {(each.base, each.quote, each.unit, each.rate) for each in table}


CBR_DAILY = """<?xml version="1.0" encoding="windows-1251"?><ValCurs Date="05.04.2025" \
name="Foreign Currency Market"><Valute ID="R01060"><NumCode>051</NumCode><CharCode>AMD</CharCode>\
<Nominal>100</Nominal><Name>Армянских драмов</Name><Value>21,5637</Value>\
<VunitRate>0,215637</VunitRate></Valute><Valute ID="R01589"><NumCode>960</NumCode>\
<CharCode>XDR</CharCode><Nominal>1</Nominal><Name>СДР (специальные права заимствования)</Name>\
<Value>112,4100</Value><VunitRate>112,41</VunitRate></Valute></ValCurs>""".encode("windows-1251")

CBR_DYNAMIC = """<?xml version="1.0" encoding="windows-1251"?>
<ValCurs ID="R01375" DateRange1="27.10.2023" DateRange2="31.10.2023" name="Foreign Currency Market \
Dynamic"><Record Date="27.10.2023" Id="R01375"><Nominal>10</Nominal><Value>127,9200</Value>\
<VunitRate>12,792</VunitRate></Record><Record Date="28.10.2023" Id="R01375"><Nominal>1</Nominal>\
<Value>12,7100</Value><VunitRate>12,71</VunitRate></Record></ValCurs>"""

CBR_REFUSAL = (
    b'<?xml version="1.0" encoding="utf-8" ?><ValCurs>Error in parameters</ValCurs>',
    b'<?xml version="1.0" encoding="windows-1251"?>'
    b'<ValCurs ID="R01235" DateRange1="01.03.2088" DateRange2="03.03.2088" name="x"></ValCurs>',
)


def test_russia_answers_in_one_line_of_its_own_code_page():
    table = only("cbr", CBR_DAILY)

    assert told(table) == {
        ("AMD", "RUB", 100, Decimal("21.5637")),
        ("XDR", "RUB", 1, Decimal("112.41")),
    }
    assert {each.valid_on for each in table} == {date(2025, 4, 5)}


def test_russia_tells_the_days_of_one_currency_by_its_own_code_and_each_day_its_pieces():
    table = only("cbr", CBR_DYNAMIC.encode("windows-1251"))

    before = table.rate("CNY", "RUB", date(2023, 10, 27), "CBR")
    after = table.rate("CNY", "RUB", date(2023, 10, 28), "CBR")
    assert (before.unit, before.rate) == (10, Decimal("127.92"))
    assert (after.unit, after.rate) == (1, Decimal("12.71"))


UNKNOWN = "unknown-currency"


@pytest.mark.parametrize(
    ("good", "bad", "finding"),
    [
        ('"28.10.2023"', '"28/10/2023"', Finding(2, "Date", "28/10/2023", "not-a-date")),
        ('R01375"><Nominal>1<', 'R01235"><Nominal>1<', Finding(2, "Id", "R01235", UNKNOWN)),
        ("<Nominal>1<", "<Nominal>0<", Finding(2, "Nominal", "0", "not-a-unit")),
        ("12,7100", "12.71", Finding(2, "CNY/RUB", "12.71", "not-a-rate")),
    ],
)  # fmt: skip
def test_a_day_of_one_currency_that_cannot_be_read_leaves_the_other(good, bad, finding):
    rates, findings = read("cbr", CBR_DYNAMIC.replace(good, bad).encode("windows-1251"))

    assert findings == [finding]
    assert [each.valid_on for each in rates] == [date(2023, 10, 27)]


def test_a_code_of_the_bank_that_is_not_in_its_list_is_no_currency():
    content = CBR_DYNAMIC.replace("R01375", "R09999").encode("windows-1251")

    assert {each.reason for each in read("cbr", content).findings} == {UNKNOWN}


@pytest.mark.parametrize(
    ("content", "why"), list(zip(CBR_REFUSAL, ["Error in parameters", "no rates"], strict=True))
)
def test_a_request_that_russia_could_not_answer_is_refused_in_its_words(content, why):
    with pytest.raises(NotCbrRates, match=why):
        read("cbr", content)


NBU_JSON = """[\r
{ \r
"r030":36,"txt":"Австралійський долар","rate":30.4814,"cc":"AUD","exchangedate":"20.02.2026","special":null\r
 }\r
,{ \r
"r030":364,"txt":"Іранський ріал","rate":0.00065399,"cc":"IRR","exchangedate":"20.02.2026","special":"Y"\r
 }\r
,{ \r
"r030":960,"txt":"СПЗ (спеціальні права запозичення)","rate":59.3,"cc":"XDR","exchangedate":"20.02.2026"\r
 }\r
,{ \r
"r030":961,"txt":"Срібло","rate":3300.1,"cc":"XAG","exchangedate":"20.02.2026","special":null\r
 }\r
]"""  # noqa: E501 - the bank writes a rate on one line.

NBU_XML = """<?xml version="1.0" encoding="utf-8"?>
<exchange>
  <currency>
    <r030>36</r030>
    <txt>Австралійський долар</txt>
    <rate>30.4814</rate>
    <cc>AUD</cc>
    <exchangedate>20.02.2026</exchangedate>
    <special>
    </special>
  </currency>
</exchange>"""

NBU_SITE_XML = """<exchange><currency><exchangedate>07.12.2025</exchangedate><r030>348</r030>
<cc>HUF</cc><txt>Форинт</txt><enname>Forint</enname><rate>12.8514</rate><units>100</units>
<rate_per_unit>0.128514</rate_per_unit><group>1</group><calcdate>04.12.2025</calcdate></currency>
</exchange>"""


def test_ukraine_answers_with_a_mark_of_its_own_and_up_to_eight_decimals():
    assert told(only("nbu", NBU_JSON.encode())) == {
        ("AUD", "UAH", 1, Decimal("30.4814")),
        ("IRR", "UAH", 1, Decimal("0.00065399")),
        ("XDR", "UAH", 1, Decimal("59.3")),
    }


def test_ukraine_says_the_same_in_xml():
    (rate,) = only("nbu", NBU_XML.encode())

    assert (rate.base, rate.rate, rate.valid_on) == ("AUD", Decimal("30.4814"), date(2026, 2, 20))


def test_a_sunday_in_ukraine_has_the_rate_that_was_set_on_thursday():
    (rate,) = only("nbu", NBU_SITE_XML.encode())

    assert (rate.unit, rate.rate) == (100, Decimal("12.8514"))
    assert (rate.valid_on, rate.published_on) == (date(2025, 12, 7), date(2025, 12, 4))


IMF_OLD = """SDRs per Currency unit and Currency units per SDR (1)
last five days
SDRs per Currency unit (2)

Currency\tJanuary 09, 2016\tJanuary 08, 2016\tJanuary 07, 2016
Euro\t\t0.7845640000\t0.7850750000
U.K. Pound Sterling\t\t1.0548000000\t1.0522100000
Israeli New Sheqel\t\t\t0.1834830000
Nuevo Sol\t\t\t0.2122500000
Qatar Riyal\t\t0.1984530000\t0.1984540000
Russian Ruble\t\t\t
Sri Lanka Rupee\t\t0.0050184800\t
Trinidad And Tobago Dollar\t\t0.1127340000\t
Peso Uruguayo\t\t\t0.0240110000
Bolivar Fuerte\t\t0.1149500000\t

Currency units per SDR(3)

Currency\tJanuary 09, 2016\tJanuary 08, 2016\tJanuary 07, 2016
Colombian Peso\t\t4,550.710000\t4,500.020000


(1) Exchange rates are published daily except on IMF holidays or
whenever the IMF is closed for business.

(2) The value of the U.S. dollar in terms of the SDR is the reciprocal of the sum of
the dollar values. All figures are rounded to six significant digits.

(3) The value in terms of each national currency of the SDR is the reciprocal of the
value in terms of the SDR of each national currency, rounded to six significant digits."""

IMF_MONTH = """SDRs per Currency unit for April 2026
Currency\tApril 01, 2026\tApril 02, 2026
Euro\t0.8507900000\t0.8483160000
Polish zloty\t0.2001000000\tNA

Currency\tApril 16, 2026\tApril 17, 2026
Euro\t0.8511000000\t0.8512000000
"""


def test_the_fund_wrote_names_otherwise_and_gives_a_closed_day_an_empty_column():
    table = only("imf", IMF_OLD.replace("\n", "\r\n").encode("latin-1"))

    friday = date(2016, 1, 8)
    assert {each.base for each in table if each.quote == "XDR"} == {
        "EUR", "GBP", "ILS", "PEN", "QAR", "LKR", "TTD", "UYU", "VEF",
    }  # fmt: skip
    assert table.rate("GBP", "XDR", friday, "IMF").rate == Decimal("1.0548")
    assert table.rate("XDR", "COP", friday, "IMF").rate == Decimal("4550.71")
    assert table.find("EUR", "XDR", date(2016, 1, 9), "IMF") is None


def test_a_month_of_the_fund_names_its_days_anew_in_the_middle():
    table = only("imf", IMF_MONTH.encode("latin-1"))

    assert len(table) == 5
    assert table.rate("EUR", "XDR", date(2026, 4, 2), "IMF").rate == Decimal("0.848316")
    assert table.rate("EUR", "XDR", date(2026, 4, 17), "IMF").rate == Decimal("0.8512")


ECB_DAY = b"Date, USD, JPY, HUF, ISK, \n25 November 2024, 1.0495, 161.64, 409.78, N/A, \n"


def zipped(name, content):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return held.getvalue()


def test_the_zip_of_the_last_day_is_read_as_the_one_of_the_history_is():
    daily = only("ecb", unpacked(zipped("eurofxref.csv", ECB_DAY)))
    history = b"Date,USD,JPY,HUF,ISK,\n2024-11-25,1.0495,161.64,409.78,N/A,\n"

    whole = only("ecb", unpacked(zipped("eurofxref-hist.csv", history)))

    assert list(daily) == list(whole)
    assert len(daily) == 3


@pytest.mark.parametrize(
    "day", ["25 Novembre 2024", "31 November 2024", "25 November 24", "x November 2024"]
)
def test_a_day_that_no_calendar_has_is_a_finding(day):
    content = ECB_DAY.replace(b"25 November 2024", day.encode())

    assert read("ecb", content) == ([], [Finding(2, "Date", day, "not-a-date")])


NBP_ARCHIVE = """data;100HUF;1RUB;10000IDR;1XDR;nr tabeli;pełny numer tabeli;
;forint (Węgry);rubel rosyjski;rupia indonezyjska;SDR (MFW);
20220308;1,2654;0,0330;3,1335;6,2218;46;046/A/NBP/2022;
20220309;1,2640;;3,0770;6,1378;47;047/A/NBP/2022;

kod ISO;HUF;RUB;IDR;XDR;
nazwa waluty;forint (Węgry);rubel rosyjski;rupia indonezyjska;SDR (MFW);
liczba jednostek;100;1;10000;1;
"""

NBP_C = """<?xml version="1.0" encoding="utf-8"?>
<ArrayOfExchangeRatesTable xmlns:xsd="http://www.w3.org/2001/XMLSchema" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><ExchangeRatesTable><Table>C</Table>
<No>038/C/NBP/2024</No><TradingDate>2024-02-21</TradingDate>\
<EffectiveDate>2024-02-22</EffectiveDate><Rates>
<Rate><Currency>forint (Węgry)</Currency><Code>HUF</Code><Bid>0.010987</Bid><Ask>0.011209</Ask>
</Rate>
<Rate><Currency>SDR (MFW)</Currency><Code>XDR</Code><Bid>5.2306</Bid><Ask>5.3362</Ask></Rate>
</Rates></ExchangeRatesTable></ArrayOfExchangeRatesTable>"""


def test_a_currency_that_left_table_a_in_the_year_has_no_rate_and_is_no_finding():
    table = only("nbp", NBP_ARCHIVE.replace("\n", "\r\n").encode("cp1250"))

    left, last = date(2022, 3, 9), date(2022, 3, 8)
    assert table.rate("RUB", "PLN", last, "NBP-A").rate == Decimal("0.0330")
    assert table.find("RUB", "PLN", left, "NBP-A") is None
    # What stands behind the gap is still read in its own column.
    assert table.rate("XDR", "PLN", left, "NBP-A").rate == Decimal("6.1378")
    assert table.rate("IDR", "PLN", left, "NBP-A").unit == 10_000
    assert table.rate("HUF", "PLN", left, "NBP-A").per_one == Decimal("0.012640")


def test_table_c_quotes_one_forint_and_the_unit_of_the_fund():
    table = only("nbp", NBP_C.encode())

    assert told(table) == {
        ("HUF", "PLN", 1, Decimal("0.010987")),
        ("HUF", "PLN", 1, Decimal("0.011209")),
        ("XDR", "PLN", 1, Decimal("5.2306")),
        ("XDR", "PLN", 1, Decimal("5.3362")),
    }
