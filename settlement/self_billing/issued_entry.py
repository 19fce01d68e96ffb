"""What an issued statement does to the book.

What was accrued, in the currencies of the revenue, becomes payable in the currency that the partner
settles in, with the tax that we may deduct. Where the currencies differ, both meet in the currency
position, and the entry balances in each. Where they are the same, what rounding leaves between the
accrued and the payable amount is booked by itself.
"""

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from currencies.money import Money, money, scaled
from settlement.ledger.accounts import Account
from settlement.ledger.entry import Entry, Posting, credit, debit
from settlement.self_billing.partner_statement import owed_to
from statements.document import Document


def statement_entry(
    document_id: UUID,
    party_id: UUID,
    issued: Document,
    accrued: Mapping[str, Money],
    period_id: UUID,
    booked_on: dt.date,
    own_tax: Money,
) -> Entry:
    """The entry of a partner's statement; `accrued` is what its shares come to, by currency.

    `own_tax` is what we owe the tax office by reverse charge, and deduct in the same breath.
    """
    code = issued.currency
    owed = owed_to(issued)
    tax = scaled(issued.totals.tax, -1 if issued.kind.is_credit else 1)
    postings: list[Posting] = []
    settled = owed - tax
    for currency, amount in accrued.items():
        postings.append(debit(Account.PARTNER_ACCRUED, amount, party_id))
        if currency != code:
            postings.append(credit(Account.CURRENCY_POSITION, amount))
    same = accrued.get(code, money(0, code))
    meeting = Account.CURRENCY_POSITION if set(accrued) - {code} else Account.ROUNDING_DIFFERENCE
    postings.append(debit(meeting, settled - same))
    postings.append(debit(Account.VAT_RECEIVABLE, tax, party_id))
    # What is withheld is owed to the tax office and no longer to the partner; a credit gives back.
    withheld = scaled(issued.totals.withheld, -1 if issued.kind.is_credit else 1)
    postings.append(credit(Account.PARTNER_PAYABLE, owed - withheld, party_id))
    postings.append(credit(Account.WITHHOLDING_PAYABLE, withheld, party_id))
    postings.append(debit(Account.VAT_RECEIVABLE, own_tax, party_id))
    postings.append(credit(Account.VAT_PAYABLE, own_tax, party_id))
    return Entry(
        source_type="document",
        source_id=document_id,
        purpose="issue",
        period_id=period_id,
        booked_on=booked_on,
        narrative=issued.number,
        postings=tuple(postings),
    )
