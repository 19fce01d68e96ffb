"""What a list of itemised usage looks like: charges with their sums, then every event on pages.

Amounts are exact, so a column has the decimals of the longest, and points stand in line.
"""

from collections.abc import Callable
from decimal import Decimal

from currencies.money import EXACT, total
from currencies.units import minor_unit
from i18n.formats import date_text, number_text
from i18n.locale import _, translator
from statements.plain_text import fitting
from statements.rendering.figures import coded, decimals, figure, in_column
from statements.rendering.lines_view import days_text
from statements.rendering.register import LINE_HEIGHT, ROW_HEIGHT, register_pages, text_lines
from statements.rendering.view import CUSTOMER, View, iso_day, party_view, side_by_side
from statements.rendering.widths import breaking
from statements.usage_list import UsageGroup, UsageList, UsageRow

TITLE = _("Itemised usage")
HIDDEN = _("The last three digits of numbers of other people are left out.")
WHAT_EMS = 22.0


def usage_view(listed: UsageList) -> View:
    """Return the view of a list; it is drawn with its register, however long it is."""
    document = listed.document
    locale, say = document.locale, translator(document.locale)
    places = minor_unit(document.currency)
    rows = [row for group in listed.groups for row in group.rows]
    widest = max([places, *(decimals(row.amount) for row in rows)])

    def shown(amount: Decimal) -> str:
        return in_column(amount, locale, places, widest)

    period = document.period
    facts = [
        (say(_("Invoice")), document.number),
        (say(_("Period")), days_text(period, locale) if period else ""),
        (say(_("Events")), number_text(sum(group.events for group in listed.groups), locale)),
    ]
    issuer = party_view(document.issuer, locale)
    return {
        "locale": locale,
        "title": say(TITLE),
        "mark": "",
        "number": document.number,
        "date": iso_day(document.issued_on),
        "issuer": issuer,
        "seller": issuer,
        "buyer": party_view(document.buyer, locale, CUSTOMER),
        "facts": side_by_side(facts),
        "currency": document.currency,
        "charges": [
            [fitting(group.name), number_text(group.events, locale), figure(group.total, locale)]
            for group in listed.groups
        ],
        "due": coded(total((group.total for group in listed.groups), document.currency), locale),
        "hidden": say(HIDDEN) if listed.are_hidden else "",
        "register": _register(listed.groups, locale, shown),
        "register_layout": "usage_rows.typ",
    }


def _register(
    groups: tuple[UsageGroup, ...], locale: str, shown: Callable[[Decimal], str]
) -> list[list[View]]:
    carried, blocks = Decimal(0), []
    for group in groups:
        rows = []
        for row in group.rows:
            carried = EXACT.add(carried, row.amount)
            rows.append(_row(row, locale, shown) | {"carried": shown(carried)})
        subtotal = shown(group.total.amount)
        blocks.append(
            {"name": group.name, "has_subtotal": True, "rows": rows, "subtotal": subtotal}
        )
    return register_pages(blocks, translator(locale), line=lambda row: row)


def _row(row: UsageRow, locale: str, shown: Callable[[Decimal], str]) -> View:
    what = breaking(fitting(row.what, 120), WHAT_EMS)
    at = f"{date_text(row.at.date(), locale, 'short')} {row.at:%H:%M:%S}" if row.at else ""
    return {
        "kind": "line",
        "height": ROW_HEIGHT + LINE_HEIGHT * text_lines(what),
        "cells": [at, what, row.used, row.billed, shown(row.amount)],
    }
