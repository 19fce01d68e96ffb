"""What an issued invoice or credit note does to the book.

The receivable is what the customer pays. It takes the place of what was not billed yet (the rounded
charge lines) and of the tax that is now due; what is left between them by a policy of rounding is
booked by itself, so that it stays visible. The tax inside of prices was accrued with them as
revenue, and is taken out of it here, when it becomes due.
"""

import datetime as dt
from uuid import UUID

from currencies.money import Money, money, scaled
from settlement.billing.invoice import owed_by
from settlement.ledger.accounts import Account
from settlement.ledger.entry import Entry, credit, debit
from statements.correcting import effect
from statements.document import Document


def invoice_entry(
    document_id: UUID,
    party_id: UUID,
    issued: Document,
    charged: Money,
    tax_inside: Money,
    period_id: UUID,
    booked_on: dt.date,
    by_hand: Money | None = None,
) -> Entry:
    """The entry of a customer's document; `charged` is the sum of the charges it bears, `by_hand`
    that of lines written by hand, which become revenue only now, `tax_inside` the tax inside of
    prices.
    """
    beside = by_hand or money(0, issued.currency)
    owed = owed_by(issued)
    tax = scaled(issued.totals.tax, -1 if issued.kind.is_credit else 1)
    rounding = owed - charged - beside - tax + tax_inside
    return Entry(
        source_type="document",
        source_id=document_id,
        purpose="issue",
        period_id=period_id,
        booked_on=booked_on,
        narrative=issued.number,
        postings=(
            debit(Account.RECEIVABLE, owed, party_id),
            credit(Account.UNBILLED_RECEIVABLE, charged, party_id),
            credit(Account.REVENUE, beside - tax_inside, party_id),
            credit(Account.VAT_PAYABLE, tax, party_id),
            credit(Account.ROUNDING_DIFFERENCE, money(rounding.amount, issued.currency)),
        ),
    )


def change_entry(
    document_id: UUID,
    party_id: UUID,
    issued: Document,
    period_id: UUID,
    booked_on: dt.date,
    income: Account = Account.REVENUE,
) -> Entry:
    """The entry of a document that bears no charge lines: a credit or debit, a corrected invoice.

    What it changes of income, tax and receivable; a corrected invoice by the difference.
    """
    change = effect(issued)
    rounding = change.payable - change.net - change.tax
    return Entry(
        source_type="document",
        source_id=document_id,
        purpose="issue",
        period_id=period_id,
        booked_on=booked_on,
        narrative=issued.number,
        postings=(
            credit(income, change.net, party_id),
            credit(Account.VAT_PAYABLE, change.tax, party_id),
            debit(Account.RECEIVABLE, change.payable, party_id),
            credit(Account.ROUNDING_DIFFERENCE, rounding),
        ),
    )
