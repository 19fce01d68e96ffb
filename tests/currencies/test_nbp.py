"""Table A of the NBP: units, numbers and dates as an invoice has to quote them."""

from datetime import date
from decimal import Decimal

import pytest

from currencies.fx_rate import Finding, RateTable
from currencies.nbp import NotNbpTable, parse_nbp
from tests.sample_data import sample

ARCHIVE = """data;1EUR;100HUF;1XDR;nr tabeli;pełny numer tabeli;
;euro;forint (Węgry);SDR (MFW);
20250320;4,1891;1,0501;5,1234;55;055/A/NBP/2025;
20250321;4,1979;1,0567;5,1400;56;056/A/NBP/2025;

kod ISO;EUR;HUF;XDR;
nazwa waluty;euro;forint (Węgry);SDR (MFW);
liczba jednostek;1;100;1;
"""


def archive(text=ARCHIVE):
    return text.replace("\n", "\r\n").encode("cp1250")


def test_a_rate_keeps_its_units_and_the_number_of_its_table():
    rates, findings = parse_nbp(archive())

    assert findings == []
    assert len(rates) == 6
    rate = RateTable(rates).rate("HUF", "PLN", date(2025, 3, 21), "NBP-A")
    assert (rate.unit, rate.rate) == (100, Decimal("1.0567"))
    assert rate.table_number == "056/A/NBP/2025"


@pytest.mark.parametrize(
    ("good", "bad", "finding"),
    [
        ("4,1979", "4.1979", Finding(4, "EUR", "4.1979", "not-a-rate")),
        ("4,1979", "-", Finding(4, "EUR", "-", "not-a-rate")),
        ("4,1979", "0,0000", Finding(4, "EUR", "0,0000", "not-a-rate")),
        ("20250321", "20250231", Finding(4, "data", "20250231", "not-a-date")),
        (";056/A/NBP/2025;", "", Finding(4, "pełny numer tabeli", "", "no-table-number")),
        (
            "056/A/NBP/2025",
            "056/A/NBP/2024",
            Finding(4, "pełny numer tabeli", "056/A/NBP/2024", "no-table-number"),
        ),
        ("1;100;1;", "1;1;1;", Finding(8, "HUF", "1", "units-disagree")),
    ],
)
def test_what_cannot_be_read_is_a_finding_and_the_other_table_stands(good, bad, finding):
    rates, findings = parse_nbp(archive(ARCHIVE.replace(good, bad)))

    assert findings == [finding]
    assert len([rate for rate in rates if rate.valid_on == date(2025, 3, 20)]) == 3


def test_a_file_cut_anywhere_gives_no_other_rate_than_the_whole_file():
    whole = set(parse_nbp(archive()).rates)
    header = len(archive().splitlines(keepends=True)[0])

    for end in range(header, len(archive())):
        assert set(parse_nbp(archive()[:end]).rates) <= whole


@pytest.mark.parametrize("content", [b"", b"Date,USD\n", b"data;1EUR;nr tabeli;\n", b"\xff\xfe"])
def test_another_file_is_refused(content):
    with pytest.raises(NotNbpTable):
        parse_nbp(content)


def test_the_published_archive_of_2024_is_read_whole():
    content = sample("refdata/nbp/archiwum_tab_a_2024.csv").read_bytes()

    rates, findings = parse_nbp(content)

    assert findings == []
    assert len(rates) == 252 * 33
    indonesian = RateTable(rates).rate("IDR", "PLN", date(2024, 1, 2), "NBP-A")
    assert (indonesian.unit, indonesian.rate) == (10000, Decimal("2.5489"))


def test_the_rate_of_21_march_2025_is_the_one_the_bank_published():
    content = sample("refdata/nbp/archiwum_tab_a_2025.csv").read_bytes()

    rate = RateTable(parse_nbp(content).rates).rate("EUR", "PLN", date(2025, 3, 21), "NBP-A")

    assert (rate.rate, rate.table_number) == (Decimal("4.1979"), "056/A/NBP/2025")
