"""Write the number of a document from its series.

A series is a template with named places: `FV/{year}/{month:02}/{number:06}` gives
`FV/2026/10/000123`. Besides the day of issue, `{series}` is the code of the series and `{prefix}`
the tenant's own prefix; `{year:02}` is the year in two digits. The counter itself lives in the
database and is taken in the transaction that issues the document, so numbers have no gaps (R85). It
may begin anew each year or month; the template must then say which, or numbers would repeat.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

from i18n.errors import Conflict, Invalid

PLACE = re.compile(r"\{(number|year|month|series|prefix)(?::0([1-9]))?\}")
MAX_LENGTH = 40
# A tenant's own words in a number: no places, no spaces, nothing that XML or a file name refuses.
OWN_WORD = re.compile(r"[A-Za-z0-9._/-]{0,12}")
# What a template must name where its count begins anew.
NEEDED: Final = {"never": (), "yearly": ("year",), "monthly": ("year", "month")}

Resets = Literal["never", "yearly", "monthly"]
RESETS: Final[tuple[Resets, ...]] = get_args(Resets)


class NumberTemplateUnknown(Invalid):
    """Series template {template} is not understood. Use {{year}}, {{month:02}}, {{number:06}}."""


class NumbersWouldRepeat(Invalid):
    """{template} counts anew {resets} but does not name {missing}. Name it, or numbers repeat."""


class SeriesWordUnknown(Invalid):
    """{word} cannot stand in a number. Use up to 12 letters, digits and any of . _ / -"""


class SeriesWordMissing(Invalid):
    """{template} names {place}, which the series does not have. Give it, or leave the place out."""


class SeriesMovedOn(Conflict):
    """The series counts in {cycle} already; no number of {asked} can follow. Issue it today."""


@dataclass(frozen=True, slots=True)
class Series:
    """How documents of a kind are numbered; `resets` says when the count begins anew."""

    template: str
    resets: Resets = "never"
    series: str = ""
    prefix: str = ""


def check_series(series: Series) -> None:
    """Refuse a series that cannot tell documents apart.

    Raises NumberTemplateUnknown, NumbersWouldRepeat, SeriesWordUnknown or SeriesWordMissing.
    """
    places = {found[1] for found in PLACE.finditer(series.template)}
    leftover = PLACE.sub("", series.template)
    if "number" not in places or "{" in leftover or "}" in leftover:
        raise NumberTemplateUnknown(template=series.template)
    for place in NEEDED[series.resets]:
        if place not in places:
            raise NumbersWouldRepeat(
                template=series.template, resets=series.resets, missing=f"{{{place}}}"
            )
    for place, word in (("series", series.series), ("prefix", series.prefix)):
        if not OWN_WORD.fullmatch(word):
            raise SeriesWordUnknown(word=word)
        if place in places and not word:
            raise SeriesWordMissing(template=series.template, place=f"{{{place}}}")


def number_text(series: Series, number: int, issued_on: date) -> str:
    """Fill the template with the number within its cycle. Raises what `check_series` raises."""
    assert number >= 1, "a series counts from 1"
    check_series(series)

    def filled(place: re.Match[str]) -> str:
        name, width = place[1], int(place[2] or 1)
        if name in ("series", "prefix"):
            return series.series if name == "series" else series.prefix
        if name == "year":
            return f"{issued_on.year:04}"[-2:] if width == 2 else str(issued_on.year)  # noqa: PLR2004
        return str(number if name == "number" else issued_on.month).zfill(width)

    text = PLACE.sub(filled, series.template)
    if len(text) > MAX_LENGTH:
        raise NumberTemplateUnknown(template=series.template)
    return text


def cycle_of(series: Series, issued_on: date) -> str:
    """The count that a day belongs to: `2026`, `2026-11`; empty for a count that never ends."""
    return {"never": "", "yearly": f"{issued_on:%Y}", "monthly": f"{issued_on:%Y-%m}"}[
        series.resets
    ]
