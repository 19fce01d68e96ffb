"""Public holidays of a country, or of a part of one: what a tariff means by `holiday`.

A calendar is named by its country (`PL`), or country and subdivision (`DE-BY`), both of ISO 3166.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Final

import holidays

SEPARATOR: Final = "-"


def is_calendar(code: str) -> bool:
    """Whether there is a calendar of this name."""
    country, _, subdivision = code.partition(SEPARATOR)
    known = _countries()
    if SEPARATOR not in code:
        return country in known
    return subdivision in known.get(country, ())


def public_holidays(code: str, first_year: int, last_year: int) -> frozenset[date]:
    """The public holidays of a calendar in some years, the last one included."""
    assert is_calendar(code), code
    country, _, subdivision = code.partition(SEPARATOR)
    years = range(first_year, last_year + 1)
    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=years))


@cache
def _countries() -> Mapping[str, list[str]]:
    return holidays.list_supported_countries()
