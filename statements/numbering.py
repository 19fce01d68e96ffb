"""Write the number of a document from its series.

A series is a template with named places: `FV/{year}/{month:02}/{number:06}` gives
`FV/2026/10/000123`. The counter itself lives in the database and is taken in the transaction
that issues the document, so numbers have no gaps (rule R85).
"""

import re
from datetime import date

from i18n.errors import Invalid

PLACE = re.compile(r"\{(number|year|month)(?::0([1-9]))?\}")
MAX_LENGTH = 40


class NumberTemplateUnknown(Invalid):
    """Series template {template} is not understood. Use {{year}}, {{month:02}}, {{number:06}}."""


class NumberTemplateRepeats(Invalid):
    """Series template {template} would repeat numbers each {part}. Add {{{part}}} to it."""


def check_template(template: str, restarts: str = "never") -> None:
    """Refuse a template that cannot number documents apart.

    `restarts` says when the counter goes back to 1: never, year or month. Raises
    NumberTemplateUnknown or NumberTemplateRepeats.
    """
    places = {found[1] for found in PLACE.finditer(template)}
    leftover = PLACE.sub("", template)
    if "number" not in places or "{" in leftover or "}" in leftover:
        raise NumberTemplateUnknown(template=template)
    needed = {"never": (), "year": ("year",), "month": ("year", "month")}[restarts]
    for part in needed:
        if part not in places:
            raise NumberTemplateRepeats(template=template, part=part)


def number_text(template: str, number: int, issued_on: date) -> str:
    """Fill the template. Raises NumberTemplateUnknown."""
    assert number >= 1, "a series counts from 1"
    check_template(template)
    values = {"number": number, "year": issued_on.year, "month": issued_on.month}

    def filled(place: re.Match[str]) -> str:
        return str(values[place[1]]).zfill(int(place[2] or 1))

    text = PLACE.sub(filled, template)
    if len(text) > MAX_LENGTH:
        raise NumberTemplateUnknown(template=template)
    return text


def counter_key(restarts: str, issued_on: date) -> str:
    """Which counter of the series counts on that day: one for ever, per year or per month."""
    return {"never": "", "year": f"{issued_on:%Y}", "month": f"{issued_on:%Y-%m}"}[restarts]
