"""The statement of account: what happened between two sides in some days, and what is still open.

Amounts are seen from the side that issues it: above zero the holder owes more, below zero less. It
is no invoice: it asks for nothing that other documents have not asked for, and has no tax.

    opening + sum of the movements = closing = sum of the open items - unapplied

The second equation holds where open items are known, which is so for customers.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from moneyed import Money

from currencies.money import shown, total
from i18n.errors import Invalid
from i18n.locale import Words, _
from statements.csv_writing import csv_text
from statements.document import Kind, Party, Period

COLUMNS = (
    "document", "row", "day", "what", "reference", "due_on", "amount", "balance", "currency",
)  # fmt: skip
# Further columns of a statement on which an invoice is paid in instalments.
INSTALMENT_COLUMNS = ("instalment", "instalments")


class AccountDoesNotTie(Invalid):
    """The account of {holder}: {figure} says {stated}, its parts give {found}. Check the book."""


@dataclass(frozen=True, slots=True)
class Movement:
    """What changed the account on a day, in the words of the document's language."""

    on: date
    what: str
    reference: str
    amount: Money


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A document that is not settled at the end of the period; `due_on` is when it is to be.

    Of a document that is paid in instalments it is one of them: number `instalment` of
    `instalments`, from 1. Both are 0 where it is the document itself.
    """

    number: str
    issued_on: date
    due_on: date
    amount: Money
    open: Money
    instalment: int = 0
    instalments: int = 0

    def __post_init__(self) -> None:
        assert 0 <= self.instalment <= self.instalments, "an instalment is one of its plan"


@dataclass(frozen=True, slots=True)
class AccountStatement:
    """A statement of account, numbered when it is issued.

    `open_items` is None where items are not kept one by one; `unapplied` is what the holder paid
    that pays no document yet.
    """

    currency: str
    locale: str
    issuer: Party
    holder: Party
    period: Period
    opening: Money
    movements: tuple[Movement, ...]
    closing: Money
    open_items: tuple[OpenItem, ...] | None
    unapplied: Money
    number: str = ""
    issued_on: date | None = None
    kind: Kind = Kind.ACCOUNT_STATEMENT

    def numbered(self, number: str, issued_on: date) -> "AccountStatement":
        """Return the statement as issued. Only a draft can be numbered."""
        assert not self.number, f"A statement is numbered once; this one is {self.number}."
        return replace(self, number=number, issued_on=issued_on)


def check_account(account: AccountStatement) -> None:
    """Refuse a statement whose balances are not the sums of its parts. Raises AccountDoesNotTie."""
    code = account.currency
    moved = account.opening + total((each.amount for each in account.movements), code)
    _tie(account, Words(_("closing balance")), account.closing, moved)
    if account.open_items is not None:
        items = total((each.open for each in account.open_items), code) - account.unapplied
        _tie(account, Words(_("closing balance")), account.closing, items)


def balances(account: AccountStatement) -> Iterator[tuple[Movement, Money]]:
    """Each movement with the balance after it."""
    balance = account.opening
    for each in account.movements:
        balance += each.amount
        yield each, balance


def account_csv(account: AccountStatement) -> bytes:
    """Return the statement as CSV in UTF-8: opening, movements, closing, then the open items.

    `row` says which of them a row is; `balance` is the balance after it, of an open item what of
    its `amount` is still open. Texts are guarded against formulas. Instalments are told by their
    numbers, in columns that other statements do not have.
    """
    has_instalments = any(item.instalment for item in account.open_items or ())
    columns = (*COLUMNS, *INSTALMENT_COLUMNS) if has_instalments else COLUMNS
    return csv_text(columns, (row[: len(columns)] for row in _rows(account))).encode()


def _rows(account: AccountStatement) -> Iterator[tuple[str, ...]]:
    def row(
        name: str, day: date, amount: Money | None, balance: Money, *texts: str
    ) -> tuple[str, ...]:
        what, reference, due_on, *numbers = (*texts, *("",) * 5)[:5]
        amounts = ("" if amount is None else _figure(amount), _figure(balance), account.currency)
        return account.number, name, day.isoformat(), what, reference, due_on, *amounts, *numbers

    yield row("opening", account.period.starts_on, None, account.opening)
    for each, balance in balances(account):
        yield row("movement", each.on, each.amount, balance, each.what, each.reference)
    yield row("closing", account.period.last_day, None, account.closing)
    for item in account.open_items or ():
        due, numbers = item.due_on.isoformat(), (item.instalment, item.instalments)
        told = [str(number) for number in numbers if item.instalment]
        yield row("open_item", item.issued_on, item.amount, item.open, "", item.number, due, *told)
    if account.open_items is not None:
        yield row("unapplied", account.period.last_day, None, account.unapplied)


def _figure(amount: Money) -> str:
    return shown(amount).partition(" ")[0]


def _tie(account: AccountStatement, figure: Words, stated: Money, found: Money) -> None:
    if stated != found:
        raise AccountDoesNotTie(
            holder=account.holder.name, figure=figure, stated=shown(stated), found=shown(found)
        )
