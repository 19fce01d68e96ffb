"""The book as files: the journal with its hashes, and the trial balance.

The journal has one row for each posting, in the order of the book; debits and credits stand in
columns of their own, with a point and as many digits as the amount has. `hash` is that of the
entry, so the file can be checked against the chain without us. The trial balance has one row for
each account and currency; in each currency debits and credits add up to the same.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from currencies.money import Money, shown
from settlement.ledger.chain import Booked
from settlement.ledger.entry import Posting, Side
from statements.csv_writing import csv_text

JOURNAL = (
    "n", "booked_on", "period", "source", "purpose", "narrative", "account", "party", "debit",
    "credit", "currency", "hash",
)  # fmt: skip
TRIAL_BALANCE = ("account", "currency", "debit", "credit")


def journal_csv(
    book: Iterable[Booked], periods: Mapping[UUID, str], parties: Mapping[UUID, str]
) -> bytes:
    """The journal; `periods` and `parties` are codes by id. Equal books give equal bytes."""
    return _written(
        JOURNAL,
        (
            (
                booked.n,
                booked.entry.booked_on.isoformat(),
                periods[booked.entry.period_id],
                booked.entry.source_type,
                booked.entry.purpose,
                booked.entry.narrative,
                posting.account.value,
                parties[posting.party_id] if posting.party_id else "",
                *_sides(posting),
                booked.hash,
            )
            for booked in book
            for posting in booked.entry.postings
        ),
    )


def trial_balance_csv(lines: Iterable[tuple[str, Money, Money]]) -> bytes:
    """The trial balance of accounts with their debits and credits."""
    return _written(
        TRIAL_BALANCE,
        (
            (account, str(debits.currency.code), _number(debits), _number(credits))
            for account, debits, credits in lines
        ),
    )


def _sides(posting: Posting) -> tuple[str, str, str]:
    amount, code = _number(posting.amount), str(posting.amount.currency.code)
    return (amount, "", code) if posting.side is Side.DEBIT else ("", amount, code)


def _number(amount: Money) -> str:
    return shown(amount).partition(" ")[0]


def _written(header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> bytes:
    return csv_text(header, rows).encode()
