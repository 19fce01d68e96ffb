"""The lines of a document on paper: under the service they belong to, with running totals."""

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from currencies.money import EXACT, total
from currencies.units import minor_unit
from i18n.formats import date_text, number_text, percent_text
from statements.document import Document, Line, Period, Tax
from statements.plain_text import fitting
from statements.rendering.figures import column_digits, figure, in_line
from statements.rendering.widths import breaking
from statements.rendering.wording import CATEGORIES, UNITS

# The narrowest column that holds a description or, in bold, the name of a service.
COLUMN_EMS = 20.0

Say = Callable[..., str]
View = dict[str, Any]


def groups_view(document: Document, shown_max: int, say: Say) -> list[View]:
    """Services in the order in which they first appear, with their lines as far as they are shown.

    The lines shown are the first of the document; the subtotals are of all lines.
    """
    lines_of: dict[str, list[Line]] = defaultdict(list)
    for line in document.lines:
        lines_of[line.group].append(line)
    shown = set(map(id, document.lines[:shown_max]))
    ordered = [line for lines in lines_of.values() for line in lines if id(line) in shown]
    rows = dict(zip(map(id, ordered), line_rows(document, ordered, say), strict=True))
    return [
        {
            "name": breaking(fitting(name), COLUMN_EMS),
            "rows": [rows[id(line)] for line in lines if id(line) in shown],
            "count": number_text(len(lines), document.locale),
            "has_subtotal": bool(name) and len(lines_of) > 1,
            "subtotal": figure(
                total((line.net for line in lines), document.currency), document.locale
            ),
        }
        for name, lines in lines_of.items()
    ]


def line_rows(document: Document, lines: list[Line], say: Say) -> list[View]:
    """Lines in the order of paper; `carried` is what those up to each add up to, and
    nothing after the last.
    """
    locale, places = document.locale, minor_unit(document.currency)
    quantities = in_line([line.quantity for line in lines], locale)
    prices = [line.unit_price for line in lines if line.unit_price is not None]
    digits = column_digits(prices, document.currency)
    rates = {tax: rate_text(tax, locale, say) for tax in {line.tax for line in lines}}
    carried, rows = Decimal(0), []
    for line, quantity in zip(lines, quantities, strict=True):
        carried = EXACT.add(carried, line.net.amount)
        # The document's own period stands once, in its head.
        period = line.period if line.period != document.period else None
        rows.append(
            {
                "id": line.id,
                "description": breaking(fitting(line.description), COLUMN_EMS),
                "period": days_text(period, locale, "short") if period is not None else "",
                "quantity": quantity,
                "unit": say(UNITS.get(line.unit_code, line.unit_code)),
                "price": _price(line, digits, locale),
                "tax": rates[line.tax],
                "net": figure(line.net, locale),
                "carried": number_text(carried, locale, places),
            }
        )
    if rows:
        rows[-1]["carried"] = ""
    return rows


def days_text(period: Period, locale: str, form: str = "medium") -> str:
    """The first and the last day inside a period."""
    return " – ".join(date_text(day, locale, form) for day in (period.starts_on, period.last_day))


def rate_text(tax: Tax, locale: str, say: Say) -> str:
    """The rate of a tax, or in words why there is none."""
    named = CATEGORIES.get(tax.category)
    return say(named) if named is not None else percent_text(tax.rate, locale)


def _price(line: Line, digits: int, locale: str) -> str:
    return "" if line.unit_price is None else number_text(line.unit_price, locale, digits)
