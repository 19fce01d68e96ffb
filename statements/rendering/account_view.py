"""What a statement of account looks like: movements with their running balance, then open items.

Each row holds the balance after it, so the layout can carry it over from page to page.
"""

from moneyed import Money

from currencies.money import money, scaled, total
from i18n.formats import date_text, number_text
from i18n.locale import _, translator
from statements.account_statement import AccountStatement, balances
from statements.plain_text import fitting
from statements.rendering.figures import coded, figure
from statements.rendering.lines_view import days_text
from statements.rendering.view import (
    CUSTOMER,
    PARTNER,
    Say,
    View,
    iso_day,
    party_view,
    side_by_side,
)
from statements.rendering.view import account_view as bank_rows
from statements.rendering.wording import TITLES, instalment_text

MAX_ROWS = 3000


def account_view(account: AccountStatement) -> View:
    """Return the view of an issued statement of account."""
    locale, say = account.locale, translator(account.locale)
    known_as = PARTNER if account.open_items is None else CUSTOMER
    issuer = party_view(account.issuer, locale)
    return {
        "locale": locale,
        "title": say(TITLES[account.kind]),
        "mark": "",
        "number": account.number,
        "date": iso_day(account.issued_on),
        "issuer": issuer,
        "seller": issuer,
        "buyer": party_view(account.holder, locale, known_as),
        "facts": side_by_side(_facts(account, say)),
        "currency": account.currency,
        "opening": figure(account.opening, locale),
        "opening_day": date_text(account.period.starts_on, locale),
        "closing": figure(account.closing, locale),
        "closing_day": date_text(account.period.last_day, locale),
        "rows": _rows(account),
        "further": _further(account, say),
        "sums": _sums(account, say),
        "due_label": say(_standing(account.closing)),
        "due": coded(abs(account.closing), locale),
        "has_items": account.open_items is not None,
        "items": _items(account, say),
        "items_total": figure(_open(account), locale),
        "unapplied": (
            [say(_("Paid and not yet applied")), figure(scaled(account.unapplied, -1), locale)]
            if account.unapplied
            else []
        ),
        "payment": (
            bank_rows(account.issuer.bank, say)
            if account.issuer.bank is not None and account.closing.amount > 0
            else []
        ),
    }


def _facts(account: AccountStatement, say: Say) -> list[tuple[str, str]]:
    locale = account.locale
    assert account.issued_on is not None, "a statement is issued before it is drawn"
    return [
        (say(_("Issued on")), date_text(account.issued_on, locale)),
        (say(_("Period")), days_text(account.period, locale)),
        (say(_("Currency")), account.currency),
    ]


def _rows(account: AccountStatement) -> list[View]:
    locale, rows = account.locale, []
    for each, balance in list(balances(account))[:MAX_ROWS]:
        charged = each.amount.amount > 0
        rows.append(
            {
                "day": date_text(each.on, locale),
                "what": fitting(each.what, 120),
                "reference": fitting(each.reference, 60),
                "charged": figure(each.amount, locale) if charged else "",
                "received": "" if charged else figure(abs(each.amount), locale),
                "balance": figure(balance, locale),
            }
        )
    return rows


def _further(account: AccountStatement, say: Say) -> str:
    left_out = len(account.movements) - MAX_ROWS
    if left_out <= 0:
        return ""
    count = number_text(left_out, account.locale)
    return say(_("{count} further rows are in the CSV of this statement."), count=count)


def _sums(account: AccountStatement, say: Say) -> list[list[str]]:
    """The account in four figures: what it began with, what came and went, what is left."""
    locale, code = account.locale, account.currency
    up = total((each.amount for each in account.movements if each.amount.amount > 0), code)
    down = total((each.amount for each in account.movements if each.amount.amount < 0), code)
    return [
        [say(_("Opening balance")), figure(account.opening, locale)],
        [say(_("Charged")), figure(up, locale)],
        [say(_("Received")), figure(down, locale)],
    ]


def _standing(closing: Money) -> str:
    if closing.amount > 0:
        return _("Balance in our favour")
    return _("Balance in your favour") if closing.amount < 0 else _("Balance settled")


def _items(account: AccountStatement, say: Say) -> list[View]:
    locale, last_day = account.locale, account.period.last_day
    return [
        {
            "number": fitting(item.number),
            "instalment": instalment_text(item.instalment, item.instalments, say),
            "issued": date_text(item.issued_on, locale),
            "due": date_text(item.due_on, locale),
            "is_overdue": item.due_on < last_day and item.open.amount > 0,
            "amount": figure(item.amount, locale),
            "open": figure(item.open, locale),
        }
        for item in account.open_items or ()
    ]


def _open(account: AccountStatement) -> Money:
    items = account.open_items or ()
    return total((item.open for item in items), account.currency) - (
        account.unapplied if account.open_items is not None else money(0, account.currency)
    )
