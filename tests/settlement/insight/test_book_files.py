"""The book as files says what the book says, row by row, and never as a formula."""

import csv
import datetime as dt
from decimal import Decimal
from io import StringIO
from uuid import UUID

from currencies.money import money
from settlement.insight import service
from settlement.insight.book_files import journal_csv, trial_balance_csv
from settlement.interconnect.posting import Booking, declared
from settlement.ledger.chain import GENESIS, link
from tenants.session import TenantSession
from tests.settlement.interconnect.exchange import an_exchange

CARRIER, PERIOD, ENTRY = (UUID(int=n) for n in (1, 2, 3))
AT = dt.datetime(2026, 11, 2, 12, 0, tzinfo=dt.UTC)


def test_a_posting_is_a_row_with_its_side_and_the_hash_of_its_entry() -> None:
    booking = Booking("document", ENTRY, CARRIER, PERIOD, dt.date(2026, 11, 2), "=D/1")
    entry = declared("incoming", money("10.01 XDR"), money("10.00 XDR"), booking)
    assert entry is not None
    booked = link(GENESIS, ENTRY, 1, entry, AT)

    rows = journal_csv([booked], {PERIOD: "2026-11"}, {CARRIER: "atlantic"}).decode().split("\r\n")

    start = "1,2026-11-02,2026-11,document,declared incoming,'=D/1: declared incoming"
    assert rows[1:4] == [
        f"{start},carrier_receivable,atlantic,10.01,,XDR,{booked.hash}",
        f"{start},carrier_unbilled,atlantic,,10.00,XDR,{booked.hash}",
        f"{start},rounding_difference,atlantic,,0.01,XDR,{booked.hash}",
    ]


def test_a_trial_balance_has_a_row_for_each_account_and_currency() -> None:
    lines = [("bank", money("10 JPY"), money("3 JPY")), ("bank", money("1.5 EUR"), money("0 EUR"))]

    assert trial_balance_csv(lines) == (
        b"account,currency,debit,credit\r\nbank,JPY,10,3\r\nbank,EUR,1.50,0.00\r\n"
    )


def test_both_files_of_a_month_balance_in_each_currency(session: TenantSession) -> None:
    an_exchange(session)

    for content in (service.journal(session), service.trial_balance(session)):
        rows = list(csv.DictReader(StringIO(content.decode())))
        debits = sum(Decimal(row["debit"] or 0) for row in rows)
        credits = sum(Decimal(row["credit"] or 0) for row in rows)
        # 12.52 accrued at the close, and again when it was declared; all of it in XDR.
        assert debits == credits == Decimal("25.04")
        assert {row["currency"] for row in rows} == {"XDR"}
    assert service.journal(session) == service.journal(session)
