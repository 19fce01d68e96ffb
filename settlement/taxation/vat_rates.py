"""Rates of value added tax by country, each with the days on which it held.

Source: the member states' VAT acts as listed in the European Commission's Taxes in Europe Database
(TEDB); Norway, Switzerland, Ukraine and the United Kingdom by their own acts. A period may be
corrected years later, so a rate that has changed keeps its days.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from i18n.errors import Invalid, NotFound


class NoVatRate(NotFound):
    """No {category} VAT rate of {country} is known for {on}. Enter it among the VAT rates."""


class OwnRateUnclear(Invalid):
    """The {field} of a VAT rate cannot be {value}. Write two capitals, a known category, a part of
    one.
    """


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


# Where a member state has several reduced rates, "reduced" is the one that most reduced supplies
# bear, "second_reduced" the other, "super_reduced" what the directive allows below five percent.
REDUCED: dict[str, tuple[VatRate, ...]] = {
    "AT": _rates((2016, 1, 1, "0.10")),
    "BE": _rates((2016, 1, 1, "0.06")),
    "BG": _rates((2016, 1, 1, "0.09")),
    "CH": _rates((2018, 1, 1, "0.025"), (2024, 1, 1, "0.026")),
    "CY": _rates((2016, 1, 1, "0.09")),
    "CZ": _rates((2016, 1, 1, "0.15"), (2024, 1, 1, "0.12")),
    "DE": _rates((2007, 1, 1, "0.07"), (2020, 7, 1, "0.05"), (2021, 1, 1, "0.07")),
    "EE": _rates((2016, 1, 1, "0.09")),
    "ES": _rates((2016, 1, 1, "0.10")),
    "FI": _rates((2016, 1, 1, "0.14"), (2026, 1, 1, "0.135")),
    "FR": _rates((2016, 1, 1, "0.055")),
    "GB": _rates((2016, 1, 1, "0.05")),
    "GR": _rates((2016, 6, 1, "0.13")),
    "HR": _rates((2016, 1, 1, "0.13")),
    "HU": _rates((2016, 1, 1, "0.18")),
    "IE": _rates((2016, 1, 1, "0.135")),
    "IT": _rates((2016, 1, 1, "0.10")),
    "LT": _rates((2016, 1, 1, "0.09"), (2026, 1, 1, "0.12")),
    "LU": _rates((2016, 1, 1, "0.08"), (2023, 1, 1, "0.07"), (2024, 1, 1, "0.08")),
    "LV": _rates((2016, 1, 1, "0.12")),
    "MT": _rates((2016, 1, 1, "0.07")),
    "NL": _rates((2016, 1, 1, "0.06"), (2019, 1, 1, "0.09")),
    "PL": _rates((2011, 1, 1, "0.08")),
    "PT": _rates((2016, 1, 1, "0.13")),
    "RO": _rates((2017, 1, 1, "0.09"), (2025, 8, 1, "0.11")),
    "SE": _rates((2016, 1, 1, "0.12")),
    "SI": _rates((2016, 1, 1, "0.095")),
    "SK": _rates((2016, 1, 1, "0.10"), (2025, 1, 1, "0.19")),
    "UA": _rates((2016, 1, 1, "0.07")),
}
SECOND_REDUCED: dict[str, tuple[VatRate, ...]] = {
    "AT": _rates((2016, 1, 1, "0.13")),
    "BE": _rates((2016, 1, 1, "0.12")),
    "CY": _rates((2016, 1, 1, "0.05")),
    "FI": _rates((2016, 1, 1, "0.10")),
    "FR": _rates((2016, 1, 1, "0.10")),
    "GR": _rates((2016, 6, 1, "0.06")),
    "HR": _rates((2016, 1, 1, "0.05")),
    "HU": _rates((2016, 1, 1, "0.05")),
    "IE": _rates((2016, 1, 1, "0.09")),
    "IT": _rates((2016, 1, 1, "0.05")),
    "LT": _rates((2016, 1, 1, "0.05")),
    "LV": _rates((2018, 1, 1, "0.05")),
    "MT": _rates((2016, 1, 1, "0.05")),
    "PL": _rates((2011, 1, 1, "0.05")),
    "PT": _rates((2016, 1, 1, "0.06")),
    "SE": _rates((2016, 1, 1, "0.06")),
    "SI": _rates((2020, 1, 1, "0.05")),
    "SK": _rates((2025, 1, 1, "0.05")),
}
SUPER_REDUCED: dict[str, tuple[VatRate, ...]] = {
    "ES": _rates((2016, 1, 1, "0.04")),
    "FR": _rates((2016, 1, 1, "0.021")),
    "IE": _rates((2016, 1, 1, "0.048")),
    "IT": _rates((2016, 1, 1, "0.04")),
    "LU": _rates((2016, 1, 1, "0.03")),
}

BY_CATEGORY = {
    "standard": STANDARD,
    "reduced": REDUCED,
    "second_reduced": SECOND_REDUCED,
    "super_reduced": SUPER_REDUCED,
}


def vat_prefix(country: str) -> str:
    """What the VAT numbers of a member state begin with: its code, `EL` for Greece."""
    return "EL" if country == "GR" else country


@dataclass(frozen=True, slots=True)
class OwnRate:
    """A rate that a tenant has entered, from a day on: for a new law, or a country not in here."""

    country: str
    category: str
    rate: Decimal
    valid_from: dt.date
    entered_at: dt.datetime
    entered_by: str


@dataclass(frozen=True, slots=True)
class RateBook:
    """The table of rates with what a tenant has added to it.

    An addition holds from its day until the next day of either; before it the table stands.
    """

    own: Mapping[tuple[str, str], tuple[VatRate, ...]] = field(default_factory=dict)

    def rate(self, category: str, country: str, on: dt.date) -> Decimal:
        """The rate of a category in a country on a day. Raises NoVatRate: never a rate of zero."""
        table = BY_CATEGORY[category].get(country, ())
        steps = (*table, *self.own.get((country, category), ()))
        # Of two that begin on one day the later in the list stands: what the tenant has entered.
        begun = sorted((each for each in steps if each.valid_from <= on), key=_first_day)
        if not begun:
            raise NoVatRate(category=category, country=country, on=on.isoformat())
        return begun[-1].rate


PUBLISHED = RateBook()


def rate_book(own: Iterable[OwnRate]) -> RateBook:
    """The table with additions, the earliest entered first."""
    added: dict[tuple[str, str], tuple[VatRate, ...]] = {}
    for each in own:
        key = each.country, each.category
        added[key] = (*added.get(key, ()), VatRate(each.valid_from, each.rate))
    return RateBook(added)


def checked_own_rate(rate: OwnRate) -> OwnRate:
    """The addition as it may be kept. Raises OwnRateUnclear."""
    country = rate.country
    wrong = {
        "category": rate.category if rate.category not in BY_CATEGORY else "",
        "country": "" if len(country) == 2 and country.isalpha() and country.isupper() else country,
        "rate": "" if Decimal(0) < rate.rate < 1 else str(rate.rate),
    }
    for name, value in wrong.items():
        if value or (name == "country" and not country):
            raise OwnRateUnclear(field=name, value=repr(value)[:40])
    return rate


def _first_day(rate: VatRate) -> dt.date:
    return rate.valid_from
