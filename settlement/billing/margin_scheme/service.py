"""Keep what used goods cost, and book the tax on their margin with every document that changes it.

The tax is computed anew over the whole chain of an invoice, and what was booked before is taken
off. So a credit takes back the tax of what it takes back, and a sale that is taken back whole
bears none.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from currencies.money import money
from settlement.billing.margin_scheme import store
from settlement.billing.margin_scheme.margin_sale import MarginSale, margin_tax, sold_by_line
from settlement.billing.margin_scheme.store import MarginTax
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.ledger.entry import Entry, credit, debit
from statements import service as statements
from statements.document import Document
from tenants.session import TenantSession


def unbilled_costs(session: TenantSession) -> dict[str, Decimal]:
    """What goods under the scheme were bought for, by the charge lines that wait to be billed."""
    return store.unbilled_costs(session)


def keep(session: TenantSession, purpose: str, sales: Sequence[MarginSale]) -> None:
    """Keep what the goods of a document cost that is issued, now or later, for this purpose."""
    store.add_sales(session, purpose, sales)


def carry(session: TenantSession, purpose: str, into: str) -> None:
    """Let the document of another purpose sell what this one announced."""
    if not store.sales(session, into):
        store.add_sales(session, into, store.sales(session, purpose))


def settle(session: TenantSession, document_id: UUID, period_id: UUID, booked_on: dt.date) -> None:
    """Book what an issued document changes of the tax on margins; nothing where it changes none."""
    purpose, chain = store.chain(session, document_id)
    sales = store.sales(session, purpose)
    if not sales:
        return
    contents = [statements.content(session, each) for each in chain]
    documents = [each for each in contents if isinstance(each, Document)]
    tax = margin_tax(sales, sold_by_line(documents))
    if tax is None:
        return
    change = tax - money(store.booked(session, chain), str(tax.currency.code))
    if not change.amount:
        return
    store.add_tax(session, document_id, change)
    filed = statements.document(session, document_id)
    party_id = filed.filing.party_id
    entry = Entry(
        source_type="document",
        source_id=document_id,
        purpose="margin",
        period_id=period_id,
        booked_on=booked_on,
        narrative=filed.number,
        postings=(
            debit(Account.REVENUE, change, party_id),
            credit(Account.VAT_PAYABLE, change, party_id),
        ),
    )
    ledger.post(session, [entry])


def taxes(session: TenantSession, starts_on: dt.date, until: dt.date) -> list[MarginTax]:
    """The tax on margins that documents issued in a half-open span of days brought or took back."""
    return store.taxes(session, starts_on, until)
