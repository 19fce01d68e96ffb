"""How finely a currency is counted: its minor unit, as a number of decimal places.

ISO 4217 gives most of it (the table published by SIX, from the iso4217 package). Two things it
does not give, and a settlement platform needs:

- XDR, in which carriers keep accounts, has no minor unit there. It is counted in two decimals
  unless an agreement names another scale (rule R73).
- Codes that have been withdrawn. A period may be corrected years after its currency is gone, so
  the recent ones are kept with the first day on which they were no longer legal tender.

Metals, bond units and test codes have no minor unit; nobody can be paid in them, so they are
unknown here.
"""

from datetime import date
from typing import NamedTuple

import iso4217

from i18n.errors import Invalid


class UnknownCurrency(Invalid):
    """Currency {currency} is unknown. Use a code of ISO 4217 in capitals, for example EUR."""


class Withdrawn(NamedTuple):
    """A code that is no longer issued: its minor unit and its first day without it."""

    minor_unit: int
    withdrawn_on: date
    successor: str


# Dates: accession to the euro area (Council of the EU) or redenomination (ISO 4217 amendments).
WITHDRAWN = {
    "ANG": Withdrawn(2, date(2025, 7, 1), "XCG"),
    "BGN": Withdrawn(2, date(2026, 1, 1), "EUR"),
    "BYR": Withdrawn(0, date(2017, 1, 1), "BYN"),
    "CUC": Withdrawn(2, date(2021, 6, 30), "CUP"),
    "CYP": Withdrawn(2, date(2008, 1, 1), "EUR"),
    "EEK": Withdrawn(2, date(2011, 1, 1), "EUR"),
    "GHC": Withdrawn(2, date(2008, 1, 1), "GHS"),
    "HRK": Withdrawn(2, date(2023, 1, 1), "EUR"),
    "LTL": Withdrawn(2, date(2015, 1, 1), "EUR"),
    "LVL": Withdrawn(2, date(2014, 1, 1), "EUR"),
    "MRO": Withdrawn(2, date(2019, 1, 1), "MRU"),
    "MTL": Withdrawn(2, date(2008, 1, 1), "EUR"),
    "ROL": Withdrawn(2, date(2007, 1, 1), "RON"),
    "SIT": Withdrawn(2, date(2007, 1, 1), "EUR"),
    "SKK": Withdrawn(2, date(2009, 1, 1), "EUR"),
    "SLL": Withdrawn(2, date(2024, 1, 1), "SLE"),
    "STD": Withdrawn(2, date(2019, 1, 1), "STN"),
    "TRL": Withdrawn(0, date(2006, 1, 1), "TRY"),
    "VEF": Withdrawn(2, date(2018, 8, 20), "VES"),
    "ZMK": Withdrawn(2, date(2013, 1, 1), "ZMW"),
    "ZWL": Withdrawn(2, date(2024, 8, 31), "ZWG"),
}

OWN = {"XDR": 2}


def _current() -> dict[str, int]:
    rows = ((code, str(row["CcyMnrUnts"])) for code, row in iso4217.raw_table.items() if code)
    return {code: int(places) for code, places in rows if places.isdigit()}


MINOR_UNITS: dict[str, int] = (
    {code: kept.minor_unit for code, kept in WITHDRAWN.items()} | _current() | OWN
)

CODES = tuple(sorted(MINOR_UNITS))


def is_known(code: str) -> bool:
    """Whether amounts can be kept in this currency."""
    return code in MINOR_UNITS


def minor_unit(code: str) -> int:
    """Decimal places of the smallest payable amount: 0 for JPY, 2 for EUR, 3 for KWD.

    Raises UnknownCurrency.
    """
    try:
        return MINOR_UNITS[code]
    except KeyError:
        raise UnknownCurrency(currency=code) from None


def is_current(code: str, on: date) -> bool:
    """Whether new amounts may be agreed in this currency on that day."""
    kept = WITHDRAWN.get(code)
    return is_known(code) and (kept is None or on < kept.withdrawn_on)
