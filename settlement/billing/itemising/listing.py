"""Rows of itemised usage as a list to be drawn: under their charges, in the words of its reader."""

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import groupby

from currencies.money import EXACT, money
from i18n.formats import clock_text, number_text
from i18n.locale import _, translator
from settlement.billing.invoice_lines import SERVICES
from settlement.billing.itemising.itemised import Item
from statements.document import Document
from statements.usage_list import UsageGroup, UsageList, UsageRow

ROUNDED = _("Rounding")

Say = Callable[..., str]


def usage_list(document: Document, items: Iterable[Item], *, are_hidden: bool) -> UsageList:
    """The list of a document; each charge is a group, in the order of the rows."""
    say = translator(document.locale)
    groups = [
        _group(list(rows), document.locale, say)
        for _, rows in groupby(items, key=lambda item: item.charge)
    ]
    return UsageList(document, tuple(groups), are_hidden)


def _group(items: list[Item], locale: str, say: Say) -> UsageGroup:
    first, amount = items[0], Decimal(0)
    for item in items:
        amount = EXACT.add(amount, Decimal(item.amount))
    named = (say(SERVICES.get(first.service, first.service)), first.product, first.destination)
    return UsageGroup(
        name=" · ".join(filter(None, named)),
        rows=tuple(_row(item, locale, say) for item in items),
        total=money(amount, first.currency),
        events=sum(item.row == "usage" for item in items),
    )


def _row(item: Item, locale: str, say: Say) -> UsageRow:
    amount = Decimal(item.amount)
    if item.row != "usage":
        return UsageRow(say(ROUNDED) if item.row == "rounding" else item.product, amount)
    return UsageRow(
        what=" → ".join(filter(None, (item.calling, item.called))),
        amount=amount,
        at=dt.datetime.fromisoformat(item.occurred_at),
        used=_measured(item.service, item.used, locale),
        billed=_measured(item.service, item.billed, locale),
    )


def _measured(service: str, count: str, locale: str) -> str:
    """Calls by the clock, data in bytes, everything else as it counts."""
    if service == "voice":
        return clock_text(int(count))
    return number_text(Decimal(count), locale) + (" B" if service == "data" else "")
