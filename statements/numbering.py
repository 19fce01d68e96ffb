"""Write the number of a document from its series.

A series is a template with named places: `FV/{year}/{month:02}/{number:06}` gives
`FV/2026/10/000123`. The counter itself lives in the database and is taken in the transaction
that issues the document, so numbers have no gaps (rule R85). It never starts again, so a year in
the template only says when.
"""

import re
from datetime import date

from i18n.errors import Invalid

PLACE = re.compile(r"\{(number|year|month)(?::0([1-9]))?\}")
MAX_LENGTH = 40


class NumberTemplateUnknown(Invalid):
    """Series template {template} is not understood. Use {{year}}, {{month:02}}, {{number:06}}."""


def check_template(template: str) -> None:
    """Refuse a template that cannot tell documents apart. Raises NumberTemplateUnknown."""
    places = {found[1] for found in PLACE.finditer(template)}
    leftover = PLACE.sub("", template)
    if "number" not in places or "{" in leftover or "}" in leftover:
        raise NumberTemplateUnknown(template=template)


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
