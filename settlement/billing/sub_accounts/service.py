"""Tell a sub-account its part of the invoices that others are sent, and nothing else of them."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from currencies.money import Money, money
from settlement.billing.sub_accounts import store
from tenants.session import TenantSession

MOST_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class OwnPart:
    """What an invoice to another account charges for one's own contracts, before tax."""

    number: str
    issued_on: dt.date
    contract: str
    service: str
    product: str
    destination: str
    net: Money


def own_part(session: TenantSession, party_id: UUID) -> list[OwnPart]:
    """The part of a party in invoices to its parent accounts, the newest first."""
    return [
        OwnPart(
            row.number,
            row.issued_on,
            row.contract,
            row.service,
            row.product,
            row.destination,
            money(row.amount, row.currency),
        )
        for row in store.own_part(session, party_id, MOST_ROWS)
    ]
