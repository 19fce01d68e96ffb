"""Read the SDR valuations of the International Monetary Fund: tab-separated, by day or by month.

    SDRs per Currency unit (2)
    <empty line>
    Currency<TAB>August 28, 2024<TAB>August 27, 2024
    U.S. dollar<TAB>0.7417320000<TAB>0.7410250000

A file has a table of SDRs for one unit of a currency, a table of units for one SDR, or both, each
under its title; the file of the last five days and that of a month are alike, which names its days
anew in the middle of a table. Currencies are told by English names, which have changed over the
years. Cells are empty or `NA` where there was no rate on that day; days off may have a column of
nothing else. Both directions are kept as they are published, for they are rounded apart.
"""

import re
from collections.abc import Sequence
from datetime import date

from currencies.fx_rate import RatesRead
from currencies.rates_gathering import RatesGathering, day_in_words
from i18n.errors import Invalid
from i18n.locale import Words, _

SOURCE = "IMF"
NOT_QUOTED = {"", "NA", "N/A", "n.a."}
TITLES = {"sdrs per currency unit": False, "currency units per sdr": True}
DATE = re.compile(r"([A-Z][a-z]+) ([0-9]{1,2}), ([0-9]{4})")
GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")

# As the Fund writes them and wrote them in 2015 and 2016, compared without regard to case.
NAMES = {
    "algerian dinar": "DZD", "australian dollar": "AUD", "bahrain dinar": "BHD",
    "bahraini dinar": "BHD", "bolivar fuerte": "VEF", "botswana pula": "BWP",
    "brazilian real": "BRL", "brunei dollar": "BND", "canadian dollar": "CAD",
    "chilean peso": "CLP", "chinese yuan": "CNY", "colombian peso": "COP", "czech koruna": "CZK",
    "danish krone": "DKK", "euro": "EUR", "hungarian forint": "HUF", "icelandic krona": "ISK",
    "indian rupee": "INR", "indonesian rupiah": "IDR", "iranian rial": "IRR",
    "israeli new shekel": "ILS", "israeli new sheqel": "ILS", "japanese yen": "JPY",
    "kazakhstani tenge": "KZT", "korean won": "KRW", "kuwaiti dinar": "KWD", "libyan dinar": "LYD",
    "malaysian ringgit": "MYR", "mauritian rupee": "MUR", "mexican peso": "MXN",
    "nepalese rupee": "NPR", "new zealand dollar": "NZD", "norwegian krone": "NOK",
    "nuevo sol": "PEN", "omani rial": "OMR", "pakistani rupee": "PKR", "peruvian sol": "PEN",
    "peso uruguayo": "UYU", "philippine peso": "PHP", "polish zloty": "PLN", "qatar riyal": "QAR",
    "qatari riyal": "QAR", "rial omani": "OMR", "russian ruble": "RUB",
    "saudi arabian riyal": "SAR", "singapore dollar": "SGD", "south african rand": "ZAR",
    "sri lanka rupee": "LKR", "sri lankan rupee": "LKR", "swedish krona": "SEK",
    "swiss franc": "CHF", "thai baht": "THB", "trinidad and tobago dollar": "TTD",
    "trinidadian dollar": "TTD", "tunisian dinar": "TND", "u.a.e. dirham": "AED",
    "u.k. pound": "GBP", "u.k. pound sterling": "GBP", "u.s. dollar": "USD",
    "uruguayan peso": "UYU",
}  # fmt: skip


class NotImfRates(Invalid):
    """This is not an SDR valuation of the IMF: {why}. Take its tab-separated file as it is."""


def parse_imf(content: bytes) -> RatesRead:
    """Read a tab-separated file of SDR valuations. Raises NotImfRates.

    A row, a cell or a day that cannot be read is a finding; the rates around it stand.
    """
    gathering = RatesGathering()
    per_sdr: bool | None = None
    days: list[date | None] = []
    for line, text in enumerate(content.decode("latin-1").splitlines(), 1):
        cells = [cell.strip() for cell in text.split("\t")]
        title = _title(cells)
        if title is not None:
            per_sdr, days = title, []
        elif cells[0] == "Currency":
            days = _days(gathering, line, cells[1:])
        elif per_sdr is not None and days and any(cells[1:]):
            _read_row(gathering, line, cells, days, per_sdr)
    if per_sdr is None:
        raise NotImfRates(why=Words(_("no table of SDRs per unit or units per SDR begins")))
    return gathering.read


def _without_grouping(cell: str) -> str:
    return cell.replace(",", "") if GROUPED.fullmatch(cell) else cell


def _title(cells: Sequence[str]) -> bool | None:
    """Whether a table of units per SDR begins here (False: of SDRs per unit; None: no table)."""
    said = cells[0].lower()
    found = [value for title, value in TITLES.items() if title in said]
    # The title of the whole file names both.
    return found[0] if len(found) == 1 else None


def _days(gathering: RatesGathering, line: int, cells: Sequence[str]) -> list[date | None]:
    days: list[date | None] = []
    for cell in cells:
        day = _day(cell)
        if day is None and cell:
            gathering.doubt(line, "Currency", cell, "not-a-date")
        days.append(day)
    return days


def _day(cell: str) -> date | None:
    match = DATE.fullmatch(cell)
    return day_in_words(match[2], match[1], match[3]) if match else None


def _read_row(
    gathering: RatesGathering,
    line: int,
    cells: Sequence[str],
    days: Sequence[date | None],
    per_sdr: bool,
) -> None:
    code = NAMES.get(cells[0].lower())
    if code is None:
        gathering.doubt(line, "Currency", cells[0], "unknown-currency")
        return
    # A row that was cut, or has grown, may have lost a cell in its middle.
    if len([cell for cell in cells[1 + len(days) :] if cell]) or len(cells) < 1 + len(days):
        gathering.doubt(line, cells[0], cells[-1], "wrong-number-of-cells")
        return
    pair = ("XDR", code) if per_sdr else (code, "XDR")
    for day, cell in zip(days, cells[1:], strict=False):
        if day is not None and cell not in NOT_QUOTED:
            gathering.quote(line, SOURCE, pair, _without_grouping(cell), day)
