"""What the cover of a traffic declaration looks like: totals first, then the traffic by day.

The XML is the declaration; paper shows its totals in full and its days as far as they fit.
"""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from currencies.money import EXACT
from currencies.units import minor_unit
from i18n.formats import amount_code_text, clock_text, date_text, number_text
from i18n.locale import _, translator
from statements.declaration import Bucket, Declaration
from statements.plain_text import fitting
from statements.rendering.chart import days_chart
from statements.rendering.figures import column_digits
from statements.rendering.lines_view import days_text
from statements.rendering.view import (
    PARTNER,
    Say,
    View,
    iso_day,
    party_view,
    policy_texts,
    side_by_side,
)
from statements.rendering.wording import DIRECTIONS, TITLES

MAX_ROWS = 3000


def declaration_view(declaration: Declaration) -> View:
    """Return the view of an issued declaration."""
    locale, say = declaration.locale, translator(declaration.locale)
    rows = _by_day_and_trunk(declaration)
    left_out = len(rows) - MAX_ROWS
    digits = column_digits((bucket.amount for bucket in declaration.buckets), declaration.currency)
    return {
        "locale": locale,
        "title": say(TITLES[declaration.kind]),
        "mark": "",
        "number": declaration.number,
        "date": iso_day(declaration.issued_on),
        "issuer": party_view(declaration.declarant, locale),
        "seller": party_view(declaration.declarant, locale),
        "buyer": party_view(declaration.recipient, locale, PARTNER),
        "facts": side_by_side(_facts(declaration, say)),
        "currency": declaration.currency,
        "totals": [
            {
                "direction": say(DIRECTIONS[total.direction]),
                "calls": number_text(total.calls, locale),
                "time": clock_text(total.seconds),
                "billed": clock_text(total.billed_seconds),
                "amount": number_text(total.amount, locale, digits),
                "payable": amount_code_text(
                    total.payable.amount,
                    declaration.currency,
                    minor_unit(declaration.currency),
                    locale,
                ),
            }
            for total in declaration.totals
        ],
        "chart": days_chart(declaration, say),
        "rows": [_row(key, buckets, digits, locale, say) for key, buckets in rows[:MAX_ROWS]],
        "further": say(
            _("{count} further rows are in the XML of this declaration."),
            count=number_text(left_out, locale),
        )
        if left_out > 0
        else "",
        "policies": [*policy_texts(declaration.policies, say), *_root(declaration, say)],
    }


def _root(declaration: Declaration, say: Say) -> list[str]:
    if declaration.merkle_root is None:
        return []
    told = _("Merkle root of the records behind this declaration: {root}")
    return [say(told, root=declaration.merkle_root)]


def _facts(declaration: Declaration, say: Say) -> list[tuple[str, str]]:
    locale = declaration.locale
    assert declaration.issued_on is not None, "a declaration is issued before it is drawn"
    due_on = declaration.due_on
    return [
        (say(_("Issued on")), date_text(declaration.issued_on, locale)),
        *([(say(_("Due on")), date_text(due_on, locale))] if due_on else []),
        (say(_("Period")), days_text(declaration.period, locale)),
        (say(_("Time zone")), fitting(declaration.time_zone)),
        (say(_("Agreement")), fitting(declaration.agreement)),
        *([(say(_("Corrects")), fitting(declaration.corrects))] if declaration.corrects else []),
    ]


Key = tuple[date, str, str]


def _by_day_and_trunk(declaration: Declaration) -> list[tuple[Key, list[Bucket]]]:
    found: dict[Key, list[Bucket]] = defaultdict(list)
    for bucket in declaration.buckets:
        found[bucket.day, bucket.direction, bucket.trunk].append(bucket)
    return sorted(found.items())


def _row(key: Key, buckets: list[Bucket], digits: int, locale: str, say: Say) -> View:
    day, direction, trunk = key
    amount = Decimal(0)
    for bucket in buckets:
        amount = EXACT.add(amount, bucket.amount)
    return {
        "day": date_text(day, locale),
        "direction": say(DIRECTIONS[direction]),
        "trunk": fitting(trunk),
        "destinations": number_text(len({bucket.destination for bucket in buckets}), locale),
        "calls": number_text(sum(bucket.calls for bucket in buckets), locale),
        "time": clock_text(sum(bucket.seconds for bucket in buckets)),
        "billed": clock_text(sum(bucket.billed_seconds for bucket in buckets)),
        "amount": number_text(amount, locale, digits),
    }
