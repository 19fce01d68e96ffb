"""Rates of value added tax by country, each with the days on which it held.

Source: the member states' VAT acts as listed in the European Commission's Taxes in Europe Database
(TEDB); Norway, Switzerland, Ukraine and the United Kingdom by their own acts. A period may be
corrected years later, so a rate that has changed keeps its days.
"""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from i18n.errors import NotFound


class NoVatRate(NotFound):
    """No VAT rate of {country} is known for {on}. Ask for it to be added to the table of rates."""


class VatRate(NamedTuple):
    """A rate from a day on, until the next one of the same country."""

    valid_from: dt.date
    rate: Decimal


def _rates(*steps: tuple[int, int, int, str]) -> tuple[VatRate, ...]:
    return tuple(
        VatRate(dt.date(year, month, day), Decimal(rate)) for year, month, day, rate in steps
    )


STANDARD: dict[str, tuple[VatRate, ...]] = {
    "AT": _rates((2016, 1, 1, "0.20")),
    "BE": _rates((2016, 1, 1, "0.21")),
    "BG": _rates((2016, 1, 1, "0.20")),
    "CH": _rates((2018, 1, 1, "0.077"), (2024, 1, 1, "0.081")),
    "CY": _rates((2016, 1, 1, "0.19")),
    "CZ": _rates((2016, 1, 1, "0.21")),
    "DE": _rates((2007, 1, 1, "0.19"), (2020, 7, 1, "0.16"), (2021, 1, 1, "0.19")),
    "DK": _rates((2016, 1, 1, "0.25")),
    "EE": _rates((2016, 1, 1, "0.20"), (2024, 1, 1, "0.22"), (2025, 7, 1, "0.24")),
    "ES": _rates((2016, 1, 1, "0.21")),
    "FI": _rates((2016, 1, 1, "0.24"), (2024, 9, 1, "0.255")),
    "FR": _rates((2016, 1, 1, "0.20")),
    "GB": _rates((2016, 1, 1, "0.20")),
    "GR": _rates((2016, 6, 1, "0.24")),
    "HR": _rates((2016, 1, 1, "0.25")),
    "HU": _rates((2016, 1, 1, "0.27")),
    "IE": _rates((2016, 1, 1, "0.23"), (2020, 9, 1, "0.21"), (2021, 3, 1, "0.23")),
    "IT": _rates((2016, 1, 1, "0.22")),
    "LT": _rates((2016, 1, 1, "0.21")),
    "LU": _rates((2016, 1, 1, "0.17"), (2023, 1, 1, "0.16"), (2024, 1, 1, "0.17")),
    "LV": _rates((2016, 1, 1, "0.21")),
    "MT": _rates((2016, 1, 1, "0.18")),
    "NL": _rates((2016, 1, 1, "0.21")),
    "NO": _rates((2016, 1, 1, "0.25")),
    "PL": _rates((2011, 1, 1, "0.23")),
    "PT": _rates((2016, 1, 1, "0.23")),
    "RO": _rates((2017, 1, 1, "0.19"), (2025, 8, 1, "0.21")),
    "SE": _rates((2016, 1, 1, "0.25")),
    "SI": _rates((2016, 1, 1, "0.22")),
    "SK": _rates((2016, 1, 1, "0.20"), (2025, 1, 1, "0.23")),
    "UA": _rates((2016, 1, 1, "0.20")),
}

OUTSIDE_THE_UNION = {"CH", "GB", "NO", "UA"}
EU = frozenset(STANDARD.keys() - OUTSIDE_THE_UNION)


# The first reduced rate, of books and periodicals among others, in the countries asked for so far.
REDUCED: dict[str, tuple[VatRate, ...]] = {
    "AT": _rates((2016, 1, 1, "0.10")),
    "CZ": _rates((2016, 1, 1, "0.15"), (2024, 1, 1, "0.12")),
    "DE": _rates((2007, 1, 1, "0.07"), (2020, 7, 1, "0.05"), (2021, 1, 1, "0.07")),
    "PL": _rates((2011, 1, 1, "0.08")),
}


def vat_prefix(country: str) -> str:
    """What the VAT numbers of a member state begin with: its code, `EL` for Greece."""
    return "EL" if country == "GR" else country


def standard_rate(country: str, on: dt.date) -> Decimal:
    """The standard rate of a country on a day. Raises NoVatRate: never a rate of zero."""
    return _rate(STANDARD, country, on)


def reduced_rate(country: str, on: dt.date) -> Decimal:
    """The reduced rate of a country on a day. Raises NoVatRate."""
    return _rate(REDUCED, country, on)


def _rate(table: dict[str, tuple[VatRate, ...]], country: str, on: dt.date) -> Decimal:
    rates = [each.rate for each in table.get(country, ()) if each.valid_from <= on]
    if not rates:
        raise NoVatRate(country=country, on=on.isoformat())
    return rates[-1]
